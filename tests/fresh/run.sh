#!/usr/bin/env bash
# A fresh Debian 12 (a debootstrap tree), a clean clone of HEAD in it, and one of the user's commands run there.
#
#   tests/fresh/run.sh TREE [COMMAND…]      default command: scripts/quickstart
#
# TREE is made when it is not there, and kept: the second run finds packages installed. Needs root, debootstrap and git. The mirror is the
# one that this machine's own package sources name; its proxy settings for apt come along.
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 2; }
tree=$1
shift
[ $# -gt 0 ] || set -- scripts/quickstart
top=$(cd "$(dirname "$0")/../.." && pwd)
[ "$(id -u)" = 0 ] || { echo "fresh: needs root, for debootstrap and chroot" >&2; exit 1; }

# The first source of Debian's main archive, in either style of configuration: "URI keyring".
mirror_of_this_machine() {
  {
    sed -nE 's/^[[:space:]]*deb[[:space:]]+(\[([^]]*)\][[:space:]]+)?([^[:space:]]+)[[:space:]]+bookworm[[:space:]].*/\3 \2/p' \
      /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null || true
    cat /etc/apt/sources.list.d/*.sources 2>/dev/null | awk -v RS= '/(^|\n)Suites:[^\n]*[ \t]bookworm([ \t\n]|$)/ {
      uri = $0; sub(/(.*\n|^)URIs:[ \t]*/, "", uri); sub(/[ \t\n].*/, "", uri)
      key = ""; if ($0 ~ /\nSigned-By:[ \t]*\//) { key = $0; sub(/.*\nSigned-By:[ \t]*/, "", key); sub(/[ \t\n].*/, "", key); key = "signed-by=" key }
      print uri, key }'
  } | head -1
}

make_tree() {
  local mirror key
  read -r mirror key <<<"$(mirror_of_this_machine) "
  [ -n "$mirror" ] || { echo "fresh: no package source of bookworm found in /etc/apt" >&2; exit 1; }
  key=${key#*signed-by=}
  key=${key%% *}
  debootstrap --variant=minbase ${key:+--keyring="$key"} bookworm "$tree" "$mirror"
  grep -ihsE '^[[:space:]]*Acquire::(http|https|ftp)::' /etc/apt/apt.conf /etc/apt/apt.conf.d/* >"$tree/etc/apt/apt.conf.d/00proxy" || true
}

[ -e "$tree/etc/debian_version" ] || make_tree
cp /etc/resolv.conf "$tree/etc/resolv.conf"
mkdir -p "$tree/root/ihc"
if [ -d "$tree/root/ihc/.git" ]; then
  git -C "$tree/root/ihc" fetch -q "$top" HEAD
  git -C "$tree/root/ihc" reset -q --hard FETCH_HEAD
  git -C "$tree/root/ihc" clean -qfd
else
  git clone -q --no-hardlinks "$top" "$tree/root/ihc"
fi

# Mounts live in a namespace of their own and go with it.
export tree
exec unshare --mount --pid --fork bash -c '
  mount -t proc proc "$tree/proc"
  mount --rbind /sys "$tree/sys"
  mount --rbind /dev "$tree/dev"
  exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM="${TERM:-dumb}" \
    chroot "$tree" bash -c "cd /root/ihc && exec \"\$@\"" run "$@"' run "$@"
