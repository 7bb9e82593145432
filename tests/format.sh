#!/usr/bin/env bash
# Every C++ file is as .clang-format has it.
set -euo pipefail
cd "$(dirname "$0")/.."
find src collectors tests -name '*.h' -o -name '*.cpp' | sort | xargs clang-format --dry-run -Werror
echo "clang-format: every file is formatted"
