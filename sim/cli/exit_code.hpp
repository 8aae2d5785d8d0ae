// How a command ends, the same in every command.
#pragma once

#include <array>
#include <string_view>

namespace gauntlet::sim {

enum class ExitCode : int {
  met = 0,
  bug = 1,
  usage = 2,
  unreachable = 3,
  not_met = 4,
  invalid = 5,
  no_answer = 6,
  interrupted = 130,
};

struct ExitSentence {
  ExitCode code;
  std::string_view sentence;
};

inline constexpr std::array kExitCodes{
    ExitSentence{ExitCode::met, "every threshold was met, or the command did what it was asked"},
    ExitSentence{ExitCode::bug, "a bug in gauntlet: please report it with the seed"},
    ExitSentence{ExitCode::usage, "the command line or the scenario is wrong"},
    ExitSentence{ExitCode::unreachable, "a target cannot be reached, or turned us away"},
    ExitSentence{ExitCode::not_met,
                 "a threshold was not met, something was broken, or the target does not conform"},
    ExitSentence{ExitCode::invalid,
                 "the run is not valid: the generator was the bottleneck, or lost a worker"},
    ExitSentence{ExitCode::no_answer, "a question had no answer in time"},
    ExitSentence{ExitCode::interrupted, "interrupted; the results so far were written"},
};

}  // namespace gauntlet::sim
