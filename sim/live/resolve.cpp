#include "sim/live/resolve.hpp"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/write.hpp>
#include <cctype>

namespace gauntlet::sim {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using State = wire::TlsStream::State;

// With TLS 1.3 a server judges a client's certificate, or the lack of one, only after the client
// has finished the handshake, and says nothing when all is well.
constexpr Duration kVerdict = std::chrono::milliseconds{300};

std::string in_words(const error_code& failure) {
  std::string cause = failure.message();
  if (!cause.empty())
    cause.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(cause.front())));
  return cause;
}

// One connection and the loop that it has to itself: each step waits for its end, but not for long.
class Visit {
 public:
  explicit Visit(Duration timeout) : timeout_{timeout} {}

  /// @return What is wrong.
  std::optional<std::string> connect(const Url& url) {
    error_code failure;
    const auto found = Tcp::resolver{io_}.resolve(url.host, std::to_string(url.port), failure);
    if (failure) return "the host name cannot be resolved: " + failure.message();
    asio::async_connect(socket_, found,
                        [this](const error_code& error, const auto&) { finish(error); });
    if (!finished_within(timeout_)) return no_answer();
    return failure_ ? std::optional{in_words(failure_)} : std::nullopt;
  }

  std::optional<std::string> shake_hands(const wire::TlsContext& context, const std::string& host) {
    wire::TlsStream stream{context, host};
    stream.start();
    while (stream.state() == State::shaking_hands) {
      send(stream);
      if (!receive(stream, timeout_)) return no_answer();
      if (failure_) return "it ended the connection during the TLS handshake";
    }
    send(stream);
    if (stream.state() == State::open && stream.asked_for_certificate()) receive(stream, kVerdict);
    return stream.state() == State::failed ? std::optional{stream.why()} : std::nullopt;
  }

  Result<Tcp::endpoint, std::string> address() {
    error_code failure;
    const Tcp::endpoint answered = socket_.remote_endpoint(failure);
    if (failure) return fail(in_words(failure));
    return answered;
  }

 private:
  void send(wire::TlsStream& stream) {
    error_code ignored;  // what broke the connection shows when it is read
    asio::write(socket_, asio::buffer(stream.sealed()), ignored);
    stream.sealed().clear();
  }

  bool receive(wire::TlsStream& stream, Duration patience) {
    std::size_t size = 0;
    socket_.async_read_some(asio::buffer(buffer_), [&](const error_code& error, std::size_t read) {
      size = read;
      finish(error);
    });
    if (!finished_within(patience)) return false;
    stream.feed({buffer_.data(), size});
    std::array<char, 1024> nothing_asked{};
    while (stream.read(nothing_asked) > 0) continue;
    return true;
  }

  void finish(const error_code& error) {
    finished_ = true;
    failure_ = error;
  }
  bool finished_within(Duration patience) {
    finished_ = false;
    io_.restart();
    io_.run_for(patience);
    if (finished_) return true;
    error_code ignored;
    socket_.close(ignored);  // the handler must not outlive what it refers to
    io_.restart();
    io_.run();
    return false;
  }
  std::string no_answer() const {
    return "no answer within " + std::to_string(static_cast<int>(seconds(timeout_))) + " s";
  }

  Duration timeout_;
  asio::io_context io_;
  Tcp::socket socket_{io_};
  std::array<char, 16 * 1024> buffer_{};
  error_code failure_;
  bool finished_{false};
};

}  // namespace

Result<std::optional<wire::TlsContext>, std::string> tls_for(const Url& url,
                                                             const TlsClientOptions& options) {
  if (!url.secure()) return std::optional<wire::TlsContext>{};
  auto context = wire::TlsContext::client(options);
  if (!context) return fail(context.error());
  return std::optional{std::move(context).value()};
}

Result<Destination, std::string> find_listener(const Url& url, std::optional<wire::TlsContext> tls,
                                               Duration timeout) {
  Visit visit{timeout};
  if (auto problem = visit.connect(url)) return fail(std::move(*problem));
  auto answered = visit.address();
  if (!answered) return fail(answered.error());
  if (tls)
    if (auto problem = visit.shake_hands(*tls, url.host)) return fail(std::move(*problem));
  return Destination{.address = answered.value(), .tls = std::move(tls), .host = url.host};
}

}  // namespace gauntlet::sim
