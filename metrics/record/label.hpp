// What tells apart the rows of a metric that share a name.
#pragma once

#include <string_view>

namespace gauntlet::metrics {

struct Label {
  std::string_view key;  // empty: this row has no label
  std::string_view value;
};

}  // namespace gauntlet::metrics
