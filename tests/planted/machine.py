"""The machine: processors, NUMA nodes, memory and firmware."""
from kernel_text import as_list, numbers
from node import Command
from plan import HOUSEKEEPING, UPTIME, WINDOW

# vendor, family, model, name, microcode, MHz, as /proc/cpuinfo has them
PROCESSORS = {"intel": ("GenuineIntel", 6, 106, "Intel(R) Xeon(R) Gold 6326 CPU @ 2.90GHz", "0xd0003d1", "2900.000"),
              "amd": ("AuthenticAMD", 25, 1, "AMD EPYC 7313 16-Core Processor", "0xa0011d5", "3000.000")}


def add_topology(node, plan):
    files = node.files
    flags = "fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat clflush mmx fxsr sse sse2 ht syscall nx constant_tsc nonstop_tsc"
    if plan.is_vm:
        flags += " hypervisor"
    vendor, family, model, name, microcode, mhz = PROCESSORS[plan.maker]
    cpu_text = ""
    for cpu in range(16):
        package = plan.package_of[cpu]
        cpu_text += (f"processor\t: {cpu}\nvendor_id\t: {vendor}\ncpu family\t: {family}\nmodel\t\t: {model}\n"
                     f"model name\t: {name}\nstepping\t: {1 if plan.maker == 'amd' else 6}\n"
                     f"microcode\t: {microcode}\ncpu MHz\t\t: {mhz}\n"
                     f"physical id\t: {package}\nsiblings\t: 8\n"
                     f"core id\t\t: {cpu % 4}\ncpu cores\t: 4\napicid\t\t: {cpu}\nflags\t\t: {flags}\n\n")
    files["proc/cpuinfo"] = cpu_text
    root = "sys/devices/system/cpu/"
    files.update({root + "online": "0-15\n", root + "present": "0-15\n", root + "possible": "0-15\n", root + "offline": "\n",
                  root + "isolated": plan.isolated + "\n", root + "nohz_full": (plan.nohz_full or "(null)") + "\n",
                  root + "smt/active": "1\n", root + "smt/control": "on\n"})
    for cpu in range(16):
        here = f"{root}cpu{cpu}/"
        sibling = as_list([cpu % 8, cpu % 8 + 8])
        l3 = next(cpus for cpus in plan.l3_cpus if cpu in numbers(cpus))
        files[here + "topology/physical_package_id"] = f"{plan.package_of[cpu]}\n"
        files[here + "topology/die_id"] = f"{plan.package_of[cpu]}\n"
        files[here + "topology/thread_siblings_list"] = sibling + "\n"
        for index, (level, kind, size, shared) in enumerate([(1, "Data", "32K", sibling), (1, "Instruction", "32K", sibling),
                                                             (2, "Unified", "512K", sibling), (3, "Unified", "32768K", l3)]):
            cache = f"{here}cache/index{index}/"
            files.update({cache + "level": f"{level}\n", cache + "type": kind + "\n", cache + "size": size + "\n",
                          cache + "shared_cpu_list": shared + "\n"})
    root = "sys/devices/system/node/"
    ids = plan.node_ids()
    listed = as_list(ids)
    with_cpus = as_list(plan.node_cpus)
    files.update({root + "online": listed + "\n", root + "possible": listed + "\n", root + "has_cpu": with_cpus + "\n",
                  root + "has_memory": listed + "\n", root + "has_normal_memory": listed + "\n"})
    for id in ids:
        here = f"{root}node{id}/"
        files[here + "cpulist"] = plan.node_cpus.get(id, "") + "\n"
        files[here + "distance"] = " ".join("10" if other == id else "32" if other < 2 and id < 2 else "40" for other in ids) + "\n"


def add_memory(node, plan):
    """What each node has and how much of it is in use, swap and huge pages."""
    files = node.files
    root = "sys/devices/system/node/"
    sums = dict.fromkeys(("MemTotal", "MemFree", "Inactive(file)"), 0)
    pools = dict.fromkeys(("nr", "free"), 0)
    for id in plan.node_ids():
        here = f"{root}node{id}/"
        kib = plan.node_kib[id] if id in plan.node_cpus else plan.memory_only_node * 1048576
        free, cache = int(kib * plan.free_share.get(id, 0.5)), int(kib * plan.cache_share.get(id, 0.06))
        pages = plan.huge_pages.get(id, 0)
        files[here + "meminfo"] = "".join(f"Node {id} {name + ':':<16}{value:>12} kB\n" for name, value in [
            ("MemTotal", kib), ("MemFree", free), ("MemUsed", kib - free), ("Active", kib // 8),
            ("Inactive", kib // 16 + cache), ("Active(anon)", kib // 16), ("Inactive(anon)", kib // 16),
            ("Active(file)", kib // 16), ("Inactive(file)", cache), ("AnonPages", kib // 16), ("FilePages", kib // 16 + cache),
            ("Shmem", 65536)]) + "".join(f"Node {id} {name} {value:>5}\n" for name, value in [
                ("HugePages_Total:", pages), ("HugePages_Free: ", pages), ("HugePages_Surp: ", 0)])
        add_pool(files, here + "hugepages/hugepages-2048kB/", nr=pages, free=pages, surplus=0)
        for name, value in (("MemTotal", kib), ("MemFree", free), ("Inactive(file)", cache)):
            sums[name] += value
        pools = {name: pages + before for name, before in pools.items()}
        if id in plan.node_cpus and not plan.is_vm:
            access = here + "access0/initiators/"
            files.update({access + "read_bandwidth": "204800\n", access + "write_bandwidth": "204800\n",
                          access + "read_latency": "110\n", access + "write_latency": "110\n"})
            node.links[f"{access}node{id}"] = f"../../../node{id}"
    add_pool(files, "sys/kernel/mm/hugepages/hugepages-2048kB/", **pools, resv=0, surplus=0, nr_overcommit=0)
    total, free, cache = sums.values()
    swapped = sum(service.swapped_kib * len(service.processes()) for service in plan.services)
    files["proc/meminfo"] = "".join(f"{name + ':':<16}{value:>12} kB\n" for name, value in [
        ("MemTotal", total), ("MemFree", free), ("MemAvailable", free + cache * 3 // 4), ("Buffers", 204800),
        ("Cached", total // 16 + cache), ("SwapCached", 0), ("Active", total // 8), ("Inactive", total // 16 + cache),
        ("SwapTotal", plan.swap_kib), ("SwapFree", plan.swap_kib - swapped), ("Dirty", 512), ("AnonPages", total // 16),
        ("Mapped", 900000), ("Shmem", 131072), ("Slab", 800000), ("PageTables", 40000), ("AnonHugePages", 1048576),
        ("Hugepagesize", 2048)]) + f"HugePages_Total: {pools['nr']:>7}\nHugePages_Free: {pools['free']:>8}\n"
    swap = f"/dev/nvme0n1p3                          partition\t{plan.swap_kib}\t\t0\t\t-2\n" if plan.swap_kib else ""
    files["proc/swaps"] = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n" + swap


def add_pool(files, folder, **counts):
    files.update({f"{folder}{name}_hugepages": f"{count}\n" for name, count in counts.items()})


def add_firmware(node, plan):
    files = node.files
    dmi = {"sys_vendor": "QEMU", "product_name": "Standard PC (Q35 + ICH9, 2009)"} if plan.is_vm else {"sys_vendor": "Supermicro", "product_name": "SYS-420GP-TNR"}
    for name, value in {**dmi, "bios_vendor": "American Megatrends Inc.", "bios_version": "2.4", "bios_date": "04/13/2025",
                        "board_vendor": "Supermicro", "board_name": "X12DPG-OA6"}.items():
        files["sys/class/dmi/id/" + name] = value + "\n"
    if not plan.is_vm:
        node.commands["dmidecode-memory"] = Command(["dmidecode", "-t", "17"], "# dmidecode 3.4\nGetting SMBIOS data from sysfs.\n"
                                                    "SMBIOS 3.3.0 present.\n\n" + memory_devices(plan),
                                                    kind="dmidecode-memory")


def memory_devices(plan):
    """Two slots on each of eight channels of each socket; the second of each is empty."""
    text = ""
    for number in range(32):
        socket, channel, slot = number // 16, number % 16 // 2, number % 2
        empty = slot == 1 or (socket, channel) in plan.empty_channels
        text += (f"Handle 0x{0x22 + number:04X}, DMI type 17, 92 bytes\nMemory Device\n\tArray Handle: 0x0021\n"
                 f"\tError Information Handle: Not Provided\n\tTotal Width: {'Unknown' if empty else '72 bits'}\n"
                 f"\tData Width: {'Unknown' if empty else '64 bits'}\n\tSize: {'No Module Installed' if empty else '16 GB'}\n"
                 f"\tForm Factor: {'Unknown' if empty else 'DIMM'}\n\tSet: None\n"
                 f"\tLocator: P{socket + 1}-DIMM{'ABCDEFGH'[channel]}{slot + 1}\n"
                 f"\tBank Locator: P{socket}_Node{socket}_Channel{channel}_Dimm{slot}\n")
        text += "\tType: Unknown\n\tType Detail: Unknown\n\n" if empty else (
            "\tType: DDR4\n\tType Detail: Synchronous Registered (Buffered)\n\tSpeed: 3200 MT/s\n\tManufacturer: Samsung\n"
            f"\tPart Number: M393A2K40DB3-CWE\n\tRank: 1\n\tConfigured Memory Speed: {plan.dimm_speed} MT/s\n\n")
    return text


def add_memory_errors(node, plan):
    """EDAC: one controller and two modules of each socket."""
    if plan.is_vm:
        return
    for controller in range(2):
        here = f"sys/devices/system/edac/mc/mc{controller}/"
        corrected, uncorrected = (plan.corrected, plan.uncorrected) if controller == 0 else (0, 0)
        node.files.update({here + "mc_name": f"Intel_10nm Socket#{controller} IMC#0\n", here + "ce_count": f"{corrected}\n",
                           here + "ue_count": f"{uncorrected}\n", here + "ce_noinfo_count": "0\n",
                           here + "ue_noinfo_count": "0\n", here + "seconds_since_reset": f"{UPTIME}\n"})
        for module in range(2):
            dimm = f"{here}dimm{module}/"
            node.files.update({dimm + "dimm_label": f"CPU_SrcID#{controller}_MC#0_Chan#{module}_DIMM#0\n",
                               dimm + "dimm_location": f"channel {module} slot 0 \n",
                               dimm + "dimm_ce_count": f"{corrected if module == 0 else 0}\n",
                               dimm + "dimm_ue_count": f"{uncorrected if module == 0 else 0}\n"})


def add_resctrl(node, plan):
    """Cache and memory traffic, as the processors' monitors count it, and the groups that divide it up."""
    if plan.is_vm:
        return
    root = "sys/fs/resctrl/"
    groups = {root: ("100", "0-15", plan.memory_traffic)}
    if plan.traffic_control:
        groups[root + "others/"] = ("50", HOUSEKEEPING, 1.0e8)
    for folder, (part, cpus, traffic) in groups.items():
        node.files.update({folder + "schemata": f"    MB:0={part};1={part}\n    L3:0=fff;1=fff\n", folder + "cpus_list": cpus + "\n",
                           folder + "mode": "shareable\n"})
        for socket in range(2):
            here = f"{folder}mon_data/mon_L3_{socket:02}/"
            for name, rate in (("mbm_total_bytes", traffic), ("mbm_local_bytes", traffic * 0.95)):
                node.samples[here + name] = {at: f"{int(rate * (1000 + at))}\n" for at in (0, WINDOW)}
            node.samples[here + "llc_occupancy"] = {at: "20000000\n" for at in (0, WINDOW)}
