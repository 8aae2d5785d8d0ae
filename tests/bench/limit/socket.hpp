// The few calls on sockets, clocks and limits that the raw programs share.
#pragma once

#include <netinet/in.h>

#include <cstdint>

namespace gauntlet::limit {

/// `result`, unless it is below 0: then the program ends with errno in words. For calls without
/// which there is nothing to measure.
int must(int result, const char* call);

/// Raises the limit of open files as far as it goes.
void raise_file_limit();

sockaddr_in loopback(std::uint16_t port);

/// A listening socket at 127.0.0.1 that does not block; those that it accepts have TCP_NODELAY.
int listen_at(std::uint16_t port);
std::uint16_t port_of(int socket);

/// A socket that is connected, and blocks.
int dial(const sockaddr_in& to);

/// Closes by reset, so that no port waits for the last packets of its connection.
void reset(int socket);

/// Asks an epoll set to tell of `events` on `socket`, under the number of the socket.
enum class Change : int { add, modify };
void watch(int epoll, Change change, int socket, std::uint32_t events);

/// CPU time of this process, user and system.
double cpu_seconds();
/// Of CLOCK_MONOTONIC.
double now_seconds();

}  // namespace gauntlet::limit
