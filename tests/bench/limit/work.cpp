#include "tests/bench/limit/work.hpp"

#include <charconv>
#include <ctime>
#include <string>

#include "tests/bench/limit/crowd.hpp"
#include "tests/bench/limit/socket.hpp"

namespace gauntlet::limit {
namespace {

constexpr int kPatienceMs = 100;

/// 120 bytes, as Gauntlet writes them.
constexpr std::string_view kPayload =
    R"({"run":"0badcafe","from":123,"lane":0,"n":12345,"at":1234567890,)"
    R"("pad":"0123456789012345678901234567890123456789abcdefg"})";
static_assert(kPayload.size() == 120);

std::string message_to(std::string_view id) {
  std::string frame;
  append_frame(
      frame, Opcode::text,
      std::string{R"({"to":[")"}.append(id).append(R"("],"payload":)").append(kPayload) + '}',
      Masked::yes);
  return frame;
}

std::size_t count_messages(Member& member, std::span<char> bytes) {
  std::size_t count = 0;
  member.frames.feed(bytes, [&](const Frame& frame) { count += frame.opcode == Opcode::text; });
  return count;
}

std::string times(std::size_t n, std::string_view text) {
  std::string all;
  while (n-- > 0) all += text;
  return all;
}

class Stopwatch {
 public:
  explicit Stopwatch(double seconds) : end_{begin_ + seconds} {}
  bool running() const { return now_seconds() < end_; }
  double elapsed() const { return now_seconds() - begin_; }
  Done done(std::uint64_t work) const { return {work, elapsed(), cpu_seconds() - cpu_begin_}; }

 private:
  double begin_{now_seconds()};
  double cpu_begin_{cpu_seconds()};
  double end_;
};

void sleep_for(double seconds) {
  if (seconds <= 0) return;
  const auto whole = static_cast<std::time_t>(seconds);
  const timespec time{whole, static_cast<long>((seconds - static_cast<double>(whole)) * 1e9)};
  nanosleep(&time, nullptr);
}

}  // namespace

Done closed_loop(const Task& task) {
  Crowd crowd{Protocol::arc, task.port, task.clients};
  // Each agent's frame as often as it can be needed at once.
  std::vector<std::string> frames;
  for (const Member& member : crowd.members())
    frames.push_back(times(task.outstanding, message_to(member.id)));

  std::uint64_t received = 0;
  const Stopwatch watch{task.seconds};
  for (std::size_t i = 0; i < frames.size(); ++i) send_all(crowd.members()[i].socket, frames[i]);
  while (watch.running())
    crowd.turn(kPatienceMs, [&](Member& member, std::span<char> bytes) {
      const std::size_t count = count_messages(member, bytes);
      received += count;
      const std::string_view frame =
          frames[static_cast<std::size_t>(&member - &crowd.members()[0])];
      send_all(member.socket, frame.substr(0, count * frame.size() / task.outstanding));
    });
  return watch.done(received);
}

Done paced(const Task& task) {
  Crowd crowd{Protocol::arc, task.port, task.clients};
  std::vector<std::string> frames;
  for (const Member& member : crowd.members()) frames.push_back(message_to(member.id));

  std::uint64_t sent = 0;
  const Stopwatch watch{task.seconds};
  for (; watch.running(); ++sent) {
    if (task.rate_per_s > 0)
      sleep_for(static_cast<double>(sent) / task.rate_per_s - watch.elapsed());
    const std::size_t turn = sent % task.clients;
    send_all(crowd.members()[turn].socket, frames[turn]);
    crowd.turn(0, [](Member&, std::span<char>) {});
  }
  return watch.done(sent);
}

Done fan_out(const Task& task) {
  Crowd crowd{Protocol::arc, task.port, task.clients};
  const std::string batch = times(task.batch, message_to("*"));
  const std::uint64_t expected_each = task.batch * (task.clients - 1);

  std::uint64_t received = 0;
  const Stopwatch watch{task.seconds};
  for (std::uint64_t sent = 0; watch.running(); sent += task.batch) {
    if (task.rate_per_s > 0)
      sleep_for(static_cast<double>(sent) / task.rate_per_s - watch.elapsed());
    send_all(crowd.members().front().socket, batch);
    for (const std::uint64_t all = received + expected_each; received < all;)
      crowd.turn(-1, [&](Member& member, std::span<char> bytes) {
        received += count_messages(member, bytes);
      });
  }
  return watch.done(received);
}

Done connects(const Task& task) {
  const Stopwatch watch{0};
  Crowd{Protocol::arc, task.port, task.clients}.leave();
  return watch.done(task.clients);
}

Done arena(const Task& task) {
  Crowd crowd{Protocol::arena, task.port, task.clients};
  std::size_t challenged = 0;
  for (const Member& member : crowd.members()) challenged += member.early;
  while (challenged < task.clients)
    crowd.turn(-1, [&](Member& member, std::span<char> bytes) {
      challenged += count_messages(member, bytes);
    });

  std::uint64_t sent = 0;
  std::string text;
  std::string frame;
  const Stopwatch watch{task.seconds};
  for (std::size_t sequence = 0; watch.running(); ++sequence) {
    for (const Member& member : crowd.members()) {
      if (task.rate_per_s > 0)
        sleep_for(static_cast<double>(sent) / task.rate_per_s - watch.elapsed());
      text.assign(R"({"type":"token","round":1,"participant_id":")")
          .append(member.id)
          .append(R"(","seq":)")
          .append(std::to_string(sequence))
          .append(R"(,"content":" token"})");
      frame.clear();
      append_frame(frame, Opcode::text, text, Masked::yes);
      send_all(member.socket, frame);
      ++sent;
    }
  }
  return watch.done(sent);
}

}  // namespace gauntlet::limit
