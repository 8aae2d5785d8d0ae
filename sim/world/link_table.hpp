// What belongs to each link, found without a search.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "sim/session/links.hpp"

namespace gauntlet::sim {

/// Links are numbered one after another and come and go, so that those that are there are mostly
/// the latest: a place for each, without those at the beginning that are gone. What is in it does
/// not move.
template <class T>
class LinkTable {
 public:
  /// @param link  above all that were added before.
  template <class... From>
  T& add(LinkId link, From&&... from) {
    if (places_.empty()) first_ = link;
    places_.resize(link - first_ + 1);
    return *(places_.back() = std::make_unique<T>(std::forward<From>(from)...));
  }
  /// Null when there is none.
  T* find(LinkId link) const {
    // Numbers below the first wrap around to above all.
    const LinkId place = link - first_;
    return place < places_.size() ? places_[place].get() : nullptr;
  }
  void erase(LinkId link) {
    const LinkId place = link - first_;
    if (place >= places_.size()) return;
    places_[place].reset();
    if (place == gone_) close_ranks();
  }
  template <class Visit>
  void for_each(Visit visit) const {
    for (const auto& each : places_)
      if (each) visit(*each);
  }

 private:
  // Once half of the places are of links that are gone, the others move up.
  void close_ranks() {
    while (gone_ < places_.size() && !places_[gone_]) ++gone_;
    if (2 * gone_ < places_.size()) return;
    places_.erase(places_.begin(), places_.begin() + static_cast<std::ptrdiff_t>(gone_));
    first_ += std::exchange(gone_, 0);
  }

  std::vector<std::unique_ptr<T>> places_;
  LinkId first_{0};
  std::size_t gone_{0};  // places at the beginning, of links that are no more
};

}  // namespace gauntlet::sim
