#include "sim/conformance/moment.hpp"

#include <chrono>
#include <cstdlib>
#include <regex>
#include <string>

namespace gauntlet::sim::conformance {
namespace {

constexpr double kSecondsIn2001 = 1e9;

std::optional<Moment> number_in(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (end != text.c_str() + text.size() || !(value >= kSecondsIn2001)) return std::nullopt;
  return Moment{Moment::Form::number, value};
}

// "+02:00", "-0330", "+00".
double offset_minutes(const std::string& zone) {
  if (zone.size() < 3) return 0;  // Z, or none
  const double hours = std::atof(zone.substr(1, 2).c_str());
  const double minutes = zone.size() > 3 ? std::atof(zone.substr(zone.size() - 2).c_str()) : 0;
  return (zone.front() == '-' ? -1 : 1) * (hours * 60 + minutes);
}

std::optional<Moment> date_in(const std::string& text) {
  static const std::regex iso{
      R"((\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))? ?([Zz]|[+-]\d\d(?::?\d\d)?)?)"};
  std::smatch part;
  if (!std::regex_match(text, part, iso)) return std::nullopt;
  const auto number = [&](std::size_t i) { return std::atof(part.str(i).c_str()); };
  using namespace std::chrono;
  const year_month_day date{year{static_cast<int>(number(1))},
                            month{static_cast<unsigned>(number(2))},
                            day{static_cast<unsigned>(number(3))}};
  if (!date.ok()) return std::nullopt;
  const double days = static_cast<double>(sys_days{date}.time_since_epoch().count());
  const std::string zone = part.str(7);
  const double minutes = (days * 24 + number(4)) * 60 + number(5) - offset_minutes(zone);
  return Moment{zone.empty() ? Moment::Form::local : Moment::Form::zoned,
                (minutes * 60 + number(6)) * 1000};
}

}  // namespace

std::optional<Moment> moment_in(std::string_view text) {
  const std::string whole{text};
  if (const std::optional<Moment> number = number_in(whole)) return number;
  return date_in(whole);
}

std::optional<bool> in_order(const std::optional<Moment>& earlier,
                             const std::optional<Moment>& later) {
  if (!earlier || !later || earlier->form != later->form) return std::nullopt;
  return earlier->value <= later->value;
}

}  // namespace gauntlet::sim::conformance
