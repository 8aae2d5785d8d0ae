#include "scenarios/parse/scalar_kinds.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <type_traits>

#include "scenarios/parse/range.hpp"

namespace gauntlet::scenarios {
namespace {

Json pattern(std::string regex) { return {{"type", "string"}, {"pattern", std::move(regex)}}; }

// "10000000" reads better as 10,000,000.
std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

// Numbers that may be written as whole ones, "5", or by way of JSON, "5.0" and "5e0".
template <class Int>
std::optional<Int> whole(std::string_view text) {
  Int exact{};
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exact);
  if (error == std::errc{} && end == text.data() + text.size()) return exact;
  const auto number = parse_number(text);
  constexpr double kExactMax = 9007199254740992.0;  // 2^53
  if (!number || std::trunc(*number) != *number || std::abs(*number) > kExactMax)
    return std::nullopt;
  if (*number < 0 && std::is_unsigned_v<Int>) return std::nullopt;
  if (std::abs(*number) > static_cast<double>(std::numeric_limits<Int>::max())) return std::nullopt;
  return static_cast<Int>(*number);
}

// The allowed whole number that is nearest to what was written: "4.5", "500 agents", "-3".
template <class Int>
std::string nearest_whole(std::string_view text, Int least, Int most) {
  const std::size_t begin = text.starts_with('-') ? 1 : 0;
  const std::size_t end = text.find_first_not_of("0123456789._", begin);
  std::string digits{text.substr(0, end)};
  std::erase(digits, '_');
  const auto number = parse_number(digits);
  if (!number) return {};
  const double within =
      std::clamp(std::round(*number), static_cast<double>(least), static_cast<double>(most));
  const auto nearest = whole<Int>(number_text(within));
  return nearest ? std::to_string(*nearest) : std::string{};
}

template <class Int>
Kind<Int> whole_number(std::string words, std::string label, std::string example, Json schema,
                       Int least, Int most) {
  Scalar<Int> scalar;
  scalar.words = words;
  scalar.label = std::move(label);
  scalar.example = std::move(example);
  scalar.type = YamlType::number;
  scalar.schema = std::move(schema);
  const auto read = [words, least, most](std::string_view text) -> Quantity<Int> {
    const auto number = whole<Int>(text);
    if (number && *number >= least && *number <= most) return *number;
    return fail(Misread{"must be " + words, nearest_whole(text, least, most)});
  };
  scalar.parse = [read](std::string_view text) {
    return no_range(text, read(text), read, "one number");
  };
  scalar.print = [](const Int& number) { return std::to_string(number); };
  return scalar.kind();
}

// A share as a percentage or as a plain number: two spellings of one kind.
Kind<double> fraction(double most, std::string words, Json percentage) {
  Scalar<double> scalar;
  scalar.words = words;
  scalar.example = "30%";
  scalar.type = YamlType::number_or_unit;
  scalar.schema = {
      {"anyOf", Json::array({std::move(percentage),
                             Json{{"type", "number"}, {"minimum", 0}, {"maximum", most}}})}};
  const auto share = [most, words](std::string_view text) -> Quantity<double> {
    const auto plain = parse_number(text);
    const Quantity<double> read = plain ? Quantity<double>{*plain} : parse_percentage(text);
    if (!read) return fail(Misread{"must be " + words, read.error().fix});
    if (read.value() >= 0 && read.value() <= most) return read.value();
    const bool forgot_sign = plain && *plain > 0 && *plain <= most * 100;
    return fail(Misread{"must be " + words, forgot_sign ? std::string{text} + '%' : ""});
  };
  scalar.parse = [share](std::string_view text) {
    return no_range(text, share(text), share, "one share");
  };
  scalar.print = [](const double& read) { return fraction_text(read); };
  return scalar.kind();
}

Kind<double> decimal(std::string words, Json schema, std::string example, double most,
                     std::function<bool(double)> allowed) {
  Scalar<double> scalar;
  scalar.words = scalar.label = words;
  scalar.example = std::move(example);
  scalar.type = YamlType::number;
  scalar.schema = std::move(schema);
  scalar.schema["maximum"] = most;
  const auto read = [words, most, allowed](std::string_view text) -> Quantity<double> {
    const auto number = parse_number(text);
    if (number && *number <= most && allowed(*number)) return *number;
    return fail(Misread{"must be " + words, ""});
  };
  scalar.parse = [read](std::string_view text) {
    return no_range(text, read(text), read, "one number");
  };
  scalar.print = [](const double& number) { return number_text(number); };
  return scalar.kind();
}

Kind<std::string> plain_text(std::string words, std::string example, Json schema,
                             std::function<bool(std::string_view)> allowed) {
  Scalar<std::string> scalar;
  scalar.words = scalar.label = words;
  scalar.example = std::move(example);
  scalar.schema = std::move(schema);
  scalar.parse = [words, allowed](std::string_view text) -> Quantity<std::string> {
    if (allowed(text)) return std::string{text};
    return fail(Misread{"must be " + words, ""});
  };
  scalar.print = [](const std::string& text) { return text; };
  return scalar.kind();
}

constexpr std::size_t kNameMax = 64;
constexpr std::string_view kNameLetters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

/// What a duration must be besides.
struct Limit {
  std::string label;  // behind that of any duration
  Misread else_wrong;
  std::string pattern;
  std::function<bool(Duration)> allows;
};

Kind<Duration> limited(const Limit& limit) {
  Scalar<Duration> scalar;
  scalar.words = duration().words;
  scalar.label = duration().label + limit.label;
  scalar.example = duration().example;
  scalar.schema = pattern(limit.pattern);
  scalar.parse = [limit](std::string_view text) {
    Quantity<Duration> read = parse_duration(text);
    if (read && !limit.allows(read.value())) read = fail(limit.else_wrong);
    return read;
  };
  scalar.print = duration_text;
  Kind<Duration> kind = scalar.kind();
  kind.definitions = duration().definitions;
  return kind;
}

}  // namespace

const Kind<Duration>& duration() {
  static const Kind<Duration> kKind = named(
      "duration", "A length of time.",
      "A number and a unit: `10s`, `250ms`, `1.5min`, `2h`, `100us`, `50ns`. `m` is minutes, `µs` "
      "is `us`. At most 10000h, exact to the nanosecond.",
      Scalar<Duration>{.words = "a time with its unit, such as 10s or 250ms",
                       .label = "",
                       .example = "10s",
                       .schema = pattern(duration_pattern()),
                       .parse = parse_duration,
                       .print = duration_text}
          .kind());
  return kKind;
}

const Kind<Duration>& positive_duration() {
  static const Kind<Duration> kKind = limited({.label = " above 0",
                                               .else_wrong = {"must be more than zero", ""},
                                               .pattern = positive_duration_pattern(),
                                               .allows = [](Duration d) { return d > d.zero(); }});
  return kKind;
}

Kind<Duration> duration_from(Duration least) {
  const std::string text = duration_text(least);
  return limited({.label = ", at least " + text,
                  .else_wrong = {"must be at least " + text, text},
                  .pattern = positive_duration_pattern(),
                  .allows = [least](Duration d) { return d >= least; }});
}

Kind<Duration> none_or_from(Duration least) {
  const std::string text = duration_text(least);
  return limited({.label = ", 0s or at least " + text,
                  .else_wrong = {"must be 0s or at least " + text, text},
                  .pattern = duration_pattern(),
                  .allows = [least](Duration d) { return d == d.zero() || d >= least; }});
}

const Kind<Rate>& rate() {
  static const Kind<Rate> kKind =
      named("rate", "How often something happens; above 0.",
            "A number, and per what: `2/s`, `30/min`, `100/h`. At most 1000000/s.",
            Scalar<Rate>{.words = "a rate with its unit, such as 2/s or 30/min",
                         .label = "",
                         .example = "2/s",
                         .schema = pattern(rate_pattern()),
                         .parse = parse_rate,
                         .print = rate_text}
                .kind());
  return kKind;
}

Kind<std::uint32_t> size(std::uint32_t least) {
  const Kind<std::uint32_t> any =
      named("size", "A number of bytes.",
            "A number and a unit: `120 bytes`, `1 kB` (1000), `64 KiB` (65536), `1 MB`, `1 MiB`.",
            Scalar<std::uint32_t>{.words = "a size with its unit, such as 120 bytes or 64 KiB",
                                  .label = "",
                                  .example = size_text(std::max(least, 120U)),
                                  .schema = pattern(size_pattern()),
                                  .parse = parse_size,
                                  .print = size_text}
                .kind());
  Kind<std::uint32_t> kind = any;
  if (least > 1) kind.label += " of " + size_text(least) + " or more";
  kind.read = [any, least](const Value& value, Reader& reader, std::uint32_t& into) {
    const bool all_but_none = least == 1;
    const std::string enough = size_text(all_but_none ? 1024 : least);
    // What only lacks its unit may be too little with it.
    const auto number = value.is_scalar() ? parse_number(value.text) : std::nullopt;
    if (number && *number >= 0 && *number < least)
      return reader.refuse(value, "needs a unit", enough);
    std::uint32_t bytes = least;
    any.read(value, reader, bytes);
    if (bytes >= least)
      into = bytes;
    else
      reader.refuse(value,
                    "must be " + (all_but_none ? "above 0 bytes" : size_text(least) + " or more"),
                    enough);
  };
  return kind;
}

const Kind<double>& probability() {
  static const Kind<double> kKind =
      named("share", "A part of a whole, or a probability.",
            "`30%`, or the same as a plain number: `0.3`.",
            fraction(1, "a share of at most 100%, such as 30% or 0.3",
                     pattern("^(100(\\.0{1,40})?|[0-9]{1,2}(\\.[0-9]{1,40})?) ?%$")));
  return kKind;
}

const Kind<double>& loss() {
  static const Kind<double> kKind =
      named("loss", "The share of packets that a path loses.",
            "`1%`, or the same as a plain number: `0.01`. At most 50%.",
            fraction(0.5, "a share of at most 50%, such as 1% or 0.01",
                     pattern("^(50(\\.0{1,40})?|[0-4]?[0-9](\\.[0-9]{1,40})?) ?%$")));
  return kKind;
}

const Kind<double>& growth() {
  static const Kind<double> kKind =
      named("growth", "By how much something grows.",
            "`2%`, or the same as a plain number: `0.02`. At most 10000%.",
            fraction(100, "a percentage, such as 2%", pattern(percentage_pattern())));
  return kKind;
}

Kind<std::uint32_t> count(std::uint32_t least, std::uint32_t most) {
  const std::string words = "a whole number from " + grouped(least) + " to " + grouped(most);
  return whole_number<std::uint32_t>(words, words.substr(2), std::to_string(std::max(least, 1U)),
                                     {{"type", "integer"}, {"minimum", least}, {"maximum", most}},
                                     least, most);
}

const Kind<std::uint64_t>& seed() {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  static const Kind<std::uint64_t> kKind = whole_number<std::uint64_t>(
      "a whole number from 0 to 2^64 - 1", "whole number", "42",
      {{"type", "integer"}, {"minimum", 0}, {"maximum", kMost}}, 0, kMost);
  return kKind;
}

const Kind<std::int64_t>& model_seed() {
  using Limits = std::numeric_limits<std::int64_t>;
  static const Kind<std::int64_t> kKind = whole_number<std::int64_t>(
      "a whole number of 64 bits", "whole number, also below 0", "42",
      {{"type", "integer"}, {"minimum", Limits::min()}, {"maximum", Limits::max()}}, Limits::min(),
      Limits::max());
  return kKind;
}

Kind<double> number(double least, double most, std::string example) {
  return decimal("a number from " + number_text(least) + " to " + number_text(most),
                 {{"type", "number"}, {"minimum", least}}, std::move(example), most,
                 [least](double read) { return read >= least; });
}

Kind<double> positive_number(double most, std::string example) {
  return decimal("a number above 0, at most " + number_text(most),
                 {{"type", "number"}, {"exclusiveMinimum", 0}}, std::move(example), most,
                 [](double read) { return read > 0; });
}

const Kind<bool>& boolean() {
  static const Kind<bool> kKind = [] {
    Scalar<bool> scalar;
    scalar.words = scalar.label = "true or false";
    scalar.example = "true";
    scalar.type = YamlType::boolean;
    scalar.schema = {{"type", "boolean"}};
    scalar.parse = [](std::string_view text) -> Quantity<bool> {
      if (text == "true" || text == "True" || text == "TRUE") return true;
      if (text == "false" || text == "False" || text == "FALSE") return false;
      return fail(Misread{"must be true or false", ""});
    };
    scalar.print = [](const bool& read) { return std::string{read ? "true" : "false"}; };
    return scalar.kind();
  }();
  return kKind;
}

Kind<std::string> text(std::string example) {
  return plain_text("text", std::move(example), {{"type", "string"}, {"minLength", 1}},
                    [](std::string_view read) { return !read.empty(); });
}

Kind<std::string> free_text(std::string example) {
  return plain_text("text", std::move(example), {{"type", "string"}},
                    [](std::string_view) { return true; });
}

const Kind<std::string>& short_name() {
  static const Kind<std::string> kKind = plain_text(
      "a name of up to 64 letters, digits, `.`, `_` and `-`, a letter or digit first",
      "my-scenario", pattern("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"), [](std::string_view name) {
        return !name.empty() && name.size() <= kNameMax &&
               name.find_first_not_of(kNameLetters) == std::string_view::npos &&
               std::string_view{"._-"}.find(name[0]) == std::string_view::npos;
      });
  return kKind;
}

Form word_form(const std::string& spelling) {
  Form form;
  form.words = form.label = '`' + spelling + '`';
  form.example = spelling;
  form.schema = {{"const", to_json(Value::plain(spelling))}};  // where 401 is a number
  form.scalar = true;
  form.claims = [spelling](const Value& value) {
    return value.is_scalar() && value.text == spelling &&
           (!looks_typed(spelling) || value.is_bare());
  };
  return form;
}

}  // namespace gauntlet::scenarios
