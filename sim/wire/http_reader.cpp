// Reading HTTP messages through Beast's parser.
#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>

#include "sim/wire/http.hpp"

namespace gauntlet::sim::wire {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using http::field;

constexpr std::uint32_t kHeaderBytesMax = 16 * 1024;

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

bool has_token(beast::string_view list, beast::string_view token) {
  return http::token_list{list}.exists(token);
}

/// One message's parser with what it has seen and not yet taken: Beast wants the line before a
/// chunk whole, and how soon it refuses a broken header depends on how that is cut. So it gets a
/// header only when it is whole; what is no HTTP at all is refused by its first bytes.
template <bool is_request>
class MessageReader {
 public:
  explicit MessageReader(std::uint64_t body_bytes_max) : body_bytes_max_{body_bytes_max} {
    restart();
  }

  void restart() {
    parser_.emplace();
    parser_->eager(true);
    parser_->body_limit(body_bytes_max_);
    parser_->header_limit(kHeaderBytesMax);
    untaken_.clear();
    in_chunks_ = false;
  }

  Progress feed(std::span<char>& bytes) {
    if (parser_->is_done()) return Progress::done;
    const std::size_t seen = untaken_.size();
    untaken_.append(bytes.data(), bytes.size());
    const bool good = take_header(seen) && take_body();
    if (good && parser_->is_done()) {
      // What is left came just now, or the message would have been done before.
      bytes = bytes.last(std::min(bytes.size(), untaken_.size()));
      untaken_.clear();
      return Progress::done;
    }
    bytes = {};
    return good && untaken_.size() <= kHeaderBytesMax ? Progress::more : Progress::bad;
  }

  Progress finish() {
    if (parser_->is_done()) return Progress::done;
    if (!parser_->got_some()) return Progress::bad;
    beast::error_code error;
    parser_->put_eof(error);
    return !error && parser_->is_done() ? Progress::done : Progress::bad;
  }

  const auto& message() const { return parser_->get(); }
  auto& message() { return parser_->get(); }
  bool has_head() const { return parser_->is_header_done(); }
  bool keep_alive() const { return parser_->keep_alive(); }

 private:
  // False when the header is broken; true while it is not whole yet.
  bool take_header(std::size_t seen) {
    if (parser_->is_header_done()) return true;
    constexpr std::string_view kEnd = "\r\n\r\n";
    const std::size_t end = untaken_.find(kEnd, seen - std::min(seen, kEnd.size() - 1));
    if (end == std::string::npos) return may_become_http();
    return take(end + kEnd.size()) && parser_->is_header_done();
  }

  bool take_body() {
    if (!parser_->is_header_done() || parser_->is_done() || may_be_the_only_chunk()) return true;
    const std::size_t size = untaken_.size();
    const bool good = take(size);
    in_chunks_ |= untaken_.size() < size;
    return good;
  }

  // Beast's parser aborts when it has seen the line of the last chunk and then meets fewer than
  // five bytes, "0\r\n\r\n". It takes that line together with the line end before it, five bytes as
  // well, but where there is no chunk before.
  bool may_be_the_only_chunk() const {
    constexpr std::size_t kLastChunkBytes = 5;
    return parser_->chunked() && !in_chunks_ && untaken_.size() < kLastChunkBytes &&
           untaken_.starts_with('0');
  }

  bool may_become_http() const {
    const std::string_view start = is_request ? "" : "HTTP/1.";
    const std::size_t length = std::min(start.size(), untaken_.size());
    const auto printable = [](char c) { return c > ' ' && c <= '~'; };
    return untaken_.empty() ||
           (printable(untaken_.front()) && start.substr(0, length) == untaken_.substr(0, length));
  }

  // Gives the parser up to `size` bytes, and forgets those that it took.
  bool take(std::size_t size) {
    beast::error_code error;
    untaken_.erase(0, parser_->put(boost::asio::buffer(untaken_.data(), size), error));
    return !error || error == http::error::need_more;
  }

  std::uint64_t body_bytes_max_;
  std::optional<http::parser<is_request, http::string_body>> parser_;
  std::string untaken_;
  bool in_chunks_{false};  // the first chunk's line was taken
};

}  // namespace

struct ReplyReader::Impl {
  explicit Impl(std::uint64_t body_bytes_max) : reader{body_bytes_max} {}
  MessageReader<false> reader;
  const auto& reply() const { return reader.message(); }
};

ReplyReader::ReplyReader(std::uint64_t body_bytes_max)
    : impl_{std::make_unique<Impl>(body_bytes_max)} {}
ReplyReader::~ReplyReader() = default;
ReplyReader::ReplyReader(ReplyReader&&) noexcept = default;
ReplyReader& ReplyReader::operator=(ReplyReader&&) noexcept = default;

Progress ReplyReader::feed(std::span<char>& bytes) {
  for (;;) {
    const Progress progress = impl_->reader.feed(bytes);
    const bool interim = progress == Progress::done && status() / 100 == 1 && status() != 101;
    if (!interim) return progress;
    impl_->reader.restart();  // 100 Continue and the like: the reply is yet to come
    if (bytes.empty()) return Progress::more;
  }
}

Progress ReplyReader::finish() { return impl_->reader.finish(); }

void ReplyReader::reset() { impl_->reader.restart(); }

int ReplyReader::status() const {
  return impl_->reader.has_head() ? static_cast<int>(impl_->reply().result_int()) : 0;
}

bool ReplyReader::keep_alive() const { return impl_->reader.keep_alive(); }

std::string_view ReplyReader::body() const { return impl_->reply().body(); }

void ReplyReader::forget_body() { impl_->reader.message().body().clear(); }

bool ReplyReader::accepts(std::string_view nonce) const {
  const auto& reply = impl_->reply();
  // We offer neither extensions nor subprotocols, so a server must not pick one. RFC 6455 §4.1
  return status() == 101 && has_token(reply[field::upgrade], "websocket") &&
         has_token(reply[field::connection], "upgrade") &&
         view(reply[field::sec_websocket_accept]) == websocket_accept(nonce) &&
         reply[field::sec_websocket_extensions].empty() &&
         reply[field::sec_websocket_protocol].empty();
}

namespace {

// "http://host/path" -> "/path". A server must take this form, too. RFC 9112 §3.2.2
std::string_view without_origin(std::string_view target) {
  const std::size_t scheme = target.find("://");
  if (target.starts_with('/') || scheme == std::string_view::npos) return target;
  const std::size_t path = target.find_first_of("/?", scheme + 3);
  return path == std::string_view::npos ? std::string_view{"/"} : target.substr(path);
}

// Sixteen bytes as base64 are 22 characters and two signs of padding.
bool is_nonce(std::string_view text) {
  constexpr std::string_view kBase64 =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return text.size() == 24 && text.find_first_not_of(kBase64) == 22 && text.substr(22) == "==";
}

}  // namespace

struct RequestReader::Impl {
  MessageReader<true> reader{ReplyReader::kBodyBytesMax};
  const auto& request() const { return reader.message(); }
  std::string_view target() const { return without_origin(view(request().target())); }
};

RequestReader::RequestReader() : impl_{std::make_unique<Impl>()} {}
RequestReader::~RequestReader() = default;
RequestReader::RequestReader(RequestReader&&) noexcept = default;
RequestReader& RequestReader::operator=(RequestReader&&) noexcept = default;

Progress RequestReader::feed(std::span<char>& bytes) { return impl_->reader.feed(bytes); }

void RequestReader::reset() { impl_->reader.restart(); }

std::string_view RequestReader::method() const { return view(impl_->request().method_string()); }

std::string_view RequestReader::path() const {
  const std::string_view target = impl_->target();
  return target.substr(0, target.find('?'));
}

std::string_view RequestReader::query() const {
  const std::string_view target = impl_->target();
  const std::size_t mark = target.find('?');
  return mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
}

std::string_view RequestReader::bearer() const {
  constexpr std::size_t kSchemeLength = 7;  // "Bearer ", in any case. RFC 9110 §11.1
  const beast::string_view value = impl_->request()[field::authorization];
  if (!beast::iequals(value.substr(0, kSchemeLength), "Bearer ")) return {};
  std::string_view token = view(value).substr(kSchemeLength);
  token.remove_prefix(std::min(token.find_first_not_of(' '), token.size()));
  return token;
}

std::string_view RequestReader::body() const { return impl_->request().body(); }

bool RequestReader::keep_alive() const { return impl_->request().keep_alive(); }

std::string_view RequestReader::upgrade_nonce(Lenience lenience) const {
  const auto& request = impl_->request();
  const std::string_view nonce = view(request[field::sec_websocket_key]);
  const bool well_formed =
      (request.method() == http::verb::get || lenience.method) && request.version() >= 11 &&
      request.count(field::host) == 1 && has_token(request[field::upgrade], "websocket") &&
      has_token(request[field::connection], "upgrade") &&
      (view(request[field::sec_websocket_version]) == "13" || lenience.version) &&
      request.count(field::sec_websocket_key) == 1 && is_nonce(nonce);
  return well_formed ? nonce : std::string_view{};
}

}  // namespace gauntlet::sim::wire
