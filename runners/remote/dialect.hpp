// What differs between the APIs of model servers, as data: where to ask, how, and what a piece of a
// streamed answer says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runners/contract/runner.hpp"
#include "runners/remote/framing.hpp"
#include "scenarios/model/population.hpp"

namespace gauntlet::runners {

/// What one payload of a streamed answer says. Views are valid until the next payload is read.
struct Chunk {
  std::string_view text{};  // the next token; may be empty
  bool last{false};         // the answer's end mark: it is complete
  bool stopped{false};      // the model stopped: the answer is complete if the stream ends well
  std::optional<std::uint32_t> counted{};  // tokens of the whole answer, as the server counts them
  std::string_view error{};                // what went wrong, in the server's words
};

struct Dialect {
  std::string_view test_path;      // GET; answered with 200 by a server that is there
  std::string_view generate_path;  // POST, answered by a stream
  Framing framing;
  std::string (*request)(const Prompt& prompt, std::string_view model);
  /// Nothing when it is not JSON, or not of this API.
  std::optional<Chunk> (*read)(std::string_view payload);
};

const Dialect& dialect_of(scenarios::ModelServer::Api api);

/// What an error reply's body says went wrong, as far as it can be told; else its beginning.
std::string error_words(std::string_view body);

}  // namespace gauntlet::runners
