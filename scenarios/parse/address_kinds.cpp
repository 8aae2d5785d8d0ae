#include "scenarios/parse/address_kinds.hpp"

#include "scenarios/parse/scalar_kinds.hpp"
#include "scenarios/terms/nearest.hpp"
#include "scenarios/terms/url.hpp"

namespace gauntlet::scenarios {
namespace {

constexpr const char* kAuthorityPattern = R"(://([^\s/?#@:\[\]]+|\[[^\s/?#@\]]+\])(:[0-9]{1,5})?)";
constexpr const char* kPathPattern = R"((/\S*)?$)";
constexpr const char* kRelayPath = "/arc";
constexpr const char* kArenaPath = "/ws";

bool is_http(const Url& url) { return url.scheme.starts_with("http"); }

/// With TLS when the URL has it.
std::string origin(std::string_view scheme, const Url& url) {
  return std::string{scheme} + (url.secure() ? "s://" : "://") + url.authority();
}

std::string socket(const Url& url, const std::string& default_path) {
  return origin("ws", url) + (url.path == "/" ? default_path : url.path);
}

// "127.0.0.1:8080" lacks only its scheme.
std::string with_scheme(std::string_view scheme, std::string_view text) {
  std::string full = std::string{scheme}.append("://").append(text);
  const bool host_like = text.find_first_of(".:") != std::string_view::npos;
  return host_like && text.find("://") == std::string_view::npos && parse_url(full) ? full : "";
}

/// A URL of any of the four schemes.
Quantity<Url> parse_address(std::string_view text, std::string_view scheme) {
  auto url = parse_url(text);
  if (!url) return fail(Misread{"must be an address: " + url.error(), with_scheme(scheme, text)});
  if (url.value().path.find('#') != std::string::npos)
    return fail(Misread{"must be an address without a `#`", ""});
  return std::move(url).value();
}

/// An http URL that is an origin: the paths of requests are the protocol's.
Quantity<Url> parse_origin(std::string_view text) {
  auto url = parse_address(text, "http");
  if (!url) return url;
  if (!is_http(url.value())) return fail(Misread{"must begin with http:// or https://", ""});
  if (url.value().path != "/")
    return fail(Misread{"must be an address without a path", origin("http", url.value())});
  return url;
}

Quantity<Url> parse_socket(std::string_view text) {
  auto url = parse_address(text, "ws");
  if (url && is_http(url.value())) return fail(Misread{"must begin with ws:// or wss://", ""});
  return url;
}

Quantity<Url> parse_either(std::string_view text) {
  auto url = parse_address(text, "http");
  return url && is_http(url.value()) ? parse_origin(text) : std::move(url);
}

Json pattern(const std::string& regex) { return {{"type", "string"}, {"pattern", regex}}; }

std::string origin_pattern() { return std::string{"^https?"} + kAuthorityPattern + "/?$"; }
std::string socket_pattern() { return std::string{"^wss?"} + kAuthorityPattern + kPathPattern; }

constexpr std::uint64_t kRangeMax = 65'536;

Quantity<Ipv4Range> parse_range(std::string_view text) {
  constexpr std::string_view kTo = " to ";
  const std::size_t split = text.find(kTo);
  const auto first = parse_ipv4(text.substr(0, split));
  const auto last =
      split == std::string_view::npos ? first : parse_ipv4(text.substr(split + kTo.size()));
  if (!first || !last) return fail(Misread{"must be an IPv4 address, or two: A to B", ""});
  if (*last < *first)
    return fail(
        Misread{"must not end before it begins", to_string(*last) + " to " + to_string(*first)});
  const Ipv4Range range{*first, *last};
  if (range.size() > kRangeMax) return fail(Misread{"must be at most 65,536 addresses", ""});
  return range;
}

// Short for an address of two parts; written as the two parts.
template <class Address>
Kind<Address> either_url(std::string example, std::function<Address(const Url&)> make) {
  Scalar<Address> scalar;
  scalar.words = "an address such as " + example;
  scalar.label = "`http://host:port` or `ws://host:port/path`";
  scalar.example = std::move(example);
  scalar.schema = {{"anyOf", Json::array({pattern(origin_pattern()), pattern(socket_pattern())})}};
  scalar.parse = [make](std::string_view text) -> Quantity<Address> {
    const auto url = parse_either(text);
    if (!url) {
      const std::string word = nearest(text, {"embedded"});
      return fail(word.empty() ? url.error() : Misread{url.error().must, word});
    }
    return make(url.value());
  };
  scalar.print = [](const Address&) { return std::nullopt; };
  return scalar.kind();
}

}  // namespace

const Kind<RelayAddress>& relay_address() {
  static const Kind<RelayAddress> kKind =
      either_url<RelayAddress>("http://127.0.0.1:8080", [](const Url& url) {
        return RelayAddress{.register_url = origin("http", url),
                            .connect_url = socket(url, kRelayPath)};
      });
  return kKind;
}

const Kind<ArenaAddress>& arena_address() {
  static const Kind<ArenaAddress> kKind =
      either_url<ArenaAddress>("http://127.0.0.1:3000", [](const Url& url) {
        ArenaAddress address;
        address.socket_url = socket(url, kArenaPath);
        if (is_http(url)) address.control_url = origin("http", url);
        return address;
      });
  return kKind;
}

const Kind<Ipv4Range>& ipv4_range() {
  static const Kind<Ipv4Range> kKind = [] {
    Scalar<Ipv4Range> scalar;
    scalar.words = "IPv4 addresses such as 127.0.0.1 to 127.0.0.20";
    scalar.label = "an IPv4 address, or two: `127.0.0.1 to 127.0.0.20`";
    scalar.example = "127.0.0.1 to 127.0.0.20";
    scalar.schema = pattern(R"(^[0-9]{1,3}(\.[0-9]{1,3}){3}( to [0-9]{1,3}(\.[0-9]{1,3}){3})?$)");
    scalar.parse = parse_range;
    scalar.print = [](const Ipv4Range& range) {
      const std::string first = to_string(range.first);
      return std::optional{range.size() == 1 ? first : first + " to " + to_string(range.last)};
    };
    return scalar.kind();
  }();
  return kKind;
}

const Kind<std::string>& http_origin() {
  static const Kind<std::string> kKind = [] {
    Scalar<std::string> scalar;
    scalar.words = "an address such as http://127.0.0.1:8080";
    scalar.label = "`http://host:port`";
    scalar.example = "http://127.0.0.1:8080";
    scalar.schema = pattern(origin_pattern());
    scalar.parse = [](std::string_view text) -> Quantity<std::string> {
      const auto url = parse_origin(text);
      if (!url) return fail(url.error());
      return origin("http", url.value());
    };
    scalar.print = [](const std::string& url) { return url; };
    return scalar.kind();
  }();
  return kKind;
}

Kind<std::string> socket_url(std::string path) {
  Scalar<std::string> scalar;
  scalar.words = "an address such as ws://127.0.0.1:8080" + path;
  scalar.label = "`ws://host:port" + path + "`";
  scalar.example = "ws://127.0.0.1:8080" + path;
  scalar.schema = pattern(socket_pattern());
  scalar.parse = [path](std::string_view text) -> Quantity<std::string> {
    const auto url = parse_socket(text);
    if (!url) return fail(url.error());
    return socket(url.value(), path);
  };
  scalar.print = [](const std::string& url) { return url; };
  return scalar.kind();
}

}  // namespace gauntlet::scenarios
