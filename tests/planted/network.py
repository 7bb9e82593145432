"""Network interfaces, the stack above them, and interrupts."""
from devices import device_folder
from kernel_text import numbers
from node import Command
from plan import UPTIME, WINDOW


def add_nics(node, plan):
    for nic in plan.nics:
        node.links["sys/class/net/" + nic.name] = f"../../devices/{device_folder(plan, nic.address)}/net/{nic.name}"
        here = f"sys/class/net/{nic.name}/"
        node.files.update({here + "operstate": "up\n", here + "speed": "100000\n", here + "duplex": "full\n",
                           here + "mtu": "9000\n"})
        rates = {"rx_packets": 90000, "tx_packets": 80000, "rx_bytes": 60000000, "tx_bytes": 40000000, "rx_dropped": 0,
                 "rx_errors": 0, "rx_missed_errors": 0, "rx_fifo_errors": 0, "rx_over_errors": 0, "rx_crc_errors": 0,
                 "rx_frame_errors": 0, "tx_carrier_errors": 0, "tx_dropped": 0}
        node.samples[here + "carrier_changes"] = {at: f"{2 + (nic.growth.get('carrier_changes', 0) if at else 0)}\n"
                                                  for at in (0, WINDOW)}
        for name, rate in rates.items():
            node.samples[here + "statistics/" + name] = {
                at: f"{int(rate * nic.load * (1000 + at)) + (nic.growth.get(name, 0) if at else 0)}\n" for at in (0, WINDOW)}
        for queue in range(nic.queues):
            node.files[f"{here}queues/rx-{queue}/rps_cpus"] = "0000\n"
            node.files[f"{here}queues/rx-{queue}/rps_flow_cnt"] = "0\n"
            node.files[f"{here}queues/tx-{queue}/xps_cpus"] = "0000\n"
    node.links["sys/class/net/lo"] = "../../devices/virtual/net/lo"
    for name, is_after in (("ethtool", False), ("ethtool-after", True)):
        node.probes[name] = {"call": "ioctl(SIOCETHTOOL)", "interfaces": {nic.name: asked_of_driver(nic, is_after)
                                                                          for nic in plan.nics}}


def asked_of_driver(nic, is_after):
    counters = {"rx_out_of_buffer": 12, "rx_discards_phy": 0, "rx_crc_errors_phy": 0, "tx_discards_phy": 0}
    return {"driver": "mlx5_core", "version": "6.1.0-40-amd64", "firmware": "16.35.4030 (MT_0000000008)",
            "rings": {"rx": 8192, "rx_max": 8192, "tx": 1024, "tx_max": 8192},
            "channels": {"rx": 0, "rx_max": 0, "tx": 0, "tx_max": 0, "combined": nic.queues, "combined_max": 8},
            "coalescing": {"rx-usecs": 8, "rx-frames": 128, "tx-usecs": 8, "tx-frames": 128, "adaptive-rx": 1, "adaptive-tx": 1},
            "features": {"rx-gro": True, "rx-lro": False, "tx-tcp-segmentation": True},
            "statistics": {name: count + (nic.driver_growth.get(name, 0) if is_after else 0) for name, count in counters.items()}}


def interrupts(plan):
    """number, chip and actions, CPU asked for, interrupts a second, PCI address, node"""
    rows = []
    for index, nic in enumerate(plan.nics):
        first, cpus, chip = 40 + 5 * index, numbers(nic.cpus), 17301504 + 67108864 * index
        rows.append((first, f"IR-PCI-MSI {chip}-edge      mlx5_async0@pci:{nic.address}", plan.housekeeping_cpu(nic.node), 1,
                     nic.address, nic.node))
        rows += [(first + 1 + queue, f"IR-PCI-MSI {chip + 1 + queue}-edge      mlx5_comp{queue}@pci:{nic.address}",
                  cpus[queue % len(cpus)], int(nic.rate * nic.load) + 1, nic.address, nic.node) for queue in range(nic.queues)]
    if plan.has_gpus:
        rows += [(50 + index, f"IR-PCI-MSI {34078720 + index}-edge      nvidia", plan.housekeeping_cpu(plan.gpu_nodes[index]), 20,
                  address, max(plan.gpu_nodes[index], 0)) for index, address in enumerate(plan.gpu_addresses)]
    return rows


def add_interrupts(node, plan):
    rows = interrupts(plan)

    def table(at):
        text = "     " + "".join(f"{'CPU' + str(cpu):>12}" for cpu in range(16)) + "\n"
        for number, action, cpu, rate, _, _ in rows:
            to = plan.delivered.get(number, cpu)
            text += f"{number:>4}:" + "".join(f"{500 + rate * (1000 + at) if column == to else 0:>12}" for column in range(16)) + f"  {action}\n"
        text += " LOC:" + "".join(f"{100 * (UPTIME + at):>12}" for _ in range(16)) + "   Local timer interrupts\n"
        return text + f" ERR:{0:>12}\n MIS:{0:>12}\n"

    node.samples["proc/interrupts"] = {at: table(at) for at in (0, WINDOW)}
    softirqs = lambda at: "                    " + "".join(f"{'CPU' + str(cpu):<12}" for cpu in range(16)).rstrip() + "\n" + "".join(
        f"{name + ':':>12}" + "".join(f"{rate * (1000 + at):>12}" for _ in range(16)) + "\n" for name,
        rate in (("TIMER", 100), ("NET_TX", 1), ("NET_RX", 200), ("SCHED", 90), ("RCU", 80)))
    node.samples["proc/softirqs"] = {at: softirqs(at) for at in (0, WINDOW)}
    node.files["proc/irq/default_smp_affinity"] = "1111\n"
    for number, _, cpu, _, address, on in rows:
        here = f"proc/irq/{number}/"
        node.files.update({here + "smp_affinity_list": f"{cpu}\n",
                           here + "effective_affinity_list": f"{plan.delivered.get(number, cpu)}\n",
                           here + "affinity_hint": "0000\n", here + "node": f"{on}\n"})
        node.files[f"sys/bus/pci/devices/{address}/msi_irqs/{number}"] = "msix\n"
    node.files["etc/default/irqbalance"] = f'IRQBALANCE_BANNED_CPULIST="{plan.banned_cpus}"\n' if plan.banned_cpus else '#IRQBALANCE_BANNED_CPULIST=\n'
    node.commands["systemctl-irqbalance"] = Command(["systemctl", "show", "irqbalance.service"],
                                                    "LoadState=loaded\nActiveState=active\nUnitFileState=enabled\n")


def add_stack(node, plan):
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
