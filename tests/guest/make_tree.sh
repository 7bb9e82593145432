#!/usr/bin/env bash
# Makes the guest's root tree: a small Debian 12 with systemd, python3 and numactl, and Debian's cloud kernel beside it.
#   make_tree.sh DIR      → DIR/tree, DIR/vmlinuz; does nothing when they are there
set -euo pipefail
directory=$(mkdir -p "${1:?directory}" && cd "$1" && pwd)
[ -e "$directory/vmlinuz" ] && [ -d "$directory/tree/etc" ] && exit 0
[ "$(id -u)" = 0 ] || { echo "make_tree.sh: debootstrap needs root" >&2; exit 77; }
for tool in debootstrap qemu-system-x86_64 cpio; do
  command -v "$tool" >/dev/null || { echo "make_tree.sh: install $tool (packages debootstrap, qemu-system-x86, cpio)" >&2; exit 77; }
done
# The package source is the machine's own first one.
source=$(sed -nE 's/^URIs: *([^ ]+).*/\1/p; s/^deb (\[[^]]*\] )?([^ ]+) .*/\2/p' /etc/apt/sources.list.d/debian.sources \
  /etc/apt/sources.list 2>/dev/null | head -1)
rm -rf "$directory/tree"
debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,numactl,procps,kmod,iproute2,python3-minimal,libpython3-stdlib,linux-perf,bpftrace \
  bookworm "$directory/tree" "$source" >"$directory/debootstrap.log" 2>&1
rm -rf "$directory"/tree/usr/share/{doc,man,locale,info} "$directory"/tree/var/cache/apt "$directory"/tree/var/lib/apt/lists
package=$(apt-cache depends linux-image-cloud-amd64 | awk '/Depends: linux-image-/{print $2; exit}')
(cd "$directory" && apt-get -qq download "$package" && dpkg -x "$package"_*.deb kernel)
# The network card's driver and what it stands on, in the order they are loaded: without it the card is a PCI device and no interface.
mkdir -p "$directory/tree/opt/modules"
number=10
for module in virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci failover net_failover virtio_net; do
  find "$directory/kernel" -name "$module.ko*" -exec cp {} "$directory/tree/opt/modules/$number-$module.ko" \;
  number=$((number + 1))
done
cp "$directory"/kernel/boot/vmlinuz-* "$directory/vmlinuz"
