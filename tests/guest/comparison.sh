#!/bin/sh
# In the guest: the stand-in server under one unit that is changed between bundles, each with short runs of the same load from a client
# on CPU 0. The arms take turns: `free` may run anywhere, `right` is pinned to the node of the network card and the display device, with
# its memory, `wrong` to the other node, while its memory stays; `penalty` is `right` with a declared synthetic memory distance. `thp` is
# `right` with transparent huge pages in another mode.
#   comparison.sh, or with /opt/rounds: "ROUNDS RUNS" instead of three rounds with two runs in each bundle
set -e
rounds=3
runs=2
[ -e /opt/rounds ] && read -r rounds runs </opt/rounds
serve() {
  {
    echo '[Service]'
    echo "ExecStart=/opt/ihc mock-server --port 8000 --ttft 20ms --burn 1ms --touch 256K --memory 64M $more"
    for line; do echo "$line"; done
  } >/etc/systemd/system/inference.service
  systemctl daemon-reload
  systemctl start inference
  until grep -q ':1F40 ' /proc/net/tcp; do sleep 0.2; done
}
measure() {
  /opt/ihc collect --unit inference.service --window 3 --bench-url http://127.0.0.1:8000 --runs $runs --warmup 3 --n-requests 15 \
    --max-tokens 8 --client-cpus 0 --quiet -o "/out/$1.ihc.tar.zst"
  numastat -p "$(systemctl show -p MainPID --value inference)" >"/out/$1.numastat"
  systemctl stop inference
  echo "$1 done at $(cut -d' ' -f1 /proc/uptime) s"
}
arm() {
  more=
  case $1 in
    free) serve ;;
    wrong) serve CPUAffinity=1-3 NUMAPolicy=bind NUMAMask=1 ;;
    penalty) more='--remote-penalty 8'; serve CPUAffinity=4-7 NUMAPolicy=bind NUMAMask=1 ;;
    *) serve CPUAffinity=4-7 NUMAPolicy=bind NUMAMask=1 ;;
  esac
  measure "$1-$2"
}
thp=/sys/kernel/mm/transparent_hugepage/enabled
echo madvise >$thp
round=1
while [ $round -le "$rounds" ]; do
  order='free right wrong penalty'
  [ $((round % 2)) = 0 ] && order='penalty wrong right free'
  for name in $order; do arm $name $round; done
  round=$((round + 1))
done
echo always >$thp
arm thp 1
