// A server of WebSockets that does nothing but move bytes: one thread, one epoll set, one buffer
// to read into. What a turn of the loop wrote to a socket leaves in one send at the turn's end.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/limit/frame.hpp"
#include "tests/bench/limit/handshake.hpp"

namespace gauntlet::limit {

class Server {
 public:
  struct Guest {
    static constexpr std::uint32_t kNobody = ~0U;

    int socket;
    std::uint32_t who{kNobody};  // for whoever serves
    bool upgraded{false};
    bool leaves{false};   // once everything is sent
    bool gone{false};     // in dead_
    bool dirty{false};    // in dirty_
    bool blocked{false};  // waits until it can be written to
    std::string out;
    std::string request;  // as much of one as has come
    FrameStream frames;
  };

  /// Listens on 127.0.0.1; port 0: on any that is free. Prints `PORT\n`.
  explicit Server(std::uint16_t port);
  virtual ~Server() = default;

  /// Serves until standard input, a pipe or a terminal, ends.
  void serve();

 protected:
  /// A request. It is answered with one of reply() and upgrade().
  virtual void asked(Guest& guest, const HttpMessage& request) = 0;
  /// A text message of a guest that was upgraded. The view is valid for the call.
  virtual void heard(Guest& guest, std::string_view text) = 0;
  virtual void left(Guest& guest) = 0;

  Guest& guest(int socket) { return *guests_[static_cast<std::size_t>(socket)]; }
  /// Where to write what shall be sent to the guest.
  std::string& output(Guest& guest);
  /// Replies with JSON, and closes.
  void reply(Guest& guest, std::string_view status, std::string_view body);
  void upgrade(Guest& guest, const HttpMessage& request);

 private:
  void accept_all();
  void read(Guest& guest);
  void hear(Guest& guest, const Frame& frame);
  void read_request(Guest& guest, std::span<char> bytes);
  void flush();
  void send_out(Guest& guest);
  void end(Guest& guest);
  void bury();

  int listener_;
  int epoll_;
  std::vector<char> buffer_;
  std::vector<std::unique_ptr<Guest>> guests_;  // by socket
  std::vector<int> dirty_;
  std::vector<int> dead_;  // closed at the end of the turn, so that no number is used twice in it
};

}  // namespace gauntlet::limit
