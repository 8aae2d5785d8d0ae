#include "scenarios/terms/url.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace gauntlet {
namespace {

constexpr std::array<std::pair<std::string_view, std::uint16_t>, 4> kDefaultPorts{
    {{"http", 80}, {"https", 443}, {"ws", 80}, {"wss", 443}}};

}  // namespace

std::string Url::authority() const {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? '[' + host + ']' : host) + ':' + std::to_string(port);
}

Result<Url, std::string> parse_url(std::string_view text) {
  Url url;
  const auto colon = text.find("://");
  if (colon == std::string_view::npos)
    return fail("it has no scheme; write `http://" + std::string{text} + "`, or with ws://");
  url.scheme = text.substr(0, colon);
  for (const auto& [scheme, port] : kDefaultPorts)
    if (url.scheme == scheme) url.port = port;
  if (url.port == 0) return fail("`" + url.scheme + "` is not one of http, https, ws, wss");

  std::string_view rest = text.substr(colon + 3);
  const auto slash = rest.find_first_of("/?#");
  std::string_view authority = rest.substr(0, slash);
  url.path = slash == std::string_view::npos ? "/" : std::string{rest.substr(slash)};
  if (url.path.front() != '/') url.path.insert(url.path.begin(), '/');
  if (authority.find('@') != std::string_view::npos)
    return fail(std::string{"it has a user name, which is not supported"});

  std::string_view port;
  if (authority.starts_with('[')) {
    const auto bracket = authority.find(']');
    if (bracket == std::string_view::npos) return fail(std::string{"its `[` is never closed"});
    url.host = authority.substr(1, bracket - 1);
    authority.remove_prefix(bracket + 1);
    if (!authority.empty() && authority.front() != ':')
      return fail(std::string{"after `]` only a port may follow"});
    if (!authority.empty()) port = authority.substr(1);
    if (authority == ":") return fail(std::string{"its port is empty"});
  } else {
    const auto at = authority.rfind(':');
    url.host = authority.substr(0, at);
    if (at != std::string_view::npos) {
      port = authority.substr(at + 1);
      if (port.empty()) return fail(std::string{"its port is empty"});
    }
  }
  if (url.host.empty()) return fail(std::string{"it has no host"});
  if (!port.empty()) {
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
    if (error != std::errc{} || end != port.data() + port.size() || url.port == 0)
      return fail("`" + std::string{port} + "` is not a port (1 to 65535)");
  }
  for (const char c : text)
    if (static_cast<unsigned char>(c) <= ' ' || c == '\x7f')
      return fail(std::string{"it has a space or a control character in it"});
  return url;
}

std::string to_string(const Url& url) { return url.scheme + "://" + url.authority() + url.path; }

}  // namespace gauntlet
