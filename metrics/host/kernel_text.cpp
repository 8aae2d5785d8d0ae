#include "metrics/host/kernel_text.hpp"

#include <algorithm>
#include <charconv>

namespace gauntlet::metrics {

namespace {

// The text before the next `separator`, which is taken off `rest` with it.
std::string_view next(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view taken = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return taken;
}

std::vector<std::string_view> parts(std::string_view text, char separator) {
  std::vector<std::string_view> all;
  while (!text.empty())
    if (const std::string_view part = next(text, separator); !part.empty()) all.push_back(part);
  return all;
}

std::optional<std::uint64_t> number(std::string_view text, int base = 10) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value, base);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return value;
}

// The number behind `name` in a text of lines "name number".
std::optional<std::uint64_t> named(std::string_view text, std::string_view name) {
  for (const std::string_view line : parts(text, '\n'))
    if (const auto words = parts(line, ' '); words.size() == 2 && words[0] == name)
      return number(words[1]);
  return std::nullopt;
}

Duration nanoseconds(std::uint64_t ns) { return Duration{static_cast<std::int64_t>(ns)}; }

// Where the control groups that limit CPU time are mounted, and what of their tree is seen there.
struct Mount {
  bool unified;  // version 2
  std::string_view root;
  std::string_view point;
};

bool lists(std::string_view comma_separated, std::string_view word) {
  return std::ranges::count(parts(comma_separated, ','), word) > 0;
}

std::vector<Mount> cpu_mounts(std::string_view mountinfo) {
  std::vector<Mount> all;
  for (const std::string_view line : parts(mountinfo, '\n')) {
    const std::size_t dash = line.find(" - ");
    if (dash == std::string_view::npos) continue;
    const auto where = parts(line.substr(0, dash), ' ');
    const auto what = parts(line.substr(dash + 3), ' ');  // type, source, options
    if (where.size() < 5 || what.size() < 3) continue;
    const bool unified = what[0] == "cgroup2";
    if (unified || (what[0] == "cgroup" && lists(what[2], "cpu")))
      all.push_back({unified, where[3], where[4]});
  }
  return all;
}

// This process's group in the tree of version 2, or in that of version 1 which limits CPU time.
std::optional<std::string_view> group(std::string_view proc_cgroup, bool unified) {
  for (std::string_view line : parts(proc_cgroup, '\n')) {  // id:controllers:path
    next(line, ':');
    const std::string_view controllers = next(line, ':');
    if (unified ? controllers.empty() : lists(controllers, "cpu")) return line;
  }
  return std::nullopt;
}

}  // namespace

std::optional<CpuTicks> parse_cpu_ticks(std::string_view proc_stat) {
  // user nice system idle iowait irq softirq steal; guests are in user and nice already.
  constexpr std::size_t kSteal = 8;
  const auto words = parts(next(proc_stat, '\n'), ' ');
  if (words.size() <= kSteal || words[0] != "cpu") return std::nullopt;
  CpuTicks ticks;
  for (std::size_t i = 1; i <= kSteal; ++i) ticks.all += number(words[i]).value_or(0);
  ticks.stolen = number(words[kSteal]).value_or(0);
  return ticks;
}

std::optional<Throttling> parse_throttling(std::string_view cpu_stat) {
  const auto times = named(cpu_stat, "nr_throttled");
  if (!times) return std::nullopt;
  if (const auto us = named(cpu_stat, "throttled_usec"))
    return Throttling{*times, nanoseconds(*us * 1000)};
  if (const auto ns = named(cpu_stat, "throttled_time"))
    return Throttling{*times, nanoseconds(*ns)};
  return std::nullopt;
}

std::vector<std::string> cpu_stat_files(std::string_view proc_cgroup, std::string_view mountinfo) {
  std::vector<std::string> files;
  for (const Mount& mount : cpu_mounts(mountinfo)) {
    auto path = group(proc_cgroup, mount.unified);
    if (!path) continue;
    // In a container the mount may show a part of the tree, whose top is the container's group.
    if (mount.root != "/" && path->starts_with(mount.root)) path->remove_prefix(mount.root.size());
    std::string folder{mount.point};
    files.push_back(folder + "/cpu.stat");
    for (const std::string_view name : parts(*path, '/')) {
      folder.append("/").append(name);
      files.push_back(folder + "/cpu.stat");
    }
  }
  return files;
}

std::optional<Duration> parse_run_queue_wait(std::string_view schedstat) {
  const auto words = parts(next(schedstat, '\n'), ' ');
  if (words.size() < 2) return std::nullopt;
  const auto ns = number(words[1]);
  return ns ? std::optional{nanoseconds(*ns)} : std::nullopt;
}

std::optional<std::uint64_t> parse_net_counter(std::string_view text, std::string_view group_name,
                                               std::string_view name) {
  std::vector<std::string_view> names;
  for (std::string_view line : parts(text, '\n')) {
    if (next(line, ':') != group_name) continue;
    if (names.empty()) {
      names = parts(line, ' ');
      continue;
    }
    const auto numbers = parts(line, ' ');
    const auto column = static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
    return column < numbers.size() ? number(numbers[column]) : std::nullopt;
  }
  return std::nullopt;
}

std::uint64_t parse_softnet_drops(std::string_view softnet_stat) {
  constexpr int kHex = 16;
  std::uint64_t drops = 0;
  for (const std::string_view core : parts(softnet_stat, '\n'))
    if (const auto columns = parts(core, ' '); columns.size() > 1)
      drops += number(columns[1], kHex).value_or(0);
  return drops;
}

}  // namespace gauntlet::metrics
