// Whether what goes to standard output is painted.
#pragma once

namespace gauntlet::sim {

/// A terminal that shows colours, and nobody who has asked for none: see https://no-color.org.
bool shows_colours();

}  // namespace gauntlet::sim
