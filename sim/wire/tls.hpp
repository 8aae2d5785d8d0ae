// One end of a TLS connection as a machine: ciphertext in, plaintext out, and back. OpenSSL does
// the cryptography and knows of no socket.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "scenarios/terms/result.hpp"
#include "scenarios/terms/tls.hpp"

struct ssl_ctx_st;
struct ssl_st;

namespace gauntlet::sim::wire {

/// Certificates and keys, read once and shared by any number of streams.
/// @threads Any, once it is made.
class TlsContext {
 public:
  /// @error A sentence for the user: which file, and what is wrong with it.
  static Result<TlsContext, std::string> client(const TlsClientOptions& options);
  static Result<TlsContext, std::string> server(const TlsServerOptions& options);

 private:
  friend class TlsStream;
  explicit TlsContext(std::shared_ptr<ssl_ctx_st> context) : context_{std::move(context)} {}

  std::shared_ptr<ssl_ctx_st> context_;
};

/// One connection. The user moves the bytes:
///
///   from the peer      feed(), then read() until it gives nothing
///   to the peer        write(), once it is open
///
/// Each of them, and start(), may leave something in sealed(): it is to be sent, and taken out by
/// the user. The handshake goes on in read().
class TlsStream {
 public:
  enum class State : std::uint8_t {
    shaking_hands,
    open,
    ended,   // the peer said that nothing more will come
    failed,  // why() knows
  };

  /// A client's end. @param host  A name or an address: who must answer.
  TlsStream(const TlsContext& context, const std::string& host);
  /// A server's end.
  explicit TlsStream(const TlsContext& context);
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;
  ~TlsStream();

  State state() const { return state_; }
  /// Why it failed, as a clause for the user: "its certificate expired on 2026-01-31".
  const std::string& why() const { return why_; }
  /// Whether the server asked who we are. With TLS 1.3 it judges only after the handshake.
  bool asked_for_certificate() const { return asked_; }

  /// A client's first words.
  void start() { shake_hands(); }
  /// Ciphertext, which must stay where it is until read() has given nothing.
  void feed(std::span<const char> ciphertext) { incoming_ = ciphertext; }
  /// @return How many bytes of plaintext are in `into`; 0 when all that was fed is used up.
  std::size_t read(std::span<char> into);
  void write(std::string_view plaintext);
  /// Says that nothing more will come.
  void close();
  std::string& sealed() { return sealed_; }

 private:
  friend class TlsContext;
  struct FreeSsl {
    void operator()(ssl_st* ssl) const;
  };
  struct Glue;  // OpenSSL's callbacks

  void shake_hands();
  void fail();

  std::unique_ptr<ssl_st, FreeSsl> ssl_;
  std::span<const char> incoming_;
  std::string sealed_;
  std::string why_;
  State state_{State::shaking_hands};
  bool asked_{false};
};

/// Lets a client and a server meet, here and now.
/// @return Why they would not come together; nothing when they do.
std::optional<std::string> why_not(const TlsContext& client, const std::string& host,
                                   const TlsContext& server);

}  // namespace gauntlet::sim::wire
