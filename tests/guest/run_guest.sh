#!/usr/bin/env bash
# Boots the two-socket guest, runs a script in it as a systemd unit, and brings back what it left in /out.
#   run_guest.sh DIR SCRIPT OUT [FILE…]     FILEs are copied into the guest's /opt
# DIR is what make_tree.sh made. Two sockets of four cores, 1.5 GiB each; node 1 with a PCIe bus that carries a network
# card and a display device of a GPU vendor's in the role of the GPU. Software emulation: no latency means anything in there.
set -euo pipefail
directory=$(cd "${1:?directory}" && pwd)
script=${2:?script}
out=${3:?output folder}
shift 3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -a "$directory/tree/." "$work/tree"
cp "$script" "$work/tree/opt/guest-script"
chmod +x "$work/tree/opt/guest-script"
for file in "$@"; do cp "$file" "$work/tree/opt/"; done
cat >"$work/tree/etc/systemd/system/guest-script.service" <<'UNIT'
[Unit]
Description=What this boot is for
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'mkdir -p /out; stty -F /dev/ttyS1 raw; for m in /opt/modules/*.ko; do insmod "$m"; done; /opt/guest-script >/out/log 2>&1; echo $? >/out/status; tar -C /out -cz . | base64 >/dev/ttyS1; sync; sleep 1; systemctl --force --force poweroff'
[Install]
WantedBy=default.target
UNIT
ln -sf /etc/systemd/system/guest-script.service "$work/tree/etc/systemd/system/multi-user.target.wants/guest-script.service" 2>/dev/null ||
  { mkdir -p "$work/tree/etc/systemd/system/multi-user.target.wants"
    ln -sf /etc/systemd/system/guest-script.service "$work/tree/etc/systemd/system/multi-user.target.wants/"; }
sed -i 's/^After=.*//' "$work/tree/etc/systemd/system/guest-script.service"
echo inference-node >"$work/tree/etc/hostname"
ln -sf /sbin/init "$work/tree/init"
(cd "$work/tree" && find . -xdev | cpio -o -H newc --quiet) | gzip -1 >"$work/initramfs"
timeout "${IHC_GUEST_TIMEOUT:-300}" qemu-system-x86_64 -accel tcg,thread=multi -machine q35 -cpu max -smp 8,sockets=2,cores=4 -m 3G \
  -object memory-backend-ram,id=m0,size=1536M -object memory-backend-ram,id=m1,size=1536M \
  -numa node,nodeid=0,cpus=0-3,memdev=m0 -numa node,nodeid=1,cpus=4-7,memdev=m1 -numa dist,src=0,dst=1,val=21 \
  -device pxb-pcie,id=bus1,bus_nr=32,numa_node=1,bus=pcie.0 -device pcie-root-port,id=port1,bus=bus1,chassis=1,slot=1 \
  -device pcie-root-port,id=port2,bus=bus1,chassis=2,slot=2 \
  -device virtio-net-pci,bus=port1 -device pcie-pci-bridge,id=bridge,bus=port2 -device ati-vga,bus=bridge,addr=1 \
  -kernel "$directory/vmlinuz" -initrd "$work/initramfs" -append "console=ttyS0 quiet rdinit=/init systemd.unit=multi-user.target" \
  -vga none -display none -nic none -no-reboot -serial "file:$work/console" -serial "file:$work/answer" >"$work/qemu.log" 2>&1 || true
mkdir -p "$out"
if ! base64 -di "$work/answer" 2>/dev/null | tar -C "$out" -xz 2>/dev/null; then
  echo "run_guest.sh: the guest gave no answer; its console ends with:" >&2
  tail -n 20 "$work/console" >&2; tail -n 5 "$work/qemu.log" >&2
  exit 1
fi
exit "$(cat "$out/status")"
