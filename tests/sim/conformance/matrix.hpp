// Defects and the cases that catch them, as docs/conformance_matrix.md has them.
#pragma once

#include <string>
#include <vector>

#include "tests/sim/conformance/defective_server.hpp"

namespace gauntlet::sim::conformance {

inline constexpr const char* kMatrixFile = "docs/conformance_matrix.md";

/// Stands where a case catches nothing, and nobody has said why it is there.
inline constexpr std::string_view kNoReason = "for no reason";

/// The line of one defect.
std::string matrix_row(const DefectDef& defect, const Broken& broken);

/// Before the lines: how many defects are caught, and by how many cases.
/// @param lines  of all defects; what else is in the text does not matter.
std::string matrix_head(const std::string& lines);

/// After them: the cases that catch none.
std::string matrix_tail(const std::string& lines);

/// All of it, given the line of each defect.
std::string matrix(const std::vector<std::string>& rows);

/// "ARC-ROUTE" of "ARC-ROUTE-07".
std::string_view area_of(std::string_view id);

}  // namespace gauntlet::sim::conformance
