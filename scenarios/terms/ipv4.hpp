// IPv4 addresses as numbers, so that they can be counted.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gauntlet {

/// In the order of people: 127.0.0.1 is 0x7f000001.
using Ipv4 = std::uint32_t;

/// Every address from `first` to `last`, both included.
struct Ipv4Range {
  Ipv4 first;
  Ipv4 last;
  std::uint64_t size() const { return std::uint64_t{last} - first + 1; }
  bool operator==(const Ipv4Range&) const = default;
};

inline constexpr Ipv4 kLoopback = 0x7f000001;
constexpr bool is_loopback(Ipv4 address) { return address >> 24U == 127; }

inline std::string to_string(Ipv4 address) {
  std::string text;
  for (const unsigned shift : {24U, 16U, 8U, 0U})
    text.append(text.empty() ? "" : ".").append(std::to_string(address >> shift & 0xffU));
  return text;
}

/// Four decimal numbers and nothing else.
inline std::optional<Ipv4> parse_ipv4(std::string_view text) {
  Ipv4 address = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0) {
      if (!text.starts_with('.')) return std::nullopt;
      text.remove_prefix(1);
    }
    std::uint8_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    address = address << 8U | number;
  }
  return text.empty() ? std::optional{address} : std::nullopt;
}

}  // namespace gauntlet
