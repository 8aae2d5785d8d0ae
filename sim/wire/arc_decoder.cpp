// Reading ARC messages: one pass over the fields, in whatever order they come. The last of several
// fields of one name counts, as in most JSON readers.
#include <limits>
#include <utility>

#include "sim/wire/arc_messages.hpp"
#include "sim/wire/json_walk.hpp"
#include "sim/wire/plain_arc.hpp"

namespace gauntlet::sim::wire {
namespace {

template <class Integer>
bool assign(Integer& to, const JsonItem& item) {
  if (item.kind != JsonKind::number) return false;
  const auto number = whole_number(item.text);
  if (!number || !std::in_range<Integer>(*number)) return false;
  to = static_cast<Integer>(*number);
  return true;
}

// Collects the tag of a payload of ours, or an error's code, while the fields go by.
class PayloadReader {
 public:
  // False when the value is not well-formed; a value of a wrong type only means "not ours".
  bool take(std::string_view key, ondemand::value value) {
    const auto part = part_of(key);
    const bool is_code = key == "code" || key == "error";
    if (part == 0 && !is_code) return check(value, 2);
    const auto item = read(value, 2);
    if (!item) return false;
    if (is_code) {
      if (item->kind == JsonKind::string) code_ = item->text;
    } else if (assign_part(part, *item)) {
      seen_ |= part;
    } else {
      seen_ &= ~part;
    }
    return true;
  }

  std::optional<PayloadTag> tag() const {
    return seen_ == kAll ? std::optional{tag_} : std::nullopt;
  }
  std::string_view code() const { return code_; }

 private:
  enum Part : unsigned { kRun = 1, kFrom = 2, kLane = 4, kN = 8, kAt = 16, kAll = 31 };

  static unsigned part_of(std::string_view key) {
    if (key == "run") return kRun;
    if (key == "from") return kFrom;
    if (key == "lane") return kLane;
    if (key == "n") return kN;
    if (key == "at") return kAt;
    return 0;
  }

  bool assign_part(unsigned part, const JsonItem& item) {
    switch (part) {
      case kRun:
        tag_.run = item.text;
        return item.kind == JsonKind::string;
      case kFrom:
        return assign(tag_.message.sender, item);
      case kLane:
        return assign(tag_.message.lane, item);
      case kN:
        return assign(tag_.message.n, item);
      default:
        return assign(tag_.intended_ns, item);
    }
  }

  PayloadTag tag_{};
  unsigned seen_{0};
  std::string_view code_;
};

// Some encoders write null for a field that they leave out.
bool assign_text(std::string_view& to, const JsonItem& item, bool number_too) {
  to = {};
  if (item.kind == JsonKind::null) return true;
  if (item.kind != JsonKind::string && !(number_too && item.kind == JsonKind::number)) return false;
  to = item.text;
  return true;
}

}  // namespace

struct ArcDecoder::Impl {
  JsonDocument document;
  JsonDocument payload_document;  // apart, since a payload is a view into the first one
  ArcMessage message;
  std::vector<std::string_view> to;
  std::vector<std::string> agents;
  std::string_view complaint;     // a top-level "error" that is a string
  std::string_view payload_code;  // the same of a payload

  bool take(std::string_view key, ondemand::value value);
  bool take_to(ondemand::value value);
  bool take_payload(ondemand::value value);
};

bool ArcDecoder::Impl::take(std::string_view key, ondemand::value value) {
  if (key == "payload") return take_payload(value);
  if (key == "to") return take_to(value);
  if (key == "ts" || key == "message") return check(value);
  const bool is_id = key == "id";
  const bool is_ref = key == "ref";
  if (is_id || is_ref || key == "from" || key == "type") {
    const auto item = read(value);
    if (!item) return false;
    std::string_view& field = is_id           ? message.id
                              : is_ref        ? message.ref
                              : key == "from" ? message.from
                                              : message.type;
    return assign_text(field, *item, is_id || is_ref);
  }
  if (key == "error") {
    const auto item = read(value);
    complaint = item && item->kind == JsonKind::string ? item->text : std::string_view{};
    return item.has_value();
  }
  ++message.unknown_fields;
  return check(value);
}

bool ArcDecoder::Impl::take_to(ondemand::value value) {
  to.clear();
  message.has_to = false;
  if (starts_with(value, 'n')) return check(value);
  message.has_to = true;
  return each_element(value, [this](ondemand::value element) {
    const auto item = read(element);
    if (!item || item->kind != JsonKind::string) return false;
    to.push_back(item->text);
    return true;
  });
}

bool ArcDecoder::Impl::take_payload(ondemand::value value) {
  message.tag.reset();
  PayloadReader reader;
  const auto take_field = [&reader](std::string_view key, ondemand::value field) {
    return reader.take(key, field);
  };
  const auto raw = starts_with(value, '{')
                       ? raw_text(value, [&] { return each_field(value, take_field); })
                       : read_raw(value);
  if (!raw) return false;
  message.payload = *raw;
  message.tag = reader.tag();
  payload_code = reader.code();
  return true;
}

ArcDecoder::ArcDecoder() : impl_{new Impl} {}
ArcDecoder::~ArcDecoder() { delete impl_; }
ArcDecoder::ArcDecoder(ArcDecoder&& other) noexcept : impl_{std::exchange(other.impl_, nullptr)} {}

const ArcMessage* ArcDecoder::decode(std::string_view text) {
  Impl& impl = *impl_;
  impl.message = {};
  if (read_plain_arc(text, impl.message, impl.to)) return &impl.message;
  impl.message = {};
  impl.to.clear();
  impl.complaint = {};
  impl.payload_code = {};
  const bool well_formed = impl.document.each_field_of(
      text, [&impl](std::string_view key, ondemand::value value) { return impl.take(key, value); });
  if (!well_formed) return nullptr;
  impl.message.to = impl.to;
  impl.message.error =
      impl.message.type == "error" || (impl.complaint.data() && impl.message.payload.empty());
  if (impl.message.error)
    impl.message.error_code = impl.payload_code.empty() ? impl.complaint : impl.payload_code;
  return &impl.message;
}

const std::vector<std::string>* ArcDecoder::decode_agents(std::string_view payload) {
  Impl& impl = *impl_;
  bool found = false;
  const auto take_agent = [&impl](ondemand::value element) {
    const auto item = read(element, 2);
    if (!item || item->kind != JsonKind::string) return false;
    impl.agents.emplace_back(item->text);
    return true;
  };
  const auto take_field = [&](std::string_view key, ondemand::value value) {
    if (key != "agents") return check(value);
    impl.agents.clear();
    found = each_element(value, take_agent);
    return found;
  };
  return impl.payload_document.each_field_of(payload, take_field) && found ? &impl.agents : nullptr;
}

}  // namespace gauntlet::sim::wire
