// What the commands say besides the report, as pure functions of what happened.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "metrics/report/run_report.hpp"

namespace gauntlet::sim {

/// As much of a text as fits into that many columns of a terminal, whole characters only.
std::string_view first_columns(std::string_view utf8, std::size_t columns);

/// "1 observer", "2,000 agents".
std::string counted(std::uint64_t number, std::string_view noun);

/// Why `word` is no command, and what was probably meant.
std::string unknown_command(std::string_view word, const std::vector<std::string>& known);

/// Why a server does not listen at `place` ("127.0.0.1:8080"), and what helps.
std::string cannot_listen(std::string_view place, const std::error_code& cause);

/// A run in one line: seed, verdict, trace hash, and the first thing that was wrong.
std::string one_line(const metrics::RunReport& report);

/// What is left to say after a series of runs, each with a line of its own.
struct Series {
  std::uint32_t runs{0};
  std::uint32_t met{0};
  std::optional<std::uint64_t> first_not_met{};  // its seed

  void add(const metrics::RunReport& report);
};

/// "19 of 20 met; first not met: seed 7".
std::string closing_line(const Series& series);

}  // namespace gauntlet::sim
