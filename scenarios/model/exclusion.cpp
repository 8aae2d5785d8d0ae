#include "scenarios/model/exclusion.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace gauntlet::scenarios {
namespace {

// Those beside a kind itself, of which there can be only one at a time.
constexpr std::array kRivals{
    std::pair{FaultKind::close_after_bytes, FaultKind::reset_after_bytes},
    std::pair{FaultKind::outage, FaultKind::partition},
    std::pair{FaultKind::outage, FaultKind::blackhole},
    std::pair{FaultKind::partition, FaultKind::blackhole},
    std::pair{FaultKind::target_crash, FaultKind::target_pause},
    // A wave closes what is open beside the client.
    std::pair{FaultKind::connect_storm, FaultKind::idle_connections},
    std::pair{FaultKind::connect_storm, FaultKind::never_upgrade},
    std::pair{FaultKind::connect_storm, FaultKind::second_connection},
};

bool excludes_its_like(FaultKind kind) {
  const FaultPlace place = def(kind).place;
  return place == FaultPlace::network || place == FaultPlace::target ||
         kind == FaultKind::connect_storm;
}

bool are_rivals(const FaultAction& a, const FaultAction& b) {
  const bool meet = a.direction == Direction::both || b.direction == Direction::both ||
                    a.direction == b.direction;
  if (a.kind == b.kind) return meet && excludes_its_like(a.kind);
  return std::ranges::any_of(kRivals, [&](const auto& pair) {
    return pair == std::pair{a.kind, b.kind} || pair == std::pair{b.kind, a.kind};
  });
}

bool is_certain(const Fault& fault) {
  return !fault.after && fault.probability >= 1 && !fault.to.round &&
         (std::holds_alternative<Selection::All>(fault.to.which) ||
          std::holds_alternative<Selection::One>(fault.to.which));
}

bool share_victims(const Selection& a, const Selection& b) {
  using Among = Selection::Among;
  if (a.among != b.among && a.among != Among::everyone && b.among != Among::everyone) return false;
  const auto* one = std::get_if<Selection::One>(&a.which);
  const auto* other = std::get_if<Selection::One>(&b.which);
  return one == nullptr || other == nullptr || *one == *other;
}

/// The times of a fault, one after another.
struct Times {
  const Fault& of;
  Duration from{of.at};

  Duration until() const { return of.lasts ? from + *of.lasts : Duration::max(); }
  bool next() {
    if (!of.every || !of.lasts) return false;
    from += *of.every;
    return true;
  }
};

// Whichever is over first gives way to its next time.
bool overlap(const Fault& a, const Fault& b, Duration end) {
  constexpr int kLooksMax = 100'000;
  Times first{a};
  Times second{b};
  for (int looks = 0; looks < kLooksMax && first.from < end && second.from < end; ++looks) {
    if (first.from < second.until() && second.from < first.until()) return true;
    if (!(first.until() <= second.until() ? first : second).next()) return false;
  }
  return false;
}

// Comes again before it is over.
bool meets_itself(const Fault& fault, Duration end) {
  return fault.every && fault.at + *fault.every < end && are_rivals(fault.action, fault.action) &&
         (!fault.lasts || *fault.lasts > *fault.every);
}

}  // namespace

bool exclude_each_other(const Fault& a, const Fault& b, Duration end) {
  return are_rivals(a.action, b.action) && is_certain(a) && is_certain(b) &&
         share_victims(a.to, b.to) && overlap(a, b, end);
}

bool excludes_itself(const Fault& fault, Duration end) {
  return is_certain(fault) && meets_itself(fault, end);
}

bool may_exclude_itself(const Fault& fault, Duration end) {
  return !is_certain(fault) && meets_itself(fault, end);
}

}  // namespace gauntlet::scenarios
