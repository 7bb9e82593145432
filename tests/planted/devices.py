"""Devices: PCI, network interfaces and interrupts."""
from kernel_text import numbers
from node import Command
from plan import GPU_ADDRESSES, NIC_ADDRESS, PORTS, UPTIME, WINDOW


def add_pci(node, plan):
    devices = {}
    if plan.has_gpus:
        for index, address in enumerate(GPU_ADDRESSES):
            devices[address] = ("0x030200", "0x10de", "0x20b5", plan.gpu_nodes[index], "nvidia", plan.gpus[index])
    devices[NIC_ADDRESS] = ("0x020000", "0x15b3", "0x1017", plan.nic_node, "mlx5_core", {})
    for address, (pci_class, vendor, device, on, driver, own) in devices.items():
        port = PORTS[address]
        bus = f"pci{port[:7]}"
        links = {address: (f"../../../devices/{bus}/{port}/{address}", driver), port: (f"../../../devices/{bus}/{port}",
                                                                                       "pcieport")}
        width = own.get("width", 16)
        for which, (target, bound) in links.items():
            here = f"sys/bus/pci/devices/{which}/"
            is_port = which == port
            node.links[here[:-1]] = target
            node.links[here + "driver"] = ("../../../bus/pci/drivers/" if is_port else "../../../../bus/pci/drivers/") + bound
            node.files.update({here + "class": ("0x060400" if is_port else pci_class) + "\n",
                               here + "vendor": ("0x1022" if is_port else vendor) + "\n",
                               here + "device": ("0x1483" if is_port else device) + "\n", here + "numa_node": f"{on}\n",
                               here + "local_cpulist": (plan.node_cpus[on] if on >= 0 else "0-15") + "\n",
                               here + "current_link_speed": "16.0 GT/s PCIe\n",
                               here + "max_link_speed": "16.0 GT/s PCIe\n", here + "current_link_width": f"{width}\n",
                               here + "max_link_width": "16\n"})
            for counter in ("correctable", "nonfatal", "fatal"):
                node.samples[here + "aer_dev_" + counter] = {at: f"RxErr 0\nTOTAL_ERR_{counter.upper()[:3]} 0\n" for at in (0, WINDOW)}
    if plan.nvswitch:
        here = "sys/bus/pci/devices/0000:05:00.0/"
        node.files.update({here + "class": "0x068000\n", here + "vendor": "0x10de\n", here + "device": "0x1af1\n",
                           here + "numa_node": "0\n", here + "local_cpulist": plan.node_cpus[0] + "\n"})


def add_nic(node, plan):
    target = f"../../devices/pci0000:20/{PORTS[NIC_ADDRESS]}/{NIC_ADDRESS}/net/eth0"
    node.links["sys/class/net/eth0"] = target
    node.links["sys/class/net/lo"] = "../../devices/virtual/net/lo"
    here = "sys/class/net/eth0/"
    node.files.update({here + "operstate": "up\n", here + "speed": "100000\n", here + "duplex": "full\n", here + "mtu": "9000\n"})
    node.samples[here + "carrier_changes"] = {at: "2\n" for at in (0, WINDOW)}
    for name, rate in (("rx_packets", 90000), ("tx_packets", 80000), ("rx_dropped", 0), ("rx_errors", 0), ("rx_missed_errors", 0),
                       ("tx_dropped", 0)):
        node.samples[here + "statistics/" + name] = {at: f"{rate * (1000 + at)}\n" for at in (0, WINDOW)}
    for queue in range(2):
        node.files[f"{here}queues/rx-{queue}/rps_cpus"] = "0000\n"
        node.files[f"{here}queues/rx-{queue}/rps_flow_cnt"] = "0\n"
        node.files[f"{here}queues/tx-{queue}/xps_cpus"] = "0000\n"


def add_interrupts(node, plan):
    nic = numbers(plan.nic_cpus)
    # number, its actions, its CPUs, its interrupts a second
    rows = [(40, f"IR-PCI-MSI 17301504-edge      mlx5_async0@pci:{NIC_ADDRESS}", "0", 1)]
    rows += [(41 + queue, f"IR-PCI-MSI {17301505 + queue}-edge      mlx5_comp{queue}@pci:{NIC_ADDRESS}",
              str(nic[queue % len(nic)]), plan.nic_rate) for queue in range(2)]
    if plan.has_gpus:
        rows += [(50 + index, f"IR-PCI-MSI {34078720 + index}-edge      nvidia", "0" if plan.gpu_nodes[index] != 1 else "4",
                  20) for index in range(2)]

    def table(at):
        text = "     " + "".join(f"{'CPU' + str(cpu):>12}" for cpu in range(16)) + "\n"
        for number, action, cpu, rate in rows:
            counts = [500 + rate * (1000 + at) if str(column) == cpu else 0 for column in range(16)]
            text += f"{number:>4}:" + "".join(f"{count:>12}" for count in counts) + f"  {action}\n"
        text += " LOC:" + "".join(f"{100 * (UPTIME + at):>12}" for _ in range(16)) + "   Local timer interrupts\n"
        return text + f" ERR:{0:>12}\n MIS:{0:>12}\n"

    node.samples["proc/interrupts"] = {at: table(at) for at in (0, WINDOW)}
    softirqs = lambda at: "                    " + "".join(f"{'CPU' + str(cpu):<12}" for cpu in range(16)).rstrip() + "\n" + "".join(
        f"{name + ':':>12}" + "".join(f"{rate * (1000 + at):>12}" for _ in range(16)) + "\n" for name,
        rate in (("TIMER", 100), ("NET_TX", 1), ("NET_RX", 200), ("SCHED", 90), ("RCU", 80)))
    node.samples["proc/softirqs"] = {at: softirqs(at) for at in (0, WINDOW)}
    node.files["proc/irq/default_smp_affinity"] = "1111\n"
    for number, action, cpu, _ in rows:
        here = f"proc/irq/{number}/"
        on = 1 if int(cpu) in numbers(plan.node_cpus.get(1, "")) else 0
        node.files.update({here + "smp_affinity_list": cpu + "\n", here + "effective_affinity_list": cpu + "\n",
                           here + "affinity_hint": "0000\n", here + "node": f"{on}\n"})
        address = NIC_ADDRESS if number < 50 else GPU_ADDRESSES[number - 50]
        node.files[f"sys/bus/pci/devices/{address}/msi_irqs/{number}"] = "msix\n"
    node.files["etc/default/irqbalance"] = f'IRQBALANCE_BANNED_CPULIST="{plan.banned_cpus}"\n' if plan.banned_cpus else '#IRQBALANCE_BANNED_CPULIST=\n'
    node.commands["systemctl-irqbalance"] = Command(["systemctl", "show", "irqbalance.service"],
                                                    "LoadState=loaded\nActiveState=active\nUnitFileState=enabled\n")
    columns = 13

    def softnet(at):
        text = ""
        for cpu in range(16):
            values = [200 * (1000 + at)] + [0] * (columns - 1)
            for (of, column), growth in plan.softnet.items():
                if of == cpu and at == WINDOW:
                    values[column] += growth
            values[12] = cpu
            text += " ".join(f"{value:08x}" for value in values) + "\n"
        return text

    node.samples["proc/net/softnet_stat"] = {at: softnet(at) for at in (0, WINDOW)}
    for path, groups in (("proc/net/netstat", {"TcpExt": {"SyncookiesSent": 0, "ListenOverflows": 0, "ListenDrops": 0,
                                                          "TCPTimeouts": 3}, "IpExt": {"InOctets": 90000000, "OutOctets": 80000000}}),
                         ("proc/net/snmp", {"Tcp": {"ActiveOpens": 4000, "PassiveOpens": 9000, "RetransSegs": 12, "InErrs": 0},
                                            "Udp": {"InDatagrams": 20, "RcvbufErrors": 0}})):
        node.samples[path] = {}
        for at in (0, WINDOW):
            text = ""
            for group, counters in groups.items():
                text += f"{group}: " + " ".join(counters) + "\n" + f"{group}: " + " ".join(
                    str(value + (plan.net_growth.get(f"{group}.{name}", 0) if at else 0)) for name,
                    value in counters.items()) + "\n"
            node.samples[path][at] = text
