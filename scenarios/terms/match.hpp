// std::visit with a lambda per alternative.
#pragma once

namespace gauntlet {

template <class... Cases>
struct match : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
match(Cases...) -> match<Cases...>;

}  // namespace gauntlet
