#!/bin/sh
# In the guest: the same load under four units, each collected. `right` and `wrong` are pinned with their memory, the one to the
# node of the network card and the display device, the other to the far one; `free` may run anywhere; `drift` grew on node 0 and
# was then moved to node 1, so that the kernel's NUMA balancing takes its pages after it.
set -e
load() {
  name=$1
  shift
  {
    echo '[Service]'
    echo 'ExecStart=/usr/bin/python3 /opt/placement_load.py 48'
    for line; do echo "$line"; done
  } >/etc/systemd/system/load-$name.service
}
load free
load right CPUAffinity=4-7 NUMAPolicy=bind NUMAMask=1
load wrong CPUAffinity=0-3 NUMAPolicy=bind NUMAMask=0
load drift CPUAffinity=0-3
mount -t tracefs none /sys/kernel/tracing 2>/dev/null || true
systemctl daemon-reload
cat /proc/sys/kernel/random/boot_id
for name in free right wrong drift; do
  systemctl start load-$name
  sleep 10
  pid=$(systemctl show -p MainPID --value load-$name)
  more=
  [ $name = drift ] && taskset -apc 4-7 "$pid" >/dev/null
  [ $name = free ] && more="--deep perf-sched"
  /opt/ihc collect --unit load-$name.service --window 25 $more -o /out/$name.ihc.tar.zst
  numastat -p "$pid" >/out/$name.numastat
  grep Cpus_allowed_list "/proc/$pid/status" >/out/$name.allowed
  # bpftrace compiles its programs first; an emulated CPU may need longer for that than it is given.
  [ $name = free ] && { /opt/ihc collect --unit load-free.service --window 25 --deep bpf -o /out/trace.ihc.tar.zst || [ $? = 4 ]; }
  systemctl stop load-$name
done
