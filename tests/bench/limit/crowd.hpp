// Raw clients: sockets that block only when they write, one epoll set, one buffer to read into.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/limit/frame.hpp"

namespace gauntlet::limit {

enum class Protocol : std::uint8_t { arc, arena };

struct Member {
  std::string id;
  int socket{-1};
  std::size_t early{0};  // messages that came behind the greeting, before all were in
  FrameStream frames;
};

void send_all(int socket, std::string_view bytes);

class Crowd {
 public:
  /// Brings `count` clients in: ARC agents register, each on a connection of its own, open their
  /// WebSocket and wait for the welcome; arena participants open it, register and wait for the
  /// answer. Up to 256 are under way at a time, so that no accept queue overflows.
  Crowd(Protocol protocol, std::uint16_t port, std::size_t count);

  /// Says goodbye for all, and closes by reset.
  void leave();

  std::vector<Member>& members() { return members_; }

  /// Waits until something can be read, or for `timeout_ms` (-1: for ever), and calls
  /// `on_bytes(Member&, std::span<char>)` for each member for whom something came.
  template <class OnBytes>
  void turn(int timeout_ms, OnBytes&& on_bytes) {
    const int ready =
        epoll_wait(epoll_, events_.data(), static_cast<int>(events_.size()), timeout_ms);
    for (int i = 0; i < ready; ++i) {
      const int socket = events_[static_cast<std::size_t>(i)].data.fd;
      const std::size_t size = receive(socket);
      if (size > 0) on_bytes(member_at(socket), std::span{buffer_.data(), size});
    }
  }

 private:
  enum class Step : std::uint8_t { registering, upgrading, greeting, in };
  struct Entrant {
    Step step{Step::registering};
    std::string received;
  };

  Member& member_at(int socket) { return members_[by_socket_[static_cast<std::size_t>(socket)]]; }
  void enter_all();
  void connect(std::size_t index);
  void begin(std::size_t index);
  void open_socket(std::size_t index, std::string_view path);
  void proceed(std::size_t index, std::span<char> bytes);
  void registered(std::size_t index);
  void upgraded(std::size_t index);
  std::size_t receive(int socket);

  Protocol protocol_;
  std::uint16_t port_;
  int epoll_;
  std::array<epoll_event, 256> events_{};
  std::vector<char> buffer_;
  std::vector<Member> members_;
  std::vector<std::uint32_t> by_socket_;
  std::vector<Entrant> entrants_;  // while they come in
  std::size_t in_{0};
};

}  // namespace gauntlet::limit
