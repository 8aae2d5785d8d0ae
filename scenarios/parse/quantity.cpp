#include "scenarios/parse/quantity.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "scenarios/parse/range.hpp"

namespace gauntlet::scenarios {
namespace {

__extension__ using Wide = unsigned __int128;

struct Unit {
  std::string_view name;
  std::int64_t worth;  // in nanoseconds, seconds or bytes
};

constexpr std::array<Unit, 9> kTimeUnits{{{"h", 3'600'000'000'000},
                                          {"min", 60'000'000'000},
                                          {"m", 60'000'000'000},
                                          {"s", 1'000'000'000},
                                          {"ms", 1'000'000},
                                          {"us", 1'000},
                                          {"\u00B5s", 1'000},  // the micro sign
                                          {"\u03BCs", 1'000},  // the Greek letter
                                          {"ns", 1}}};

// Divisors of a rate: how many seconds the unit lasts.
constexpr std::array<Unit, 4> kRateUnits{{{"s", 1}, {"min", 60}, {"h", 3600}, {"m", 60}}};

constexpr std::array<Unit, 8> kSizeUnits{{{"GiB", 1 << 30},
                                          {"MiB", 1 << 20},
                                          {"KiB", 1 << 10},
                                          {"MB", 1'000'000},
                                          {"kB", 1'000},
                                          {"bytes", 1},
                                          {"byte", 1},
                                          {"B", 1}}};

/// Another name that people give a unit. Only understood to say how it is written here.
struct Alias {
  std::string_view name;  // in lower case
  std::string_view unit;
};

constexpr std::array<Alias, 24> kTimeAliases{
    {{"sec", "s"},           {"secs", "s"},         {"second", "s"},
     {"seconds", "s"},       {"hr", "h"},           {"hrs", "h"},
     {"hour", "h"},          {"hours", "h"},        {"mins", "min"},
     {"minute", "min"},      {"minutes", "min"},    {"msec", "ms"},
     {"msecs", "ms"},        {"millis", "ms"},      {"millisecond", "ms"},
     {"milliseconds", "ms"}, {"usec", "us"},        {"usecs", "us"},
     {"micros", "us"},       {"microsecond", "us"}, {"microseconds", "us"},
     {"nsec", "ns"},         {"nanosecond", "ns"},  {"nanoseconds", "ns"}}};

constexpr std::array<Alias, 7> kSizeAliases{{{"k", "kB"},
                                             {"m", "MB"},
                                             {"ki", "KiB"},
                                             {"mi", "MiB"},
                                             {"gi", "GiB"},
                                             {"kilobytes", "kB"},
                                             {"megabytes", "MB"}}};

constexpr std::size_t kWholeDigitsMax = 18;
// Of times and sizes, which are exact; enough for any double in rates and percentages.
constexpr std::size_t kFractionDigitsMax = 9;
constexpr std::size_t kDoubleDigitsMax = 40;
constexpr std::string_view kDigits = "0123456789";

/// A number in front of a unit, in its parts.
struct Split {
  std::string_view number;
  std::string_view unit;
};

Split split(std::string_view text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
  std::string_view unit = text.substr(end);
  if (unit.starts_with(' ')) unit.remove_prefix(1);
  return {text.substr(0, end), unit};
}

// Digits, and perhaps a point and more digits.
bool is_decimal(std::string_view number, std::size_t fraction_digits_max) {
  const auto point = number.find('.');
  const std::string_view whole = number.substr(0, point);
  if (whole.empty() || whole.size() > kWholeDigitsMax ||
      whole.find_first_not_of(kDigits) != std::string_view::npos)
    return false;
  if (point == std::string_view::npos) return true;
  const std::string_view fraction = number.substr(point + 1);
  return !fraction.empty() && fraction.size() <= fraction_digits_max &&
         fraction.find_first_not_of(kDigits) == std::string_view::npos;
}

// number * worth if that is whole. The parts have at most 18 and 9 digits, worth 42 bits: no
// overflow.
std::optional<Wide> exact_product(std::string_view number, std::int64_t worth) {
  const auto point = std::min(number.find('.'), number.size());
  Wide whole = 0;
  for (const char c : number.substr(0, point)) whole = whole * 10 + static_cast<Wide>(c - '0');
  Wide parts = 0;
  Wide scale = 1;
  for (const char c : number.substr(std::min(point + 1, number.size()))) {
    parts = parts * 10 + static_cast<Wide>(c - '0');
    scale *= 10;
  }
  const Wide remainder = parts * static_cast<Wide>(worth);
  if (remainder % scale != 0) return std::nullopt;
  return whole * static_cast<Wide>(worth) + remainder / scale;
}

const Unit* find_unit(std::span<const Unit> units, std::string_view name) {
  const auto at = std::ranges::find(units, name, &Unit::name);
  return at == units.end() ? nullptr : &*at;
}

std::string lower_case(std::string_view text) {
  std::string lower{text};
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

// The unit that a text that is none was meant to be: one in the wrong case, or another name of it.
std::optional<std::string_view> meant_unit(std::span<const Unit> units,
                                           std::span<const Alias> aliases, std::string_view text) {
  const std::string name = lower_case(text);
  for (const Unit& unit : units)
    if (lower_case(unit.name) == name) return unit.name;
  const auto alias = std::ranges::find(aliases, name, &Alias::name);
  if (alias == aliases.end()) return std::nullopt;
  return alias->unit;
}

// "8 sec" -> "8s"; empty when there is no telling.
std::string respelt(std::string_view number, std::string_view separator,
                    std::optional<std::string_view> unit) {
  return unit ? std::string{number}.append(separator).append(*unit) : std::string{};
}

// What must be written instead of a text that does not even begin with a decimal: the same without
// a sign and stray spaces, if that is right, else nothing.
template <class T>
std::string without_noise(std::string_view text, Quantity<T> (*parse)(std::string_view)) {
  std::string rest;
  for (const char c : text.substr(std::min(text.find_first_not_of("+-"), text.size())))
    if (c != ' ') rest += c;
  if (rest.size() == text.size()) return {};
  const auto read = parse(rest);
  return read ? rest : read.error().fix;
}

// Of the same.
template <class T>
Misread misread(std::string_view text, std::string_view must,
                Quantity<T> (*parse)(std::string_view)) {
  std::string fix = without_noise(text, parse);
  const bool below = text.starts_with('-') && !fix.empty();
  return {std::string{below ? "must not be below zero" : must}, std::move(fix)};
}

// "1e3s" -> "1000s"; empty when there is no exponent.
std::string without_exponent(std::string_view text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  const std::string_view digits{text.data(), static_cast<std::size_t>(rest - text.data())};
  if (error != std::errc{} || digits.find_first_of("eE") == digits.npos) return {};
  return number_text(number).append(rest, end);
}

std::string largest_whole_unit(std::span<const Unit> units, std::int64_t amount,
                               std::string_view space) {
  for (const Unit& unit : units)
    if (amount % unit.worth == 0)
      return std::to_string(amount / unit.worth).append(space).append(unit.name);
  return std::to_string(amount);
}

double to_double(std::string_view decimal) {
  double number = 0;
  std::from_chars(decimal.data(), decimal.data() + decimal.size(), number);
  return number;
}

std::string unit_alternatives(std::span<const Unit> units) {
  std::string all;
  for (const Unit& unit : units) all.append(all.empty() ? "" : "|").append(unit.name);
  return all;
}

// To nine places, without zeros at the end: what a person wrote, when a product is off by a hair.
std::string rounded_text(double number) {
  std::array<char, 400> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                                          std::chars_format::fixed, kFractionDigitsMax);
  std::string text{buffer.data(), error == std::errc{} ? end : buffer.data()};
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

constexpr std::string_view kExact = "[0-9]{1,18}(\\.[0-9]{1,9})?";
constexpr std::string_view kDecimal = "[0-9]{1,18}(\\.[0-9]{1,40})?";
constexpr std::string_view kNotZero = "(?=[0-9.]*[1-9])";

}  // namespace

std::optional<double> parse_number(std::string_view text) {
  // Unlike from_chars, YAML allows a plus sign, and neither knows "inf" or "nan".
  std::string_view digits = text;
  if (digits.starts_with('-') || digits.starts_with('+')) digits.remove_prefix(1);
  if (text.starts_with('+')) text = digits;
  if (digits.empty() || (kDigits.find(digits[0]) == std::string_view::npos && digits[0] != '.'))
    return std::nullopt;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string number_text(double number) {
  std::array<char, 400> buffer{};
  const auto [end, error] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::fixed);
  return error == std::errc{} ? std::string{buffer.data(), end} : std::string{"0"};
}

namespace {

Quantity<Duration> read_duration(std::string_view text) {
  const auto [number, unit_name] = split(text);
  if (!is_decimal(number, kFractionDigitsMax))
    return fail(misread(text, "must be a time with its unit", read_duration));
  if (unit_name.empty()) return fail(Misread{"needs a unit", std::string{text} + 's'});
  const Unit* unit = find_unit(kTimeUnits, unit_name);
  if (unit == nullptr) {
    const std::string plain = without_exponent(text);
    if (plain.empty())
      return fail(Misread{"has an unknown unit (known: h, min, s, ms, us, ns)",
                          respelt(number, "", meant_unit(kTimeUnits, kTimeAliases, unit_name))});
    const auto read = read_duration(plain);
    return fail(Misread{"must be written without an exponent", read ? plain : read.error().fix});
  }
  const auto nanoseconds = exact_product(number, unit->worth);
  if (!nanoseconds) return fail(Misread{"is finer than a nanosecond", ""});
  if (*nanoseconds > static_cast<Wide>(kDurationMax.count()))
    return fail(Misread{"is more than the longest time, 10000h", "10000h"});
  return Duration{static_cast<std::int64_t>(*nanoseconds)};
}

}  // namespace

Quantity<Duration> parse_duration(std::string_view text) {
  return no_range(text, read_duration(text), read_duration, "one time");
}

std::string duration_text(Duration duration) {
  return duration == Duration{} ? "0s" : largest_whole_unit(kTimeUnits, duration.count(), "");
}

namespace {

// The text of a span's second rate follows this.
constexpr std::string_view kTo = " to ";

// Also 0.
Quantity<Rate> read_rate(std::string_view text) {
  const auto slash = text.find('/');
  const std::string_view number = text.substr(0, slash);
  if (!is_decimal(number, kDoubleDigitsMax))
    return fail(misread(text, "must be a rate, so many per time", read_rate));
  if (slash == std::string_view::npos)
    return fail(Misread{"needs a unit", std::string{text} + "/s"});
  const std::string_view unit_name = text.substr(slash + 1);
  const Unit* unit = find_unit(kRateUnits, unit_name);
  if (unit == nullptr)
    return fail(Misread{"has an unknown unit (known: /s, /min, /h)",
                        respelt(number, "/", meant_unit(kRateUnits, kTimeAliases, unit_name))});
  const double per_second = to_double(number) / static_cast<double>(unit->worth);
  if (per_second > 1e6)
    return fail(Misread{"is more than the highest rate, 1000000/s", "1000000/s"});
  return Rate{per_second};
}

}  // namespace

Quantity<Rate> parse_rate(std::string_view text) {
  Quantity<Rate> read = no_range(text, read_rate(text), read_rate, "one rate");
  if (read && read.value().per_second <= 0) read = fail(Misread{"must be more than zero", ""});
  return read;
}

std::string rate_text(Rate rate) {
  // In the first unit that gives a short number, or else the shortest; always exactly this rate.
  constexpr std::size_t kShort = 8;
  std::string best;
  for (const Unit& unit : kRateUnits) {
    const double number = rate.per_second * static_cast<double>(unit.worth);
    for (const std::string& digits : {rounded_text(number), number_text(number)}) {
      std::string text = digits + '/' + std::string{unit.name};
      const auto read = read_rate(text);
      if (!read || read.value() != rate) continue;
      if (text.size() <= kShort) return text;
      if (best.empty() || text.size() < best.size()) best = std::move(text);
    }
  }
  return best;
}

Quantity<RateSpan> parse_rate_span(std::string_view text) {
  const auto middle = text.find(kTo);
  const std::string_view first = text.substr(0, middle);
  const auto from = read_rate(first);
  if (middle == text.npos) {
    if (from) return RateSpan{from.value(), from.value()};
    const auto range = readable(range_in(text), read_rate);
    if (!range) return fail(from.error());
    return fail(Misread{"must be a rate, or two with `to` between them",
                        std::string{range->from}.append(kTo).append(range->to)});
  }
  const std::string_view second = text.substr(middle + kTo.size());
  const auto to = read_rate(second);
  if (from && to) return RateSpan{from.value(), to.value()};
  // What to write instead of the one that is wrong, or of both, next to the other.
  const std::string begins = from ? std::string{first} : from.error().fix;
  const std::string ends = to ? std::string{second} : to.error().fix;
  const bool known = !begins.empty() && !ends.empty();
  return fail(Misread{from ? to.error().must : from.error().must,
                      known ? begins + std::string{kTo} + ends : std::string{}});
}

std::string rate_span_text(const RateSpan& span) {
  const std::string from = rate_text(span.from);
  return span.from == span.to ? from : from + std::string{kTo} + rate_text(span.to);
}

namespace {

Quantity<std::uint32_t> read_size(std::string_view text) {
  const auto [number, unit_name] = split(text);
  if (!is_decimal(number, kFractionDigitsMax))
    return fail(misread(text, "must be a size with its unit", read_size));
  if (unit_name.empty()) return fail(Misread{"needs a unit", std::string{text} + " bytes"});
  const Unit* unit = find_unit(kSizeUnits, unit_name);
  if (unit == nullptr)
    return fail(Misread{"has an unknown unit (known: bytes, kB, MB, KiB, MiB, GiB)",
                        respelt(number, " ", meant_unit(kSizeUnits, kSizeAliases, unit_name))});
  const auto bytes = exact_product(number, unit->worth);
  if (!bytes) return fail(Misread{"is not a whole number of bytes", ""});
  if (*bytes > std::numeric_limits<std::uint32_t>::max())
    return fail(Misread{"is too large (at most 4 GiB)", ""});
  return static_cast<std::uint32_t>(*bytes);
}

}  // namespace

Quantity<std::uint32_t> parse_size(std::string_view text) {
  return no_range(text, read_size(text), read_size, "one size");
}

std::string size_text(std::uint32_t bytes) {
  constexpr std::array<Unit, 3> kBinary{{{"MiB", 1 << 20}, {"KiB", 1 << 10}, {"bytes", 1}}};
  return bytes == 0 ? "0 bytes" : largest_whole_unit(kBinary, bytes, " ");
}

namespace {

Quantity<double> read_percentage(std::string_view text) {
  const auto [number, unit] = split(text);
  if (!is_decimal(number, kDoubleDigitsMax))
    return fail(misread(text, "must be a percentage", read_percentage));
  if (unit.empty()) return fail(Misread{"needs a unit", std::string{text} + '%'});
  if (unit != "%") return fail(Misread{"must end in %", ""});
  return to_double(number) / 100;
}

}  // namespace

Quantity<double> parse_percentage(std::string_view text) {
  return no_range(text, read_percentage(text), read_percentage, "one percentage");
}

std::string fraction_text(double fraction) {
  std::string percentage = rounded_text(fraction * 100) + '%';
  const auto read = parse_percentage(percentage);
  return read && read.value() == fraction ? percentage : number_text(fraction);
}

std::string duration_pattern() {
  return "^" + std::string{kExact} + " ?(" + unit_alternatives(kTimeUnits) + ")$";
}
std::string positive_duration_pattern() {
  return "^" + std::string{kNotZero} + duration_pattern().substr(1);
}
std::string rate_pattern() {
  return "^" + std::string{kNotZero}.append(kDecimal) + "/(" + unit_alternatives(kRateUnits) + ")$";
}
std::string rate_span_pattern() {
  const std::string rate = std::string{kDecimal} + "/(" + unit_alternatives(kRateUnits) + ")";
  return "^" + rate + "(" + std::string{kTo} + rate + ")?$";
}
std::string size_pattern() {
  return "^" + std::string{kExact} + " ?(" + unit_alternatives(kSizeUnits) + ")$";
}
std::string percentage_pattern() { return "^" + std::string{kDecimal} + " ?%$"; }

}  // namespace gauntlet::scenarios
