// HTTP/1.1 as bytes in, messages out, for both sides. Parsing and serialising is Boost.Beast's;
// this is the part of it that we use, without sockets.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace gauntlet::sim::wire {

struct RequestHead {
  std::string_view method;     // "GET", "POST"
  std::string_view authority;  // Host
  std::string_view path;       // with the query
  std::string_view bearer{};   // Authorization: Bearer, when not empty
  bool keep_alive{false};      // else `Connection: close`
};

/// Appends a request; a JSON body when not empty or the method is POST.
void append_request(std::string& out, const RequestHead& head, std::string_view body);

/// Appends a WebSocket upgrade. `nonce` is the Sec-WebSocket-Key: 16 bytes as base64.
void append_upgrade(std::string& out, const RequestHead& head, std::string_view nonce);

/// 16 bytes as base64: 24 characters.
std::string websocket_nonce(std::uint64_t high, std::uint64_t low);

/// The Sec-WebSocket-Accept that belongs to a key. RFC 6455 §4.2.2
std::string websocket_accept(std::string_view nonce);

enum class Progress : std::uint8_t { more, done, bad };

/// Reads one reply, or one after another on a kept-alive connection.
class ReplyReader {
 public:
  static constexpr std::uint64_t kBodyBytesMax = std::uint64_t{1024} * 1024;

  ReplyReader() : ReplyReader{kBodyBytesMax} {}
  /// @param body_bytes_max  a longer body is `bad`.
  explicit ReplyReader(std::uint64_t body_bytes_max);
  ~ReplyReader();
  ReplyReader(ReplyReader&&) noexcept;
  ReplyReader& operator=(ReplyReader&&) noexcept;

  /// Takes bytes from the front of `bytes`; what follows the reply stays (the first WebSocket
  /// frames after a 101). `bad`: not HTTP, or too much of it.
  Progress feed(std::span<char>& bytes);
  /// The stream ended: `done` when that is how the reply says it ends, else `bad`.
  Progress finish();

  void reset();  // for the next reply

  int status() const;  // 0 until the head is whole
  bool keep_alive() const;
  std::string_view body() const;  // as much of it as there is
  /// Forgets the body so far: what comes next begins a new one. For bodies that are streams.
  void forget_body();
  /// For a 101: whether it is a WebSocket's and Sec-WebSocket-Accept fits the nonce.
  bool accepts(std::string_view nonce) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Reads requests, one after another on a kept-alive connection.
class RequestReader {
 public:
  RequestReader();
  ~RequestReader();
  RequestReader(RequestReader&&) noexcept;
  RequestReader& operator=(RequestReader&&) noexcept;

  Progress feed(std::span<char>& bytes);  // bodies of up to 1 MiB
  void reset();                           // for the next request

  std::string_view method() const;
  std::string_view path() const;   // without the query
  std::string_view query() const;  // without the '?'
  std::string_view bearer() const;
  std::string_view body() const;
  bool keep_alive() const;
  /// What is let pass although it is no well-formed upgrade: of a server that is wrong on purpose.
  struct Lenience {
    bool version{false};  // another one than 13
    bool method{false};   // another one than GET
  };
  /// The Sec-WebSocket-Key of a well-formed upgrade to version 13, else empty.
  std::string_view upgrade_nonce(Lenience lenience) const;
  std::string_view upgrade_nonce() const { return upgrade_nonce({}); }

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

void append_response(std::string& out, int status, std::string_view content_type,
                     std::string_view body, bool keep_alive);
void append_accept(std::string& out, std::string_view nonce);

}  // namespace gauntlet::sim::wire
