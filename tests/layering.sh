#!/usr/bin/env bash
# Refuses every #include "module/…" that tests/layering.txt does not allow.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"
bad=0
while IFS=: read -r module allowed; do
  case "$module" in ''|'#'*) continue ;; esac
  [ "${allowed# }" = '*' ] && continue
  directory=src/$module
  [ "$module" = collectors ] && directory=collectors
  [ -d "$directory" ] || continue
  while IFS=: read -r file line include; do
    target=$(sed -E 's/.*"([^"]+)".*/\1/' <<<"$include")
    case "$target" in */*) ;; *) echo "$file:$line: include \"$target\" names no module"; bad=1; continue ;; esac
    first=${target%%/*}
    [ "$first" = "$module" ] && continue
    ok=0
    for permitted in $allowed; do
      case "$permitted" in
        */*) [ "$target" = "$permitted" ] && ok=1 ;;
        *) [ "$first" = "$permitted" ] && ok=1 ;;
      esac
    done
    if [ "$ok" = 0 ]; then
      echo "$file:$line: $module may not include \"$target\" (allowed:$allowed)"
      bad=1
    fi
  done < <(grep -rnE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' "$directory" --include='*.h' --include='*.cpp' || true)
done < tests/layering.txt
for directory in src/*/; do
  name=$(basename "$directory")
  grep -q "^$name:" tests/layering.txt || { echo "src/$name is not named in tests/layering.txt"; bad=1; }
done
[ "$bad" = 0 ] && echo "layering: every include is allowed"
exit "$bad"
