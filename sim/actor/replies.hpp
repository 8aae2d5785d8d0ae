// The JSON and CSV in HTTP replies, read with suspicion: whatever a server sends is data.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "scenarios/terms/secret.hpp"

namespace gauntlet::sim {

/// A relay's answer to POST /register.
struct Registration {
  std::string agent_id;  // empty when the relay does not repeat it
  Secret token;
};
/// Null unless it is an object with a token.
std::optional<Registration> read_registration(std::string_view body);

/// The `error` of a refusal, such as "agent_id_taken"; empty when there is none.
std::string read_error_code(std::string_view body);

/// The PIN in an arena's answer to POST /session.
std::optional<Secret> read_pin(std::string_view body);

/// The id in an arena's answer to POST /rounds, as JSON text: a string in its quotes, or a number.
std::optional<std::string> read_round_id(std::string_view body);

/// The number of the round in the same answer: how many the session has had, with this one.
std::optional<std::int64_t> read_round_number(std::string_view body);

/// Calls back for each row of a scoreboard that names a participant and a number of tokens (null
/// counts as 0). False when `body` is no scoreboard.
bool read_scoreboard(
    std::string_view body,
    const std::function<void(std::string_view participant_id, std::int64_t tokens)>& row);

/// What a command wrote, as a payload: an object or an array of JSON as it is, anything else as
/// words, without the line ends behind them.
std::string payload_of_output(std::string_view output);

/// The words in a payload: a string's content; any other value as it was written.
std::string text_of_payload(std::string_view payload);

bool is_json_object(std::string_view body);

/// Whether `body` is CSV by RFC 4180 with a header and as many fields in each record.
bool is_csv_table(std::string_view body);

/// A round id as it stands in a URL's query.
std::string query_value(std::string_view id_json);

}  // namespace gauntlet::sim
