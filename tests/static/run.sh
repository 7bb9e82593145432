#!/usr/bin/env bash
# The static ihc is one file: small, with nothing to load, and it runs where there is nothing else.
#   tests/static/run.sh build/static/ihc
set -uo pipefail
program=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
check() { local name=$1; shift; if "$@" >"$work/out" 2>&1; then echo "ok   $name"; else echo "FAIL $name"; head -20 "$work/out"; failures=$((failures + 1)); fi; }

max_bytes=15000000
check "under 15 MB ($(stat -c %s "$program") bytes)" test "$(stat -c %s "$program")" -lt "$max_bytes"
check 'names no interpreter' bash -c '! readelf -lW "$1" | grep -q INTERP' check "$program"
check 'needs no library' bash -c '! readelf -dW "$1" | grep -q NEEDED' check "$program"

# An empty root: no /proc, no /etc, no libc. Root has chroot; others get one in a user namespace, where the kernel lets them.
mkdir "$work/root"
cp "$program" "$work/root/ihc"
if [ "$(id -u)" = 0 ]; then inside=(chroot "$work/root"); else inside=(unshare --map-root-user chroot "$work/root"); fi
if "${inside[@]}" /ihc --version >"$work/out" 2>&1 || [ "$(id -u)" = 0 ] || unshare --map-root-user true 2>/dev/null; then
  check 'runs in an empty chroot' "${inside[@]}" /ihc --version
  check 'shows its help there' "${inside[@]}" /ihc --help
  check 'collects there' "${inside[@]}" /ihc collect --window 0.2 -o /b.ihc.tar.zst --quiet
  check 'checks there' "${inside[@]}" /ihc check /b.ihc.tar.zst
  check 'writes Markdown and HTML there' "${inside[@]}" /ihc report /b.ihc.tar.zst -o /r --format md,html
  check 'which are files' test -s "$work/root/r/report.md" -a -s "$work/root/r/report.html"
  "${inside[@]}" /ihc report /b.ihc.tar.zst -o /p --format pdf >"$work/said" 2>&1
  check 'says what to do for a PDF' grep -q ihc-pdf "$work/said"
else
  echo "skip an empty chroot: neither root nor user namespaces here"
fi
[ "$failures" = 0 ] && echo "static: all checks passed" || echo "static: $failures checks failed"
exit $((failures != 0))
