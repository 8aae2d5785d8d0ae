// Writing arena messages. Reading them is arena_decoder.cpp.
#include "sim/wire/arena_messages.hpp"

#include <algorithm>
#include <cmath>

#include "sim/wire/json_text.hpp"

namespace gauntlet::sim::wire {
namespace {

// One field: its name, with the comma before and the colon behind, then its value.
void append(std::string& out, std::string_view name, std::string_view text) {
  out += name;
  append_json_string(out, text);
}
void append(std::string& out, std::string_view name, std::int64_t number) {
  out += name;
  append_json_number(out, number);
}
void append(std::string& out, std::string_view name, double number) {
  out += name;
  append_json_number(out, number);
}

// Milliseconds are whole on the wire. What is not a time (NaN, below 0) becomes 0.
void append_ms(std::string& out, std::string_view name, double ms) {
  constexpr double kMax = 1e15;
  append(out, name, ms > 0 ? std::int64_t{std::llround(std::min(ms, kMax))} : std::int64_t{0});
}

}  // namespace

void append_arena_register(std::string& out, const ArenaRegistration& who) {
  append(out, R"({"type":"register","participant_id":)", who.participant_id);
  append(out, R"(,"nickname":)", who.nickname);
  append(out, R"(,"pin":)", who.pin);
  append(out, R"(,"runner":)", who.runner);
  append(out, R"(,"model":)", who.model);
  out += '}';
}

void append_arena_token(std::string& out, std::int64_t round, std::string_view participant_id,
                        std::int64_t seq, std::string_view content) {
  append(out, R"({"type":"token","round":)", round);
  append(out, R"(,"participant_id":)", participant_id);
  append(out, R"(,"seq":)", seq);
  append(out, R"(,"content":)", content);
  out += '}';
}

void append_arena_complete(std::string& out, const ArenaCompletion& done) {
  append(out, R"({"type":"complete","round":)", done.round);
  append(out, R"(,"participant_id":)", done.participant_id);
  append(out, R"(,"tokens":)", done.tokens);
  if (done.latency_ms_first_token)
    append_ms(out, R"(,"latency_ms_first_token":)", *done.latency_ms_first_token);
  append_ms(out, R"(,"duration_ms":)", done.duration_ms);
  if (!done.model.empty()) {
    append(out, R"(,"model_info":{"name":)", done.model);
    append(out, R"(,"runner":)", done.runner);
    out += '}';
  }
  out += '}';
}

void append_arena_failure(std::string& out, std::int64_t round, std::string_view participant_id,
                          std::string_view code, std::string_view message) {
  append(out, R"({"type":"error","round":)", round);
  append(out, R"(,"participant_id":)", participant_id);
  append(out, R"(,"code":)", code);
  append(out, R"(,"message":)", message);
  out += '}';
}

void append_arena_observe(std::string& out) {
  out += R"({"type":"telao_register","view":"arena"})";
}

void append_arena_heartbeat(std::string& out) { out += R"({"type":"heartbeat"})"; }

void append_arena_registered(std::string& out, std::string_view participant_id,
                             std::string_view session_id) {
  append(out, R"({"type":"registered","participant_id":)", participant_id);
  if (!session_id.empty()) append(out, R"(,"session_id":)", session_id);
  out += '}';
}

void append_arena_challenge(std::string& out, const ArenaChallenge& challenge) {
  append(out, R"({"type":"challenge","session_id":)", challenge.session_id);
  append(out, R"(,"round":)", challenge.round);
  append(out, R"(,"prompt":)", challenge.prompt);
  append(out, R"(,"max_tokens":)", challenge.max_tokens);
  append(out, R"(,"temperature":)", challenge.temperature);
  append(out, R"(,"deadline_ms":)", challenge.deadline_ms);
  if (challenge.seed) append(out, R"(,"seed":)", *challenge.seed);
  out += '}';
}

void append_arena_error(std::string& out, std::string_view message, std::string_view code) {
  append(out, R"({"type":"error","message":)", message);
  if (!code.empty()) append(out, R"(,"code":)", code);
  out += '}';
}

void append_arena_token_update(std::string& out, std::string_view participant_id,
                               std::int64_t round, std::int64_t seq, std::string_view content,
                               std::int64_t total_tokens) {
  append(out, R"({"type":"token_update","participant_id":)", participant_id);
  append(out, R"(,"round":)", round);
  append(out, R"(,"seq":)", seq);
  append(out, R"(,"content":)", content);
  append(out, R"(,"total_tokens":)", total_tokens);
  out += '}';
}

void append_arena_completion(std::string& out, const ArenaCompletionShown& shown) {
  append(out, R"({"type":"completion","participant_id":)", shown.participant_id);
  append(out, R"(,"round":)", shown.round);
  append(out, R"(,"tokens":)", shown.tokens);
  append_ms(out, R"(,"duration_ms":)", shown.duration_ms);
  if (shown.ttft_ms) append_ms(out, R"(,"ttft_ms":)", *shown.ttft_ms);
  append(out, R"(,"tps":)", shown.tps);
  out += '}';
}

}  // namespace gauntlet::sim::wire
