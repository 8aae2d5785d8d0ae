#include "tests/bench/limit/socket.hpp"

#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace gauntlet::limit {
namespace {

constexpr int kOn = 1;

double seconds(clockid_t clock) {
  timespec time{};
  must(clock_gettime(clock, &time), "clock_gettime");
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

sockaddr* general(sockaddr_in& address) {
  return reinterpret_cast<sockaddr*>(&address);  // NOLINT: how the sockets API wants it
}

}  // namespace

int must(int result, const char* call) {
  if (result >= 0) return result;
  std::perror(call);
  std::exit(1);
}

void raise_file_limit() {
  rlimit limit{};
  must(getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
  limit.rlim_cur = limit.rlim_max;
  must(setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int listen_at(std::uint16_t port) {
  const int listener = must(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");
  must(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &kOn, sizeof kOn), "SO_REUSEADDR");
  must(setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &kOn, sizeof kOn), "TCP_NODELAY");
  sockaddr_in here = loopback(port);
  must(bind(listener, general(here), sizeof here), "bind");
  must(listen(listener, SOMAXCONN), "listen");
  return listener;
}

std::uint16_t port_of(int socket) {
  sockaddr_in here{};
  socklen_t length = sizeof here;
  must(getsockname(socket, general(here), &length), "getsockname");
  return ntohs(here.sin_port);
}

int dial(const sockaddr_in& to) {
  const int dialed = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
  must(setsockopt(dialed, IPPROTO_TCP, TCP_NODELAY, &kOn, sizeof kOn), "TCP_NODELAY");
  sockaddr_in there = to;
  must(connect(dialed, general(there), sizeof there), "connect");
  return dialed;
}

void reset(int socket) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close(socket);
}

void watch(int epoll, Change change, int socket, std::uint32_t events) {
  epoll_event wanted{.events = events, .data = {.fd = socket}};
  must(epoll_ctl(epoll, change == Change::add ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, &wanted),
       "epoll_ctl");
}

double cpu_seconds() { return seconds(CLOCK_PROCESS_CPUTIME_ID); }
double now_seconds() { return seconds(CLOCK_MONOTONIC); }

}  // namespace gauntlet::limit
