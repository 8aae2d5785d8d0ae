#include "runners/command/running_commands.hpp"

#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <mutex>
#include <new>

namespace gauntlet::runners {
namespace {

/// The process that runs it above, its group below; 0: free. Both at once, so that nobody sees the
/// one without the other.
using Place = std::atomic<std::uint64_t>;
struct Table {
  std::atomic<bool> closed{false};
  std::atomic<int> starting{0};
  std::array<Place, RunningCommands::kPlaces> places{};
};
static_assert(Place::is_always_lock_free, "else it is not one across processes");

// Plain: a handler must not meet the guard of a static that is being made.
std::atomic<Table*> table{nullptr};

constexpr std::uint64_t entry(pid_t process, pid_t group) {
  return std::uint64_t{static_cast<std::uint32_t>(process)} << 32U |
         static_cast<std::uint32_t>(group);
}
constexpr pid_t process_of(std::uint64_t entry) { return static_cast<pid_t>(entry >> 32U); }
constexpr pid_t group_of(std::uint64_t entry) { return static_cast<pid_t>(entry & 0xFFFFFFFFU); }

// From where its own number points to, so that few are looked at.
std::size_t take_place(Table& all, pid_t group) {
  const std::uint64_t own = entry(getpid(), group);
  for (std::size_t i = 0; i < RunningCommands::kPlaces; ++i) {
    const std::size_t place = (static_cast<std::size_t>(group) + i) % RunningCommands::kPlaces;
    std::uint64_t free = 0;
    if (all.places[place].compare_exchange_strong(free, own)) return place;
  }
  return RunningCommands::kPlaces;
}

/// @param wanted  whether to, of a place and what was in it.
void kill_where(auto&& wanted) {
  Table* const all = table.load();
  if (all == nullptr) return;
  for (Place& place : all->places)
    if (const std::uint64_t found = place.load(); found != 0 && wanted(place, found))
      ::kill(-group_of(found), SIGKILL);
}

}  // namespace

void RunningCommands::prepare() {
  static std::once_flag once;
  std::call_once(once, [] {
    void* const memory =
        ::mmap(nullptr, sizeof(Table), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc{};
    table.store(::new (memory) Table{});
  });
}

// Counted before it looks whether it may: whoever closes the table afterwards waits for it.
RunningCommands::Started RunningCommands::start(const std::function<pid_t()>& spawn) {
  prepare();
  Table& all = *table.load();
  Started started;
  ++all.starting;
  if (!all.closed) started.group = spawn();
  if (started.group != 0) started.place = take_place(all, started.group);
  --all.starting;
  return started;
}

void RunningCommands::remove(std::size_t place) {
  if (place < kPlaces) table.load()->places[place].store(0);
}

void RunningCommands::kill_all() {
  Table* const all = table.load();
  if (all == nullptr) return;
  all->closed = true;
  for (int looks = 0; all->starting > 0 && looks < 100; ++looks) ::poll(nullptr, 0, 1);
  kill_where([](const Place&, std::uint64_t) { return true; });
}

void RunningCommands::kill_of(pid_t process) {
  kill_where([process](Place& place, std::uint64_t found) {
    return process_of(found) == process && place.exchange(0) == found;
  });
}

}  // namespace gauntlet::runners
