// raw_relay [PORT [ARRIVALS]]: an ARC relay that registers, welcomes and routes, and does nothing
// else. It looks for what it must know where every client of these benchmarks writes it, instead of
// reading JSON. At its end it writes to the file ARRIVALS who wrote when: a line for each message,
// the agent's number and nanoseconds.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tests/bench/limit/server.hpp"
#include "tests/bench/limit/socket.hpp"

namespace gauntlet::limit {
namespace {

constexpr std::string_view kTokenPrefix = "tok_";

/// What stands between `before` and the next `until`; empty when `before` is not there.
std::string_view between(std::string_view text, std::string_view before, std::string_view until) {
  const std::size_t at = text.find(before);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = text.substr(at + before.size());
  return rest.substr(0, rest.find_first_of(until));
}

std::int64_t unix_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::int64_t steady_ns() {
  return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds{1};
}

class Relay final : public Server {
 public:
  Relay(std::uint16_t port, const char* arrivals)
      : Server{port}, arrivals_file_{arrivals ? std::fopen(arrivals, "w") : nullptr} {
    if (arrivals && !arrivals_file_) must(-1, arrivals);
  }

  void write_arrivals() {
    if (!arrivals_file_) return;
    for (const Arrival& arrival : arrivals_)
      std::fprintf(arrivals_file_, "%u %lld\n", arrival.who, static_cast<long long>(arrival.at_ns));
    std::fclose(arrivals_file_);
  }

 private:
  struct Arrival {
    std::uint32_t who;
    std::int64_t at_ns;
  };
  struct Agent {
    std::string id;
    int socket{-1};  // while it is in
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view id) const { return std::hash<std::string_view>{}(id); }
  };

  void asked(Guest& guest, const HttpMessage& request) override {
    if (request.start.starts_with("POST /register")) return enlist(guest, request);
    if (request.start.starts_with("GET /arc")) return admit(guest, request);
    reply(guest, "200 OK", stats());
  }

  void enlist(Guest& guest, const HttpMessage& request) {
    std::string id{between(request.body, R"("agent_id":")", "\"")};
    if (id.empty()) id = "agent-" + std::to_string(agents_.size());
    const auto number = static_cast<std::uint32_t>(agents_.size());
    if (!by_id_.emplace(id, number).second)
      return reply(guest, "400 Bad Request", R"({"error":"agent_id_taken"})");
    reply(guest, "200 OK",
          R"({"agent_id":")" + id + R"(","token":")" + std::string{kTokenPrefix} +
              std::to_string(number) + R"("})");
    agents_.push_back({.id = std::move(id)});
  }

  void admit(Guest& guest, const HttpMessage& request) {
    const std::string token{between(request.head, kTokenPrefix, " &\r")};
    char* end = nullptr;
    const std::size_t number = std::strtoul(token.c_str(), &end, 10);
    if (token.empty() || *end != '\0' || number >= agents_.size())
      return reply(guest, "401 Unauthorized", R"({"error":"unauthorized"})");
    upgrade(guest, request);
    guest.who = static_cast<std::uint32_t>(number);
    Agent& agent = agents_[number];
    agent.socket = guest.socket;
    ++connected_;
    text_.assign(R"({"id":"msg_0","from":"relay","to":[")")
        .append(agent.id)
        .append(R"("],"type":"welcome","payload":{"relay":"raw"},"ts":)")
        .append(std::to_string(unix_ms()))
        .append("}");
    append_frame(output(guest), Opcode::text, text_, Masked::no);
  }

  void heard(Guest& guest, std::string_view text) override {
    ++received_;
    if (arrivals_file_) arrivals_.push_back({.who = guest.who, .at_ns = steady_ns()});
    const std::string_view to = between(text, R"({"to":[")", "\"");
    if (to == "*") return broadcast(guest, text);
    const auto found = by_id_.find(to);
    if (found == by_id_.end() || agents_[found->second].socket < 0) return;
    begin_delivery(guest);
    deliver(agents_[found->second].socket, text.substr(1));
  }

  void broadcast(const Guest& sender, std::string_view text) {
    begin_delivery(sender);
    for (const Agent& agent : agents_)
      if (agent.socket >= 0 && agent.socket != sender.socket) deliver(agent.socket, text.substr(1));
  }

  /// The relay's own fields, in front of the sender's.
  void begin_delivery(const Guest& sender) {
    text_.assign(R"({"id":"msg_)")
        .append(std::to_string(received_))
        .append(R"(","from":")")
        .append(agents_[sender.who].id)
        .append(R"(","ts":)")
        .append(std::to_string(unix_ms()))
        .append(",");
  }

  void deliver(int socket, std::string_view rest) {
    ++delivered_;
    std::string& out = output(guest(socket));
    append_head(out, Opcode::text, text_.size() + rest.size(), Masked::no);
    out.append(text_).append(rest);
  }

  void left(Guest& guest) override {
    if (guest.who == Guest::kNobody) return;
    Agent& agent = agents_[guest.who];
    if (agent.socket != guest.socket) return;
    agent.socket = -1;
    --connected_;
  }

  std::string stats() const {
    return R"({"registered_agents":)" + std::to_string(agents_.size()) + R"(,"connected_agents":)" +
           std::to_string(connected_) + R"(,"messages":{"received":)" + std::to_string(received_) +
           R"(,"delivered":)" + std::to_string(delivered_) + "}}";
  }

  std::vector<Agent> agents_;
  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> by_id_;
  std::size_t connected_{0};
  std::uint64_t received_{0};
  std::uint64_t delivered_{0};
  std::string text_;  // scratch
  std::FILE* arrivals_file_;
  std::vector<Arrival> arrivals_;
};

}  // namespace
}  // namespace gauntlet::limit

int main(int argc, char** argv) {
  const unsigned long port = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 0;
  gauntlet::limit::Relay relay{static_cast<std::uint16_t>(port), argc > 2 ? argv[2] : nullptr};
  relay.serve();
  relay.write_arrivals();
}
