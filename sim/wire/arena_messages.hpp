// Arena messages <-> JSON text, for participants, observers and the arena. @source the Gambiarra
// LLM Club Arena client's document, and servers seen on the wire (docs/protocols.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gauntlet::sim::wire {

enum class ArenaType : std::uint8_t {
  // client to server
  register_,
  token,
  complete,
  error,  // both ways
  telao_register,
  // server to client
  registered,
  challenge,
  heartbeat,         // both ways
  registered_telao,  // or telao_registered
  state_snapshot,
  participant_registered,
  participant_disconnected,
  round_started,
  round_state,
  token_update,
  completion,
  unknown,
};

/// One message in either direction: every field that any of them has, as views into the decoder's
/// scratch space. Absent strings are empty, absent numbers unset.
struct ArenaMessage {
  ArenaType type{ArenaType::unknown};
  std::string_view participant_id;
  std::string_view nickname;
  std::string_view pin;
  std::string_view runner;
  std::string_view model;
  std::string_view session_id;
  std::string_view prompt;
  std::string_view content;
  std::string_view code;
  std::string_view message;
  std::string_view view;
  std::optional<std::int64_t> round;  // an object (round_state) leaves it unset
  std::optional<std::int64_t> seq;
  std::optional<std::int64_t> tokens;
  std::optional<std::int64_t> total_tokens;
  std::optional<double> latency_ms_first_token;
  std::optional<double> duration_ms;
  std::optional<std::int64_t> max_tokens;
  std::optional<double> temperature;
  std::optional<std::int64_t> deadline_ms;
  std::optional<std::int64_t> seed;
  bool has_content{false};      // `content` is there and a string, empty or not
  std::string_view model_info;  // raw JSON, when it is an object
};

/// @threads One thread at a time.
class ArenaDecoder {
 public:
  ArenaDecoder();
  ~ArenaDecoder();
  ArenaDecoder(ArenaDecoder&&) noexcept;

  /// Any field order, unknown fields allowed, a known field of a wrong type is as good as absent.
  /// Null when `text` is not a JSON object with a string `type`. Valid until the next call.
  const ArenaMessage* decode(std::string_view text);

 private:
  struct Impl;
  Impl* impl_;
};

// ---- Client to arena.

struct ArenaRegistration {
  std::string_view participant_id, nickname, pin, runner, model;
};
void append_arena_register(std::string& out, const ArenaRegistration& who);
void append_arena_token(std::string& out, std::int64_t round, std::string_view participant_id,
                        std::int64_t seq, std::string_view content);
struct ArenaCompletion {
  std::int64_t round;
  std::string_view participant_id;
  std::int64_t tokens;
  std::optional<double> latency_ms_first_token;  // whole milliseconds on the wire
  double duration_ms;
  std::string_view model, runner;  // model_info, left out when model is empty
};
void append_arena_complete(std::string& out, const ArenaCompletion& done);
void append_arena_failure(std::string& out, std::int64_t round, std::string_view participant_id,
                          std::string_view code, std::string_view message);
void append_arena_observe(std::string& out);    // telao_register
void append_arena_heartbeat(std::string& out);  // both ways

// ---- Arena to client.

void append_arena_registered(std::string& out, std::string_view participant_id,
                             std::string_view session_id);
struct ArenaChallenge {
  std::string_view session_id;
  std::int64_t round;
  std::string_view prompt;
  std::int64_t max_tokens;
  double temperature;
  std::int64_t deadline_ms;
  std::optional<std::int64_t> seed;
};
void append_arena_challenge(std::string& out, const ArenaChallenge& challenge);
void append_arena_error(std::string& out, std::string_view message, std::string_view code = {});
void append_arena_token_update(std::string& out, std::string_view participant_id,
                               std::int64_t round, std::int64_t seq, std::string_view content,
                               std::int64_t total_tokens);
struct ArenaCompletionShown {
  std::string_view participant_id;
  std::int64_t round;
  std::int64_t tokens;
  double duration_ms;
  std::optional<double> ttft_ms;
  double tps;
};
void append_arena_completion(std::string& out, const ArenaCompletionShown& shown);

}  // namespace gauntlet::sim::wire
