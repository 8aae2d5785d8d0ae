// Writing ARC messages. Reading them is arc_decoder.cpp.
#include "sim/wire/arc_messages.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <span>

#include "scenarios/terms/random.hpp"
#include "sim/wire/json_text.hpp"

namespace gauntlet::sim::wire {
namespace {

void append_strings(std::string& out, std::span<const std::string_view> strings) {
  out += '[';
  for (std::size_t i = 0; i < strings.size(); ++i) {
    if (i != 0) out += ',';
    append_json_string(out, strings[i]);
  }
  out += ']';
}

void append_optional(std::string& out, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  out += name;
  append_json_string(out, text);
}

void append_rest(std::string& out, std::string_view payload, std::string_view type,
                 std::string_view ref) {
  out += R"(,"payload":)";
  out += payload;
  append_optional(out, R"(,"type":)", type);
  append_optional(out, R"(,"ref":)", ref);
  out += '}';
}

// The lower five bits of each byte as one of "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".
constexpr std::uint64_t base32(std::uint64_t bytes) {
  constexpr auto kEvery = [](std::uint8_t byte) { return 0x0101010101010101ULL * byte; };
  const std::uint64_t values = bytes & kEvery(0x1F);
  const std::uint64_t is_digit = (values + kEvery(0x80 - 26)) >> 7U & kEvery(1);
  return values + kEvery('A') - is_digit * ('A' + 26 - '2');
}

// Eight characters of five bits from each number, the alphabet of base32: a quarter more than they
// hold is all that compression can win, and they are the same for everybody.
void append_padding(std::string& out, const PayloadTag& tag, std::size_t length) {
  Stream random{key_of(tag.message.sender, tag.message.lane, tag.message.n, tag.intended_ns)};
  const std::size_t begin = out.size();
  out.resize(begin + length);
  for (std::span left = std::span{out}.subspan(begin); !left.empty();) {
    const std::uint64_t letters = base32(random.next());
    const std::size_t some = std::min(left.size(), sizeof letters);
    std::memcpy(left.data(), &letters, some);
    left = left.subspan(some);
  }
}

void append_integer(std::string& out, std::string_view name, std::int64_t number) {
  out += name;
  append_json_number(out, number);
}

/// A few fields of numbers, put together apart: a string looks for room at each append.
class NumberFields {
 public:
  /// @param name  with the punctuation around it, at most 12 bytes.
  NumberFields& add(std::string_view name, std::int64_t number) {
    end_ = std::ranges::copy(name, end_).out;
    end_ = std::to_chars(end_, text_.data() + text_.size(), number).ptr;
    return *this;
  }
  std::string_view text() const { return {text_.data(), end_}; }

 private:
  static constexpr std::size_t kFieldsMax = 4;
  static constexpr std::size_t kFieldBytesMax = 12 + 20;  // an int64 takes 20
  std::array<char, kFieldsMax * kFieldBytesMax> text_;
  char* end_{text_.data()};
};

// Leaves the object open.
void append_tag(std::string& out, const PayloadTag& tag) {
  out += R"({"run":)";
  append_json_string(out, tag.run);
  NumberFields numbers;
  numbers.add(R"(,"from":)", tag.message.sender)
      .add(R"(,"lane":)", tag.message.lane)
      .add(R"(,"n":)", tag.message.n)
      .add(R"(,"at":)", tag.intended_ns);
  out += numbers.text();
}

}  // namespace

void append_payload(std::string& out, const PayloadTag& tag, std::uint32_t bytes) {
  const std::size_t begin = out.size();
  append_tag(out, tag);
  out += R"(,"pad":")";
  constexpr std::string_view kEnd = R"("})";
  const std::size_t written = out.size() - begin + kEnd.size();
  if (written < bytes) append_padding(out, tag, bytes - written);
  out += kEnd;
}

void append_answer_payload(std::string& out, const PayloadTag& tag, std::string_view answer) {
  append_tag(out, tag);
  out.append(R"(,"answer":)").append(answer).append(1, '}');
}

void append_arc_broadcast(std::string& out, std::string_view payload, std::string_view type,
                          std::string_view ref) {
  out += R"({"to":["*"])";
  append_rest(out, payload, type, ref);
}

void append_arc_direct(std::string& out, std::span<const std::string_view> to,
                       std::string_view payload, std::string_view type, std::string_view ref) {
  out += R"({"to":)";
  append_strings(out, to);
  append_rest(out, payload, type, ref);
}

void append_arc_command(std::string& out, std::string_view type,
                        std::span<const std::string_view> agents) {
  out += R"({"to":["relay"],"type":)";
  append_json_string(out, type);
  out += R"(,"payload":{)";
  if (!agents.empty()) {
    out += R"("agents":)";
    append_strings(out, agents);
  }
  out += "}}";
}

void append_arc_delivery(std::string& out, const ArcEnvelope& envelope, std::string_view payload) {
  out += R"({"id":)";
  append_json_string(out, envelope.id);
  out += R"(,"from":)";
  append_json_string(out, envelope.from);
  out += R"(,"to":)";
  append_strings(out, envelope.to);
  append_integer(out, R"(,"ts":)", envelope.ts_ms);
  append_rest(out, payload, envelope.type, envelope.ref);
}

}  // namespace gauntlet::sim::wire
