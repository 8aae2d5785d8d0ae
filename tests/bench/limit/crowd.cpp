#include "tests/bench/limit/crowd.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "tests/bench/limit/handshake.hpp"
#include "tests/bench/limit/socket.hpp"

namespace gauntlet::limit {
namespace {

constexpr std::size_t kReadBytes = 256 * 1024;
constexpr std::size_t kUnderWay = 256;
// The example of RFC 6455 §1.3: what a server makes of it is not looked at.
constexpr std::string_view kRestOfUpgrade =
    " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";

/// As long as the names of Gauntlet's agents, and new in each run: a relay gives an id once.
std::string id_of(std::size_t number) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "raw-load-%08x-%zu", static_cast<unsigned>(getpid()),
                number);
  return text.data();
}

[[noreturn]] void give_up(const char* why, std::string_view what) {
  std::fprintf(stderr, "raw_client: %s: %.*s\n", why, static_cast<int>(what.size()), what.data());
  std::exit(1);
}

}  // namespace

void send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) must(-1, "send");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

Crowd::Crowd(Protocol protocol, std::uint16_t port, std::size_t count)
    : protocol_{protocol},
      port_{port},
      epoll_{must(epoll_create1(0), "epoll_create1")},
      buffer_(kReadBytes),
      members_(count),
      entrants_(count) {
  raise_file_limit();
  enter_all();
}

void Crowd::leave() {
  std::string goodbye;
  append_frame(goodbye, Opcode::close, "\x03\xE8", Masked::yes);  // 1000
  for (const Member& member : members_) {
    send_all(member.socket, goodbye);
    reset(member.socket);
  }
  close(epoll_);
}

void Crowd::enter_all() {
  std::size_t begun = 0;
  while (in_ < members_.size()) {
    while (begun < members_.size() && begun - in_ < kUnderWay) begin(begun++);
    turn(-1, [&](Member& member, std::span<char> bytes) {
      proceed(static_cast<std::size_t>(&member - members_.data()), bytes);
    });
  }
  entrants_ = {};
}

void Crowd::connect(std::size_t index) {
  const int socket = dial(loopback(port_));
  if (by_socket_.size() <= static_cast<std::size_t>(socket))
    by_socket_.resize(static_cast<std::size_t>(socket) + 1);
  by_socket_[static_cast<std::size_t>(socket)] = static_cast<std::uint32_t>(index);
  members_[index].socket = socket;
  watch(epoll_, Change::add, socket, EPOLLIN);
}

void Crowd::begin(std::size_t index) {
  members_[index].id = id_of(index);
  if (protocol_ == Protocol::arena) return open_socket(index, "/ws");
  connect(index);
  const std::string body = R"({"agent_id":")" + members_[index].id + R"("})";
  send_all(members_[index].socket,
           "POST /register HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
           "Connection: close\r\nContent-Length: " +
               std::to_string(body.size()) + "\r\n\r\n" + body);
}

void Crowd::open_socket(std::size_t index, std::string_view path) {
  connect(index);
  entrants_[index].step = Step::upgrading;
  send_all(members_[index].socket,
           std::string{"GET "}.append(path).append(kRestOfUpgrade).append("\r\n"));
}

void Crowd::proceed(std::size_t index, std::span<char> bytes) {
  Entrant& entrant = entrants_[index];
  if (entrant.step == Step::greeting || entrant.step == Step::in) {
    members_[index].frames.feed(bytes, [&](const Frame&) {
      if (entrant.step == Step::in) {
        ++members_[index].early;
      } else {
        entrant.step = Step::in;
        ++in_;
      }
    });
    return;
  }
  entrant.received.append(bytes.data(), bytes.size());
  const auto answer = read_http(entrant.received);
  if (!answer) return;
  if (entrant.step == Step::registering)
    registered(index);
  else
    upgraded(index);
}

void Crowd::registered(std::size_t index) {
  constexpr std::string_view kBefore = R"("token":")";
  const std::string received = std::move(entrants_[index].received);
  entrants_[index].received.clear();
  const std::size_t at = received.find(kBefore);
  if (at == std::string::npos) give_up("not registered", received);
  const std::size_t begin = at + kBefore.size();
  reset(members_[index].socket);
  open_socket(index, "/arc?token=" + received.substr(begin, received.find('"', begin) - begin));
}

void Crowd::upgraded(std::size_t index) {
  Entrant& entrant = entrants_[index];
  std::string received = std::move(entrant.received);
  if (!received.starts_with("HTTP/1.1 101")) give_up("not let in", received);
  entrant.step = Step::greeting;
  if (protocol_ == Protocol::arena) {
    std::string hello;
    append_frame(hello, Opcode::text,
                 R"({"type":"register","participant_id":")" + members_[index].id +
                     R"(","nickname":"raw","pin":"000000","runner":"mock","model":"mock-1"})",
                 Masked::yes);
    send_all(members_[index].socket, hello);
  }
  const std::size_t head = read_http(received)->bytes;
  if (received.size() > head) proceed(index, std::span{received}.subspan(head));
}

std::size_t Crowd::receive(int socket) {
  const ssize_t size = recv(socket, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
  if (size > 0) return static_cast<std::size_t>(size);
  if (size < 0 && errno == EAGAIN) return 0;
  give_up("the server closed a connection", members_.empty() ? "" : member_at(socket).id);
}

}  // namespace gauntlet::limit
