// Work that must not make those late who have appointments to keep.
#pragma once

#include <functional>

namespace gauntlet::sim {

/// Does the work in a thread of its own, which gives way on a core that it shares with the threads
/// of the load, and returns when it is done. In a thread of its own, since who has given way once
/// may not take that back, and hands it down to the threads that it starts.
/// @throws what the work throws.
void in_background(const std::function<void()>& work);

}  // namespace gauntlet::sim
