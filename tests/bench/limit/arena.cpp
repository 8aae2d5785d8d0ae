// raw_arena PARTICIPANTS [PORT]: an arena that challenges its participants once all of them have
// registered, and from then on swallows what they say, and counts their tokens.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/limit/server.hpp"

namespace gauntlet::limit {
namespace {

/// As long as any benchmark, and as many tokens as Gauntlet's runners take.
constexpr std::string_view kChallenge =
    R"({"type":"challenge","session_id":"raw","round":1,"prompt":"Go on for ever","max_tokens":1000000,)"
    R"("temperature":0.8,"deadline_ms":3600000})";

class Arena final : public Server {
 public:
  Arena(std::uint16_t port, std::size_t participants) : Server{port}, participants_{participants} {}

 private:
  void asked(Guest& guest, const HttpMessage& request) override {
    if (request.start.starts_with("GET /ws")) return upgrade(guest, request);
    reply(guest, "200 OK",
          R"({"connected_agents":)" + std::to_string(registered_.size()) +
              R"(,"messages":{"delivered":)" + std::to_string(tokens_) + "}}");
  }

  void heard(Guest& guest, std::string_view text) override {
    if (text.starts_with(R"({"type":"token")")) {
      ++tokens_;
    } else if (text.starts_with(R"({"type":"register")")) {
      say(guest, R"({"type":"registered","participant_id":"raw"})");
      registered_.push_back(guest.socket);
      if (registered_.size() == participants_)
        for (const int socket : registered_) say(this->guest(socket), kChallenge);
    }
  }

  void left(Guest& guest) override { std::erase(registered_, guest.socket); }

  void say(Guest& guest, std::string_view text) {
    append_frame(output(guest), Opcode::text, text, Masked::no);
  }

  std::size_t participants_;
  std::vector<int> registered_;  // sockets
  std::uint64_t tokens_{0};
};

}  // namespace
}  // namespace gauntlet::limit

int main(int argc, char** argv) {
  const unsigned long participants = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 0;
  const unsigned long port = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 0;
  if (participants == 0) {
    std::fputs("usage: raw_arena PARTICIPANTS [PORT]\n", stderr);
    return 2;
  }
  gauntlet::limit::Arena{static_cast<std::uint16_t>(port), participants}.serve();
}
