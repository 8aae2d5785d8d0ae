#include "sim/cli/keyboard.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <iterator>
#include <utility>

namespace gauntlet::sim {
namespace {

/// Moves the whole lines out of `text`; a last one without a line end stays.
std::deque<std::string> take_lines(std::string& text) {
  std::deque<std::string> lines;
  for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
    lines.push_back(text.substr(0, end));
    text.erase(0, end + 1);
  }
  return lines;
}

}  // namespace

Keyboard::Keyboard(Post post)
    : post_{std::move(post)}, stop_{eventfd(0, EFD_CLOEXEC)}, reader_{[this] { read_lines(); }} {}

Keyboard::~Keyboard() {
  eventfd_write(stop_, 1);
  reader_.join();
  close(stop_);
}

// On the reader's thread. A read would not notice that the process wants to end: hence the poll.
void Keyboard::read_lines() {
  std::string text;
  std::array<char, 4096> piece{};
  std::array<pollfd, 2> sources{{{STDIN_FILENO, POLLIN, 0}, {stop_, POLLIN, 0}}};
  for (;;) {
    if (poll(sources.data(), sources.size(), -1) < 0 && errno == EINTR) continue;
    if (sources[1].revents != 0) return;
    const ssize_t n = read(STDIN_FILENO, piece.data(), piece.size());
    if (n < 0 && errno == EINTR) continue;
    if (n > 0) text.append(piece.data(), static_cast<std::size_t>(n));
    const bool ended = n <= 0;
    if (ended && !text.empty()) text += '\n';
    auto lines = take_lines(text);
    if (ended || !lines.empty())
      post_([this, ended, lines = std::move(lines)] { typed(lines, ended); });
    if (ended) return;
  }
}

void Keyboard::typed(std::deque<std::string> lines, bool ended) {
  std::move(lines.begin(), lines.end(), std::back_inserter(lines_));
  ended_ = ended;
  wake();
}

std::optional<Instant> Keyboard::next_deadline() const {
  return ended_ || !lines_.empty() ? std::optional{Instant{}} : std::nullopt;
}

std::optional<runners::Output> Keyboard::next(Instant now) {
  if (lines_.empty())
    return std::exchange(ended_, false) ? std::optional<runners::Output>{runners::Finished{0}}
                                        : std::nullopt;
  line_ = std::move(lines_.front());
  lines_.pop_front();
  return runners::TokenOut{line_, now};
}

}  // namespace gauntlet::sim
