#!/usr/bin/env bash
# Form and common mistakes: clang-format and the include rule on every file, clang-tidy on those named
# or on all of them.
#   [CHECKS=...] lint.sh [FILE...]      CHECKS: instead of those of .clang-tidy
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

mapfile -t sources < <(git ls-files '*.cpp' '*.hpp')
echo "clang-format: ${#sources[@]} files"
clang-format --dry-run -Werror "${sources[@]}"

cmake --preset lint >/dev/null
cmake --build build/lint --target tree_test >/dev/null
build/lint/tests/tree/tree_test --gtest_brief=1

if (($#)); then
  units=("$@")
else
  # Every translation unit of ours; tests are compiled with the same warnings and left to those.
  mapfile -t units < <(git ls-files 'scenarios/*.cpp' 'metrics/*.cpp' 'runners/*.cpp' 'sim/*.cpp')
fi
echo "clang-tidy: ${#units[@]} files"
printf '%s\0' "${units[@]}" |
  xargs -0 -n 4 -P "$(nproc)" clang-tidy -p build/lint --quiet --warnings-as-errors='*' \
    ${CHECKS:+--checks="$CHECKS"} 2>/dev/null
echo "lint: nothing to complain of"
