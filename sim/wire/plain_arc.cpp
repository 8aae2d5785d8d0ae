#include "sim/wire/plain_arc.hpp"

#include <utility>

#include "sim/wire/plain_json.hpp"

namespace gauntlet::sim::wire {
namespace {

bool take(PlainJson& json, std::string_view& to) { return json.take_string(to); }

template <class Integer>
bool take(PlainJson& json, Integer& to) {
  std::int64_t number = 0;
  if (!json.take_integer(number) || !std::in_range<Integer>(number)) return false;
  to = static_cast<Integer>(number);
  return true;
}

bool skip_string(PlainJson& json) {
  std::string_view unread;
  return json.take_string(unread);
}

bool skip_integer(PlainJson& json) {
  std::int64_t unread = 0;
  return json.take_integer(unread);
}

// As append_payload() wrote it, and a relay that passes payloads on as they are has left it.
bool take_own_tag(PlainJson& json, PayloadTag& tag) {
  return json.take_literal(R"({"run":)") && take(json, tag.run) &&
         json.take_literal(R"(,"from":)") && take(json, tag.message.sender) &&
         json.take_literal(R"(,"lane":)") && take(json, tag.message.lane) &&
         json.take_literal(R"(,"n":)") && take(json, tag.message.n) &&
         json.take_literal(R"(,"at":)") && take(json, tag.intended_ns) &&
         json.take_literal(R"(,"pad":)") && skip_string(json) && json.take('}');
}

// As any other writer may have put it: only a whole tag, and nothing beside it but the padding.
bool take_any_tag(PlainJson& json, PayloadTag& tag) {
  enum Part : unsigned { kRun = 1, kFrom = 2, kLane = 4, kN = 8, kAt = 16, kAll = 31 };
  unsigned seen = 0;
  const auto note = [&seen](Part part, bool taken) {
    seen |= part;
    return taken;
  };
  const bool taken = json.take_object([&](std::string_view key) {
    if (key == "pad") return skip_string(json);
    if (key == "run") return note(kRun, take(json, tag.run));
    if (key == "from") return note(kFrom, take(json, tag.message.sender));
    if (key == "lane") return note(kLane, take(json, tag.message.lane));
    if (key == "n") return note(kN, take(json, tag.message.n));
    if (key == "at") return note(kAt, take(json, tag.intended_ns));
    return false;
  });
  return taken && seen == kAll;
}

bool take_tag(PlainJson& json, PayloadTag& tag) {
  const PlainJson begin = json;
  if (take_own_tag(json, tag)) return true;
  json = begin;
  return take_any_tag(json, tag);
}

// The text of a payload, without the blanks behind it.
std::string_view text_between(const char* begin, const char* end) {
  while (end[-1] != '}') --end;
  return {begin, static_cast<std::size_t>(end - begin)};
}

bool take_to(PlainJson& json, ArcMessage& message, std::vector<std::string_view>& to) {
  to.clear();
  message.has_to = true;
  return json.take_array([&] { return take(json, to.emplace_back()); });
}

bool take_payload(PlainJson& json, ArcMessage& message) {
  const char* const begin = json.here();
  if (!take_tag(json, message.tag.emplace())) return false;
  message.payload = text_between(begin, json.here());
  return true;
}

// As arc_messages.cpp writes it: no key needs to be looked for. What is left out of a message that
// was sent is what its relay adds.
bool take_as_written(PlainJson& json, ArcMessage& message, std::vector<std::string_view>& to) {
  const bool delivered = json.take_literal(R"({"id":)");
  if (delivered ? !(take(json, message.id) && json.take_literal(R"(,"from":)") &&
                    take(json, message.from) && json.take_literal(R"(,"to":)"))
                : !json.take_literal(R"({"to":)"))
    return false;
  if (!take_to(json, message, to)) return false;
  if (delivered && !(json.take_literal(R"(,"ts":)") && skip_integer(json))) return false;
  if (!json.take_literal(R"(,"payload":)") || !take_payload(json, message)) return false;
  if (json.take_literal(R"(,"type":)") && !take(json, message.type)) return false;
  if (json.take_literal(R"(,"ref":)") && !take(json, message.ref)) return false;
  return json.take('}');
}

bool take_in_any_order(PlainJson& json, ArcMessage& message, std::vector<std::string_view>& to) {
  return json.take_object([&](std::string_view key) {
    if (key == "id") return take(json, message.id);
    if (key == "from") return take(json, message.from);
    if (key == "ts") return skip_integer(json);
    if (key == "type") return take(json, message.type);
    if (key == "ref") return take(json, message.ref);
    if (key == "to") return take_to(json, message, to);
    return key == "payload" && take_payload(json, message);
  });
}

}  // namespace

bool read_plain_arc(std::string_view text, ArcMessage& message, std::vector<std::string_view>& to) {
  const PlainJson begin{text};
  PlainJson json = begin;
  if (!take_as_written(json, message, to)) {
    json = begin;
    message = {};
    to.clear();
    if (!take_in_any_order(json, message, to)) return false;
  }
  message.to = to;
  return json.at_end() && message.tag && message.type != "error";
}

}  // namespace gauntlet::sim::wire
