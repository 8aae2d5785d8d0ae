// A lambda per alternative of a variant.
#pragma once

#include <cstddef>
#include <utility>
#include <variant>

namespace gauntlet {

template <class... Cases>
struct match : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
match(Cases...) -> match<Cases...>;

/// std::visit for cases that return nothing. That one calls through a table of pointers, for which
/// every lambda must be in memory with all that it captures; here they vanish into one switch.
template <class Cases, class Variant>
void dispatch(const Cases& cases, const Variant& variant) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    const std::size_t index = variant.index();
    (void)((index == I && (cases(*std::get_if<I>(&variant)), true)) || ...);
  }
  (std::make_index_sequence<std::variant_size_v<Variant>>{});
}

}  // namespace gauntlet
