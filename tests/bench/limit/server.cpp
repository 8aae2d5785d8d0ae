#include "tests/bench/limit/server.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "tests/bench/limit/socket.hpp"

namespace gauntlet::limit {
namespace {

constexpr std::size_t kReadBytes = 256 * 1024;
constexpr std::size_t kEventsPerTurn = 256;

}  // namespace

Server::Server(std::uint16_t port)
    : listener_{listen_at(port)},
      epoll_{must(epoll_create1(0), "epoll_create1")},
      buffer_(kReadBytes) {
  raise_file_limit();
  watch(epoll_, Change::add, listener_, EPOLLIN);
  watch(epoll_, Change::add, STDIN_FILENO, EPOLLIN);
  std::printf("%u\n", port_of(listener_));
  std::fflush(stdout);
}

void Server::serve() {
  std::array<epoll_event, kEventsPerTurn> events{};
  for (;;) {
    const int ready = epoll_wait(epoll_, events.data(), kEventsPerTurn, -1);
    for (int i = 0; i < ready; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      if (event.data.fd == listener_) {
        accept_all();
      } else if (event.data.fd == STDIN_FILENO) {
        if (::read(STDIN_FILENO, buffer_.data(), buffer_.size()) <= 0) return;
      } else {
        Guest& one = guest(event.data.fd);
        if ((event.events & EPOLLOUT) != 0) send_out(one);
        if ((event.events & ~EPOLLOUT) != 0) read(one);
      }
    }
    flush();
    bury();
  }
}

void Server::accept_all() {
  for (;;) {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
    if (socket < 0) return;
    const auto index = static_cast<std::size_t>(socket);
    if (guests_.size() <= index) guests_.resize(index + 1);
    guests_[index] = std::make_unique<Guest>(Guest{.socket = socket});
    watch(epoll_, Change::add, socket, EPOLLIN);
  }
}

void Server::read(Guest& guest) {
  const ssize_t size = recv(guest.socket, buffer_.data(), buffer_.size(), 0);
  if (size < 0 && errno == EAGAIN) return;
  if (size <= 0) return end(guest);
  if (guest.leaves || guest.gone) return;
  const std::span<char> bytes{buffer_.data(), static_cast<std::size_t>(size)};
  if (guest.upgraded)
    guest.frames.feed(bytes, [&](const Frame& frame) { hear(guest, frame); });
  else
    read_request(guest, bytes);
}

void Server::hear(Guest& guest, const Frame& frame) {
  switch (frame.opcode) {
    case Opcode::text:
      return heard(guest, frame.payload);
    case Opcode::ping:
      return append_frame(output(guest), Opcode::pong, frame.payload, Masked::no);
    case Opcode::close:
      append_frame(output(guest), Opcode::close, frame.payload, Masked::no);
      guest.leaves = true;
      return;
    case Opcode::pong:
      return;
  }
}

// Frames may follow an upgrade at once.
void Server::read_request(Guest& guest, std::span<char> bytes) {
  guest.request.append(bytes.data(), bytes.size());
  const auto request = read_http(guest.request);
  if (!request) return;
  asked(guest, *request);
  if (guest.upgraded)
    guest.frames.feed(std::span{guest.request}.subspan(request->bytes),
                      [&](const Frame& frame) { hear(guest, frame); });
  guest.request = {};
}

std::string& Server::output(Guest& guest) {
  if (!guest.dirty) {
    guest.dirty = true;
    dirty_.push_back(guest.socket);
  }
  return guest.out;
}

void Server::reply(Guest& guest, std::string_view status, std::string_view body) {
  output(guest)
      .append("HTTP/1.1 ")
      .append(status)
      .append("\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: ")
      .append(std::to_string(body.size()))
      .append("\r\n\r\n")
      .append(body);
  guest.leaves = true;
}

void Server::upgrade(Guest& guest, const HttpMessage& request) {
  output(guest)
      .append(
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          "Sec-WebSocket-Accept: ")
      .append(websocket_accept(http_field(request.head, "sec-websocket-key")))
      .append("\r\n\r\n");
  guest.upgraded = true;
}

void Server::flush() {
  for (const int socket : dirty_) {
    Guest& one = guest(socket);
    one.dirty = false;
    if (!one.blocked && !one.gone) send_out(one);
  }
  dirty_.clear();
}

void Server::send_out(Guest& guest) {
  const ssize_t sent = send(guest.socket, guest.out.data(), guest.out.size(), MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) return end(guest);
  const bool all = sent == static_cast<ssize_t>(guest.out.size());
  if (all)
    guest.out.clear();
  else if (sent > 0)
    guest.out.erase(0, static_cast<std::size_t>(sent));
  if (guest.blocked != !all) {
    guest.blocked = !all;
    watch(epoll_, Change::modify, guest.socket, all ? EPOLLIN : EPOLLIN | EPOLLOUT);
  }
  if (all && guest.leaves) end(guest);
}

void Server::end(Guest& guest) {
  if (guest.gone) return;
  guest.gone = true;
  dead_.push_back(guest.socket);
  left(guest);
}

void Server::bury() {
  for (const int socket : dead_) {
    guests_[static_cast<std::size_t>(socket)].reset();
    reset(socket);
  }
  dead_.clear();
}

}  // namespace gauntlet::limit
