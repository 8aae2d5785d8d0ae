// The part of a URL that a client needs, split.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "scenarios/terms/result.hpp"

namespace gauntlet {

struct Url {
  std::string scheme;  // "http", "https", "ws", "wss"
  std::string host;    // a name or an address; an IPv6 address without its brackets
  std::uint16_t port{0};
  std::string path;  // from the first '/', with the query; "/" when there is none

  bool secure() const { return scheme == "https" || scheme == "wss"; }
  /// "host:port", as a Host header and an error message want it.
  std::string authority() const;
};

/// @error A sentence that says what is wrong, for the user.
Result<Url, std::string> parse_url(std::string_view text);

std::string to_string(const Url& url);

}  // namespace gauntlet
