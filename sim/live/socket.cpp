#include "sim/live/socket.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace gauntlet::sim {
namespace {

// How long a peer may take to read what was written before the link was closed.
constexpr int kLastWordsMs = 5000;

void set(int descriptor, int level, int option, int value) {
  ::setsockopt(descriptor, level, option, &value, sizeof value);
}

Result<Socket, int> open(const Tcp::endpoint& address) {
  const int descriptor =
      ::socket(address.protocol().family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return fail(errno);
  return Socket{descriptor};
}

Result<Socket, int> bound_to(const Tcp::endpoint& address) {
  auto socket = open(address);
  if (!socket) return socket;
  const int descriptor = socket.value().descriptor();
  set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1);
  if (::bind(descriptor, address.data(), static_cast<socklen_t>(address.size())) != 0)
    return fail(errno);
  return socket;
}

}  // namespace

Socket& Socket::operator=(Socket&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

Socket::~Socket() {
  if (descriptor_ != kNone) ::close(descriptor_);
}

Result<std::size_t, int> Socket::read(std::span<char> into) const {
  const ssize_t size = ::recv(descriptor_, into.data(), into.size(), 0);
  if (size < 0) return fail(errno);
  return static_cast<std::size_t>(size);
}

Result<std::size_t, int> Socket::write(std::span<const char> bytes) const {
  const ssize_t size = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (size < 0) return fail(errno);
  return static_cast<std::size_t>(size);
}

int Socket::connect_error() const {
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

void Socket::end_writing() const { ::shutdown(descriptor_, SHUT_WR); }

void Socket::reset_on_close() const {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

int Socket::listen() const { return ::listen(descriptor_, SOMAXCONN) == 0 ? 0 : errno; }

void Socket::stop_listening() const { ::shutdown(descriptor_, SHUT_RD); }

void Socket::bound_last_words() const {
  set(descriptor_, IPPROTO_TCP, TCP_USER_TIMEOUT, kLastWordsMs);
}

Result<Socket, int> connect_to(const Tcp::endpoint& address, std::optional<Ipv4> from) {
  auto socket = open(address);
  if (!socket) return socket;
  const int descriptor = socket.value().descriptor();
  set(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
  if (from && address.address().is_v4()) {
    // The port is chosen when it connects, and so need not be free for every destination.
    set(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
    const Tcp::endpoint local{boost::asio::ip::address_v4{*from}, 0};
    if (::bind(descriptor, local.data(), static_cast<socklen_t>(local.size())) != 0)
      return fail(errno);
  }
  if (::connect(descriptor, address.data(), static_cast<socklen_t>(address.size())) != 0 &&
      errno != EINPROGRESS)
    return fail(errno);
  return socket;
}

Result<Socket, int> listen_at(const Tcp::endpoint& address) {
  // A port that was asked for by its number stays with a socket that stops listening for a while;
  // one that the kernel chose goes back to it.
  Tcp::endpoint numbered = address;
  std::optional<Socket> chosen;
  if (address.port() == 0) {
    auto socket = bound_to(address);
    if (!socket) return socket;
    chosen = std::move(socket).value();
    numbered = local_address(*chosen);
  }
  auto socket = bound_to(numbered);
  if (!socket) return socket;
  if (const int error = socket.value().listen(); error != 0) return fail(error);
  return socket;
}

Tcp::endpoint local_address(const Socket& socket) {
  Tcp::endpoint address;
  auto size = static_cast<socklen_t>(address.capacity());
  if (::getsockname(socket.descriptor(), address.data(), &size) == 0) address.resize(size);
  return address;
}

Result<Accepted, int> accept_from(const Socket& listening) {
  Tcp::endpoint peer;
  auto size = static_cast<socklen_t>(peer.capacity());
  const int descriptor =
      ::accept4(listening.descriptor(), peer.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (descriptor < 0) return fail(errno);
  peer.resize(size);
  set(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
  return Accepted{Socket{descriptor}, peer};
}

Outcome outcome_of_errno(int error) {
  switch (error) {
    case ECONNREFUSED:
      return Outcome::refused;
    case ECONNRESET:
    case EPIPE:
    case ECONNABORTED:
      return Outcome::reset;
    case ETIMEDOUT:
      return Outcome::timed_out;
    // EADDRNOTAVAIL: every local port is taken, or waits for its last owner's packets to die out.
    case EADDRNOTAVAIL:
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
    case ENOSPC:
      return Outcome::exhausted;
    default:
      return Outcome::unreachable;
  }
}

}  // namespace gauntlet::sim
