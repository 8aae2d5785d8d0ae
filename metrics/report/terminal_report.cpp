// The report at the end of a run: what was asked, whether it held, and what there was to see.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <utility>

#include "metrics/report/correctness_lines.hpp"
#include "metrics/report/explain.hpp"
#include "metrics/report/latency_table.hpp"
#include "metrics/report/lines.hpp"
#include "metrics/report/run_report.hpp"
#include "metrics/summary/words.hpp"

namespace gauntlet::metrics {

namespace {

constexpr std::size_t kScreenLines = 38;
constexpr std::size_t kOutcomesShown = 5;

bool is_steady(const RunReport& report) {
  return report.steadiness.kind == Steadiness::Kind::steady;
}

Lines header(const RunReport& report, const Paint& paint) {
  Lines lines{paint.strong(fmt::format("gauntlet {}  {}", report.version, report.scenario_name))};
  std::string hashes = fmt::format("plan 0x{:016x}", report.plan_hash);
  if (report.trace_hash) hashes += fmt::format(", trace 0x{:016x}", *report.trace_hash);
  append(lines, wrapped("", fmt::format("seed {}, {}", report.seed, hashes)));
  append(lines, wrapped("", fmt::format("{} run of {}, {} measured{}; {}", report.driver,
                                        in_words(report.duration), in_words(report.measured),
                                        is_steady(report) ? ", steady" : "", report.target)));
  return lines;
}

Lines headline(const RunReport& report, const Paint& paint) {
  switch (verdict(report)) {
    case Verdict::invalid: {
      Lines lines{paint.doubtful("INVALID") + ": no threshold counts as met, because"};
      for (const std::string& why : report.why_invalid) append(lines, wrapped("  - ", why));
      return lines;
    }
    case Verdict::not_met:
      if (report.judged.size() == 1) return {paint.bad("NOT MET") + ": the threshold did not hold"};
      return {fmt::format("{}: {} of {} thresholds did not hold", paint.bad("NOT MET"),
                          std::ranges::count(report.judged, false, &Judged::met),
                          report.judged.size())};
    case Verdict::met:
      break;
  }
  if (report.judged.empty())
    return {paint.good("MET") + ": the scenario sets no thresholds, so nothing was judged"};
  if (report.judged.size() == 1) return {paint.good("MET") + ": the threshold held"};
  return {fmt::format("{}: all {} thresholds held", paint.good("MET"), report.judged.size())};
}

std::string mark(const Judged& judged, bool valid, const Paint& paint) {
  if (!judged.met) return paint.bad("✗");
  return valid ? paint.good("✓") : paint.doubtful("?");
}

std::string goodput(const RunReport& report, const Judged& judged) {
  const auto found = std::ranges::find(report.slo, judged.text, &Attainment::text);
  if (found == report.slo.end()) return "";
  return fmt::format("{} % good, {}/s", in_words(100 * found->attainment, 2),
                     in_words(found->goodput_per_s, 1));
}

// Without the goodput where the line has no room for it.
std::string threshold_facts(const RunReport& report, const Judged& judged, std::size_t text_width) {
  constexpr std::size_t kRoom = kColumns - 4;  // after the mark
  const std::string claim = fmt::format("{:<{}}  ", judged.text, text_width);
  std::string facts = claim + fmt::format("{:<10}  {}", judged.value, goodput(report, judged));
  facts.erase(facts.find_last_not_of(' ') + 1);
  if (width_of(facts) <= kRoom) return facts;
  return claim + judged.value;
}

Lines thresholds(const RunReport& report, const Paint& paint) {
  std::size_t text_width = 0;
  for (const Judged& judged : report.judged)
    text_width = std::max(text_width, width_of(judged.text));
  Lines lines;
  for (const Judged& judged : report.judged) {
    const std::string facts = threshold_facts(report, judged, text_width);
    lines.push_back(fmt::format("  {} {}", mark(judged, report.why_invalid.empty(), paint), facts));
    if (judged.doubt) append(lines, wrapped("    ", *judged.doubt));
  }
  if (const auto note = unsent_note(report.snapshot)) append(lines, wrapped("  note: ", *note));
  return lines;
}

// ---- Counts.

std::string line(std::string_view subject, std::string_view text) {
  return fmt::format("  {:<14}{}", subject, text);
}

struct Part {
  Counter counter;
  std::string_view name;
};

// "3 duplicated, 1 reordered": those that happened.
std::string happened(const Snapshot& snapshot, std::initializer_list<Part> parts) {
  std::string text;
  for (const Part& part : parts)
    if (const std::uint64_t n = snapshot.counter(part.counter); n > 0)
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", in_words(n), part.name);
  return text;
}

Lines account(const Snapshot& snapshot, std::string_view subject, Counter expected,
              Counter received, Counter lost, Counter in_flight,
              std::initializer_list<Part> oddities) {
  Lines lines;
  if (snapshot.counter(expected) > 0)
    lines.push_back(
        line(subject,
             fmt::format("{} expected = {} received + {} lost + {} in flight",
                         in_words(snapshot.counter(expected)), in_words(snapshot.counter(received)),
                         in_words(snapshot.counter(lost)), in_words(snapshot.counter(in_flight)))));
  if (const std::string odd = happened(snapshot, oddities); !odd.empty())
    append(lines, wrapped(line(lines.empty() ? subject : "", ""), odd));
  return lines;
}

Lines conservation(const Snapshot& snapshot) {
  using enum Counter;
  Lines lines =
      account(snapshot, "deliveries", relay_expected, relay_received, relay_lost, relay_in_flight,
              {{relay_duplicated, "duplicated"},
               {relay_reordered, "reordered"},
               {relay_misdelivered, "misdelivered"},
               {relay_late, "late"},
               {relay_excused, "excused"},
               {relay_foreign, "foreign"}});
  append(lines, account(snapshot, "token updates", arena_tokens_expected, arena_tokens_received,
                        arena_tokens_lost, arena_tokens_in_flight,
                        {{arena_tokens_duplicated, "duplicated"},
                         {arena_tokens_reordered, "reordered"},
                         {arena_tokens_late, "late"},
                         {arena_tokens_excused, "excused"}}));
  return lines;
}

// ", 3 cut": only when it happened.
std::string and_if_any(const Snapshot& snapshot, Counter counter, std::string_view name) {
  const std::uint64_t n = snapshot.counter(counter);
  return n == 0 ? "" : fmt::format(", {} {}", in_words(n), name);
}

// ", 3 unfinished": of a whole, what none of its parts accounts for, which a run that was cut
// leaves.
std::string unfinished(const Snapshot& snapshot, Counter whole,
                       std::initializer_list<Counter> parts) {
  std::uint64_t left = snapshot.counter(whole);
  for (const Counter part : parts) left -= std::min(left, snapshot.counter(part));
  return left == 0 ? "" : fmt::format(", {} unfinished", in_words(left));
}

Lines throughput(const RunReport& report) {
  using enum Counter;
  const Snapshot& snapshot = report.snapshot;
  const auto count = [&](Counter id) { return in_words(snapshot.counter(id)); };
  Lines lines;
  if (snapshot.counter(relay_offered) > 0)
    lines.push_back(line("operations", fmt::format("{} offered, {} sent, {} unsent, {} dropped",
                                                   count(relay_offered),
                                                   in_words(snapshot.counter(relay_sent_direct) +
                                                            snapshot.counter(relay_sent_broadcast) +
                                                            snapshot.counter(relay_sent_question)),
                                                   count(relay_unsent), count(generator_dropped))));
  if (snapshot.counter(replay_offered) > 0) {
    lines.push_back(
        line("replay", fmt::format("{} sent of {} recorded, {} unsent; {} heard, {} recorded",
                                   count(replay_sent), count(replay_offered), count(replay_unsent),
                                   count(replay_heard), count(replay_expected))));
    if (snapshot.counter(replay_cuts) + snapshot.counter(replay_cuts_expected) > 0)
      lines.push_back(line("", fmt::format("{} connections ended by others, {} recorded",
                                           count(replay_cuts), count(replay_cuts_expected))));
  }
  if (snapshot.counter(relay_asked) > 0)
    lines.push_back(
        line("questions",
             fmt::format("{} asked, {} answered, {} unanswered{}", count(relay_asked),
                         count(relay_answered), count(relay_unanswered),
                         unfinished(snapshot, relay_asked, {relay_answered, relay_unanswered}))));
  if (snapshot.counter(arena_rounds_offered) > 0)
    append(lines, wrapped(line("generations", ""),
                          fmt::format("{} offered, {} completed, {} failed, {} expired{}{}{}; {} "
                                      "tokens",
                                      count(arena_rounds_offered), count(arena_rounds_completed),
                                      count(arena_rounds_failed), count(arena_rounds_expired),
                                      and_if_any(snapshot, arena_rounds_cut, "cut"),
                                      and_if_any(snapshot, arena_rounds_missed, "missed"),
                                      unfinished(snapshot, arena_rounds_offered,
                                                 {arena_rounds_completed, arena_rounds_failed,
                                                  arena_rounds_expired, arena_rounds_cut,
                                                  arena_rounds_missed}),
                                      count(arena_tokens_sent))));
  if (snapshot.counter(runner_tokens_claimed) > 0)
    lines.push_back(
        line("model servers", fmt::format("{} tokens came, {} as the servers count them",
                                          count(runner_tokens), count(runner_tokens_claimed))));
  return lines;
}

std::string percent(double share) { return in_words(100 * share, 1) + " %"; }

constexpr double kWorthAWord = 0.0005;  // of a share: less is shown as nothing

Lines generator(const RunReport& report) {
  const GeneratorFacts& facts = report.generator;
  std::string text = fmt::format("cpu {} s, {} resident", in_words(facts.cpu_seconds, 2),
                                 bytes_in_words(facts.rss_bytes));
  if (!facts.loop_busy.empty())
    text += fmt::format(", busiest thread {}", percent(*std::ranges::max_element(facts.loop_busy)));
  if (!facts.loop_starved.empty())
    text += fmt::format(", starved {}", percent(*std::ranges::max_element(facts.loop_starved)));
  if (const auto lag = report.snapshot.series("generator.loop_lag"))
    text += fmt::format(", loop lag p99 {}", in_words(lag->quantile(0.99)));
  if (const auto pauses = report.snapshot.series("generator.pause"))
    text += fmt::format(", longest pause {}", in_words(pauses->max()));
  if (facts.host.stolen.value_or(0) >= kWorthAWord)
    text += fmt::format(", stolen {}", percent(*facts.host.stolen));
  if (const auto& throttled = facts.host.throttled; throttled && throttled->times > 0)
    text += fmt::format(", throttled {}", percent(throttled->share));
  if (const auto& packets = facts.host.packets; packets && packets->dropped > 0)
    text += fmt::format(", {} packets dropped", in_words(packets->dropped));
  return wrapped(line("generator", ""), text);
}

// ---- What went wrong.

struct Failed {
  Outcome outcome;
  std::uint64_t relay;
  std::uint64_t arena;
  std::uint64_t runner;
  std::uint64_t all() const { return relay + arena + runner; }
};

std::vector<Failed> most_frequent_first(const Snapshot& snapshot) {
  std::vector<Failed> all;
  for (std::size_t i = 0; i < kOutcomeCount; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    const Failed failed{outcome, snapshot.counter(relay_failure(outcome)),
                        snapshot.counter(arena_failure(outcome)),
                        snapshot.counter(runner_failure(outcome))};
    if (failed.all() > 0) all.push_back(failed);
  }
  std::ranges::stable_sort(all, std::ranges::greater{}, &Failed::all);
  return all;
}

std::string by_target(const Failed& failed) {
  std::string text;
  for (const auto& [who, times] :
       {std::pair{"relay", failed.relay}, {"arena", failed.arena}, {"runner", failed.runner}})
    if (times > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", who, in_words(times));
  return text;
}

Lines failures(const Snapshot& snapshot, const Paint& paint) {
  const auto all = most_frequent_first(snapshot);
  if (all.empty()) return {line("failures", "none")};
  Lines lines{paint.strong("failures")};
  for (std::size_t i = 0; i < std::min(all.size(), kOutcomesShown); ++i)
    append(lines, wrapped("  ", fmt::format("{} ({}): {}", name(all[i].outcome), by_target(all[i]),
                                            explain(all[i].outcome))));
  if (all.size() > kOutcomesShown)
    lines.push_back(
        fmt::format("  and {} more kinds, in summary.json under relay.failures, "
                    "arena.failures and runner.failures",
                    all.size() - kOutcomesShown));
  return lines;
}

std::optional<Counter> messages_of(FaultKind kind) {
  const auto place = static_cast<std::size_t>(kind);
  const bool counted = place >= kClientFaultKinds && place < kClientFaultKinds + kMessageFaultKinds;
  return counted ? std::optional{of_messages(kind)} : std::nullopt;
}

// A line for each of the kinds that befell someone, and what came of it.
Lines faults(const Snapshot& snapshot, const Paint& paint) {
  constexpr std::size_t kKindsShown = 12;
  std::size_t kinds = 0;
  Lines lines;
  for (const FaultDef& fault : kFaults) {
    const auto times = [&](Counter first) { return snapshot.counter(of_kind(first, fault.kind)); };
    const std::uint64_t injected = times(Counter::fault_injected);
    if (injected == 0) continue;
    if (kinds++ == 0) lines.push_back(paint.strong("faults"));
    if (kinds > kKindsShown) continue;
    std::string text = fmt::format("{} {}", in_words(injected), fault.name);
    if (const auto messages = messages_of(fault.kind))
      text += fmt::format(" ({} messages)", in_words(snapshot.counter(*messages)));
    for (const auto& [counter, what] : {std::pair{Counter::fault_answered, "answered"},
                                        std::pair{Counter::fault_closed, "closed for"},
                                        std::pair{Counter::fault_silent, "met with silence"},
                                        std::pair{Counter::fault_recovered, "recovered from"}})
      if (const std::uint64_t n = times(counter); n > 0)
        text += fmt::format(", {} {}", in_words(n), what);
    append(lines, wrapped("  ", text));
  }
  if (kinds > kKindsShown)
    lines.push_back(fmt::format("  and {} more kinds, in summary.json under fault.injected",
                                kinds - kKindsShown));
  return lines;
}

// What never may be, and was: nothing, of a target that does its work.
Lines breaches(const RunReport& report, const Paint& paint) {
  const Snapshot& snapshot = report.snapshot;
  Lines lines;
  for (const InvariantDef& invariant : kInvariants) {
    const std::uint64_t times = snapshot.counter(broken(invariant.id));
    if (times == 0) continue;
    if (lines.empty()) lines.push_back(paint.strong("broken"));
    const auto first =
        std::ranges::find(report.first_breaches, invariant.id, &FirstBreach::invariant);
    append(lines, wrapped("  ", fmt::format("{}, {}{}: {}", invariant.name,
                                            times == 1 ? "1 time" : in_words(times) + " times",
                                            first == report.first_breaches.end()
                                                ? ""
                                                : (times == 1 ? ", " : ", first ") + first->where,
                                            invariant.help)));
  }
  return lines;
}

Lines correctness(const RunReport& report, const Paint& paint) {
  const std::string file = report.files.empty() ? "FILE" : report.files + "/scenario.yaml";
  Lines lines;
  for (const Correctness& one : report.correctness) {
    append(lines, correctness_lines(one, file, paint));
    lines.emplace_back();
  }
  return lines;
}

Lines closing(const RunReport& report, const Paint& paint) {
  Lines lines;
  for (const std::string& warning : report.warnings) append(lines, wrapped("warning: ", warning));
  for (const std::string& note : report.notes) append(lines, wrapped("note: ", note));
  if (!report.files.empty())
    lines.push_back("written to " + paint.strong(report.files) +
                    (report.recording.empty() ? "" : ", with " + report.recording));
  return lines;
}

}  // namespace

std::string terminal_report(const RunReport& report, bool colour) {
  const Paint paint{colour};
  Lines before = header(report, paint);
  before.emplace_back();
  append(before, headline(report, paint));
  append(before, thresholds(report, paint));
  before.emplace_back();

  Lines after{""};
  append(after, correctness(report, paint));
  append(after, conservation(report.snapshot));
  append(after, throughput(report));
  // In virtual time the target and the network are part of the process: its load says nothing.
  if (report.driver != "virtual") append(after, generator(report));
  if (!is_steady(report) && !report.steadiness.text.empty())
    append(after, wrapped(line("steadiness", ""), report.steadiness.text));
  append(after, faults(report.snapshot, paint));
  append(after, breaches(report, paint));
  append(after, failures(report.snapshot, paint));
  append(after, closing(report, paint));

  const std::size_t taken = before.size() + after.size();
  const Lines table =
      latency_table(report.snapshot, taken < kScreenLines ? kScreenLines - taken : 0, paint);

  std::string text;
  for (const auto part : {std::cref(before), std::cref(table), std::cref(after)})
    for (const std::string& each : part.get()) text.append(each).append("\n");
  return text;
}

}  // namespace gauntlet::metrics
