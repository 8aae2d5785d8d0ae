// A TCP socket as the kernel has it: a descriptor with an owner, and what can go wrong with it.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "scenarios/terms/ipv4.hpp"
#include "scenarios/terms/outcome.hpp"
#include "scenarios/terms/result.hpp"

namespace gauntlet::sim {

using Tcp = boost::asio::ip::tcp;

/// Owns a descriptor and closes it. Never blocks: every socket here is non-blocking.
/// @threads One at a time.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int descriptor) : descriptor_{descriptor} {}
  Socket(Socket&& other) noexcept : descriptor_{std::exchange(other.descriptor_, kNone)} {}
  Socket& operator=(Socket&& other) noexcept;
  ~Socket();

  int descriptor() const { return descriptor_; }

  /// How many bytes were moved, or the errno instead. 0 bytes read: the peer ended its stream.
  /// EAGAIN when none can be moved now.
  Result<std::size_t, int> read(std::span<char> into) const;
  Result<std::size_t, int> write(std::span<const char> bytes) const;

  /// Of an attempt to connect that has come to its end: 0, or its errno.
  int connect_error() const;
  /// The peer sees the end of the stream; what it sends can still be read.
  void end_writing() const;
  /// The socket's close drops what is not sent, and tells the peer so (RST).
  void reset_on_close() const;
  /// Lets clients come. @return 0, or the errno.
  int listen() const;
  /// Refuses them, those too that have not been accepted yet; the address stays taken.
  void stop_listening() const;
  /// A peer that never reads must not keep a closed socket's last bytes for ever.
  void bound_last_words() const;

 private:
  static constexpr int kNone = -1;
  int descriptor_{kNone};
};

/// Begins to connect; the outcome shows once the socket is writable.
/// @param from  the local address; without, the system's choice. The port is always that.
/// @error errno.
Result<Socket, int> connect_to(const Tcp::endpoint& address, std::optional<Ipv4> from = {});

/// @param address  port 0: any that is free.
/// @error errno.
Result<Socket, int> listen_at(const Tcp::endpoint& address);
Tcp::endpoint local_address(const Socket& socket);

/// One client of a listening socket, and where it comes from.
struct Accepted {
  Socket socket;
  Tcp::endpoint peer;
};
/// @error errno; EAGAIN when nobody waits.
Result<Accepted, int> accept_from(const Socket& listening);

/// What an errno of a socket means for whoever used it.
Outcome outcome_of_errno(int error);

}  // namespace gauntlet::sim
