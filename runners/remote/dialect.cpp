#include "runners/remote/dialect.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>

namespace gauntlet::runners {
namespace {

namespace dom = simdjson::dom;
using Json = nlohmann::ordered_json;
using scenarios::ModelServer;

// What was parsed last, and the views into it, stay valid until the next call of the same thread.
std::optional<dom::object> parse(std::string_view payload) {
  thread_local dom::parser parser;
  dom::object object;
  if (parser.parse(payload.data(), payload.size()).get(object)) return std::nullopt;
  return object;
}

// Absent, null or of another type: empty.
std::string_view text_of(simdjson::simdjson_result<dom::element> value) {
  std::string_view text;
  return value.get(text) ? std::string_view{} : text;
}

bool is_true(simdjson::simdjson_result<dom::element> value) {
  bool truth = false;
  return !value.get(truth) && truth;
}

std::optional<std::uint32_t> count_of(simdjson::simdjson_result<dom::element> value) {
  std::uint64_t count = 0;
  if (value.get(count) || count > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  return static_cast<std::uint32_t>(count);
}

// `{"error": "words"}` or `{"error": {"message": "words"}}`.
std::string_view error_of(dom::object object) {
  const std::string_view plain = text_of(object["error"]);
  return plain.empty() ? text_of(object["error"]["message"]) : plain;
}

std::string text_of(const Json& request) {
  return request.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// ---- Ollama: https://github.com/ollama/ollama/blob/main/docs/api.md

std::string ollama_request(const Prompt& prompt, std::string_view model) {
  Json options{{"num_predict", prompt.max_tokens}, {"temperature", prompt.temperature}};
  if (prompt.seed) options["seed"] = *prompt.seed;
  return text_of(Json{{"model", model},
                      {"prompt", prompt.text},
                      {"stream", true},
                      {"options", std::move(options)}});
}

std::optional<Chunk> read_ollama(std::string_view payload) {
  const auto object = parse(payload);
  if (!object) return std::nullopt;
  Chunk chunk;
  chunk.error = error_of(*object);
  chunk.text = text_of((*object)["response"]);
  chunk.last = is_true((*object)["done"]);
  if (chunk.last) chunk.counted = count_of((*object)["eval_count"]);
  return chunk;
}

// ---- OpenAI and what is compatible with it, LM Studio among them:
// https://platform.openai.com/docs/api-reference/completions

Json openai_options(const Prompt& prompt, std::string_view model) {
  Json request{{"model", model}};
  request["max_tokens"] = prompt.max_tokens;
  request["temperature"] = prompt.temperature;
  if (prompt.seed) request["seed"] = *prompt.seed;
  request["stream"] = true;
  return request;
}

std::string completions_request(const Prompt& prompt, std::string_view model) {
  Json request = openai_options(prompt, model);
  request["prompt"] = prompt.text;
  return text_of(request);
}

std::string chat_request(const Prompt& prompt, std::string_view model) {
  Json request = openai_options(prompt, model);
  request["messages"] = Json::array({Json{{"role", "user"}, {"content", prompt.text}}});
  return text_of(request);
}

// Chunks without choices carry the usage, or nothing.
std::optional<Chunk> read_openai(std::string_view payload, bool chat) {
  if (payload == "[DONE]") return Chunk{.last = true};
  const auto object = parse(payload);
  if (!object) return std::nullopt;
  Chunk chunk;
  chunk.error = error_of(*object);
  chunk.counted = count_of((*object)["usage"]["completion_tokens"]);
  dom::element choice;
  if (!(*object)["choices"].at(0).get(choice)) {
    chunk.text = chat ? text_of(choice["delta"]["content"]) : text_of(choice["text"]);
    chunk.stopped = !text_of(choice["finish_reason"]).empty();
  }
  return chunk;
}

std::optional<Chunk> read_completions(std::string_view payload) {
  return read_openai(payload, false);
}
std::optional<Chunk> read_chat(std::string_view payload) { return read_openai(payload, true); }

constexpr std::array kDialects{
    Dialect{"/api/tags", "/api/generate", Framing::lines, ollama_request, read_ollama},
    Dialect{"/v1/models", "/v1/completions", Framing::events, completions_request,
            read_completions},
    Dialect{"/v1/models", "/v1/chat/completions", Framing::events, chat_request, read_chat},
};

}  // namespace

const Dialect& dialect_of(ModelServer::Api api) { return kDialects[static_cast<std::size_t>(api)]; }

std::string error_words(std::string_view body) {
  constexpr std::size_t kBytesMax = 200;
  if (const auto object = parse(body))
    if (const std::string_view words = error_of(*object); !words.empty())
      return std::string{words.substr(0, kBytesMax)};
  return std::string{body.substr(0, std::min(body.find_first_of("\r\n"), kBytesMax))};
}

}  // namespace gauntlet::runners
