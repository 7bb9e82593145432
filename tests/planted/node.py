"""A healthy inference node of two sockets, made up whole: every file and every output that a collection of it would hold.

`Plan` says in a few numbers how the node is; `build` writes it down as the kernel and the tools would. A fault changes the plan, so
that every file that would show it does, or a single text where only one would. `Node` then gives itself away in two forms:

    write_bundle   the folder that `ihc collect` writes (DESIGN, "The bundle, format 1"), with readings through a window of
                   30 seconds: what grows can be planted only there
    write_tree     a tar of /proc, /sys and /etc, one look at each file, and the outputs beside it: what `ihc import` takes
"""
import hashlib
import io
import json
import os
import pathlib
import re
import tarfile

WINDOW = 30
UPTIME = 259200  # three days at the start of the window
BOOTED = 1794988800  # seconds since 1970
GIB = 1 << 30
PAGE = 4096

# Two sockets of four cores with two threads each; two cores are a core complex with an L3 of its own.
NODE_CPUS = {0: "0-3,8-11", 1: "4-7,12-15"}
L3_CPUS = ["0-1,8-9", "2-3,10-11", "4-5,12-13", "6-7,14-15"]
NODE_KIB = 134217728
GPU_ADDRESSES = ["0000:41:00.0", "0000:c1:00.0"]
NIC_ADDRESS = "0000:21:00.0"
PORTS = {"0000:41:00.0": "0000:40:01.1", "0000:c1:00.0": "0000:c0:01.1", NIC_ADDRESS: "0000:20:01.1"}
KINDS = {"file": "files", "link": "links", "sampled": "samples", "command": "commands", "probe": "probes"}  # what a Node holds
OPEN_FILE = re.compile("(proc/[0-9]+/fd)/")


def numbers(text):
    """The kernel's list form as a sorted list of numbers."""
    found = set()
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return sorted(found)


def as_list(values):
    """Numbers in the kernel's list form."""
    runs = []
    for value in sorted(values):
        if runs and runs[-1][1] == value - 1:
            runs[-1][1] = value
        else:
            runs.append([value, value])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def as_mask(text):
    return f"{sum(1 << cpu for cpu in numbers(text)):04x}"


class Service:
    """One instance of the server, on one node with one GPU: an API process and the engine below it."""

    def __init__(self, index, cpus):
        self.index = index
        self.node = index
        self.cpus = cpus
        self.mems = str(index)
        self.gpu = index
        self.port = 8000 + index
        self.shares = {"vllm": [0.62, 0.05, 0.03], "VLLM::EngineCor": [0.81, 0.25, 0.22, 0.05],
                       "llama-server": [0.9, 0.9, 0.9, 0.9]}  # of a CPU, by thread
        self.thread_cpus = {}  # (process, number of its thread) → CPUs, where it is not those of the service
        self.last_cpus = {}  # process → where its threads were last seen, where it is not all the CPUs that they may use
        self.pages = {"vllm": {index: 40000}, "VLLM::EngineCor": {index: 400000, 1 - index: 1000},
                      "llama-server": {index: 400000}}  # of the heap, by node
        self.policies = {}  # process → its memory policy, as numa_maps writes it
        self.swapped_kib = 0
        self.scheduling = (0, 0)  # policy number and real-time priority, proc(5)
        self.nice = 0
        self.run_delay = 0.002  # share of its running time
        self.preemptions = 5  # a second and thread
        self.nofile = 1048576
        self.shm_bytes = 16 * GIB
        self.tensor_parallel = 2
        self.quota = None  # CPUs' worth of time
        self.throttled = 0  # share of periods
        self.pressure = {"cpu": (0.002, 0.0), "memory": (0.0, 0.0), "io": (0.0, 0.0)}  # some, full
        self.memory_events = {}  # growth in the window
        self.unit = f"vllm@{index}.service"
        self.group = f"/system.slice/system-vllm.slice/{self.unit}"
        self.allowed_cpus = cpus  # the unit's property; empty: no cpuset
        self.allowed_mems = str(index)
        self.cpu_affinity = ""
        self.exec_start = ""
        self.need_reload = "no"
        self.unit_changed = UPTIME - 259200 + BOOTED - 1000
        self.command = "vllm"

    def effective_cpus(self):
        return self.allowed_cpus or "0-15"

    def effective_mems(self):
        return self.allowed_mems or "0-1"


class Plan:
    """How a node is. As made, nothing is wrong with it."""

    def __init__(self):
        self.is_vm = False
        self.kubelet = None
        self.has_gpus = True
        self.services = [Service(0, "1-3,9-11"), Service(1, "5-7,13-15")]
        self.node_kib = {0: NODE_KIB, 1: NODE_KIB}
        self.node_cpus = dict(NODE_CPUS)
        self.package_of = {cpu: node for node, cpus in NODE_CPUS.items() for cpu in numbers(cpus)}
        self.memory_only_node = None  # GiB of memory on a node 2 without CPUs
        self.gpu_nodes = [0, 1]
        self.command_line = "BOOT_IMAGE=/boot/vmlinuz-6.1.0-40-amd64 root=/dev/nvme0n1p2 ro quiet"
        self.isolated = ""
        self.nohz_full = ""
        self.driver = "acpi-cpufreq"
        self.governors = {cpu: "performance" for cpu in range(16)}
        self.epp = None
        self.boost = 1
        self.max_khz = {cpu: 3000000 for cpu in range(16)}
        self.deep_idle = False
        self.tuned = "throughput-performance"
        self.settings = {"kernel/numa_balancing": 0, "vm/zone_reclaim_mode": 0, "vm/swappiness": 1}
        self.thp = ("madvise", "madvise")
        self.clocksource = "tsc"
        self.swap_kib = 4194300
        self.steal = 0.0  # share of every CPU
        self.vmstat_rates = {}  # name → growth a second
        self.vmstat_bursts = {}  # name → {second: growth}
        self.vmstat_base = {}
        self.numastat_rates = {}  # (node, name) → growth a second
        self.nic_cpus = "0,8"
        self.nic_rate = 3000  # interrupts a second and queue
        self.nic_node = 0
        self.banned_cpus = "1-3,5-7,9-11,13-15"
        self.softnet = {}  # (cpu, column) → growth in the window
        self.net_growth = {}  # "TcpExt.ListenOverflows" → growth in the window
        self.log = []
        self.gpus = [{}, {}]  # what differs from a healthy GPU's report
        self.smi = None  # what nvidia-smi says in place of its report
        self.listed = 2
        self.nvlink_down = set()  # (gpu, link)
        self.services_gpu = {}
        self.nvswitch = False
        self.perf_running = {}  # event → share of time on a counter
        self.migrations_rate = 1.0
        self.perf_texts = {}  # more that somebody saved: only an import brings that
        self.cost_seconds = 0.9


class Command:
    """`kind` is the word under which an import takes the output; only_saved: no collection runs it."""

    def __init__(self, argv, stdout, kind=None, stderr="", status="ok", exit_code=0, seconds=0.02, only_saved=False):
        self.argv, self.stdout, self.kind, self.stderr = argv, stdout, kind, stderr
        self.status, self.exit_code, self.seconds, self.only_saved = status, exit_code, seconds, only_saved


class Node:
    """Paths without their first slash. `samples` holds what is read again: path → {second of the window: text}."""

    def __init__(self):
        self.files, self.links, self.samples, self.commands, self.probes = {}, {}, {}, {}, {}
        self.not_there = {}  # what a collection looked for and did not find: pattern → the collector that looked
        self.cost_seconds = 0.9

    def paths(self):
        """Everything that can be taken away, each with what it is. A process's open files come from one look at its folder."""
        items = {("open files", found[1]) if (found := OPEN_FILE.match(path)) else ("link", path) for path in self.links}
        for kind, name in KINDS.items():
            items |= {(kind, path) for path in getattr(self, name) if kind != "link"}
        return sorted(items)

    def without(self, gone):
        """The same node with that much less evidence."""
        less = Node()
        less.cost_seconds = self.cost_seconds
        less.not_there = self.not_there
        for kind, name in KINDS.items():
            setattr(less, name, {path: value for path, value in getattr(self, name).items() if (kind, path) not in gone})
        for path in list(less.links):
            found = OPEN_FILE.match(path)
            if found and ("open files", found[1]) in gone:
                del less.links[path]
        return less


# ---- the machine ---------------------------------------------------------------------------------------------------------


def add_topology(node, plan):
    files = node.files
    flags = "fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat clflush mmx fxsr sse sse2 ht syscall nx constant_tsc nonstop_tsc"
    if plan.is_vm:
        flags += " hypervisor"
    cpu_text = ""
    for cpu in range(16):
        package = plan.package_of[cpu]
        cpu_text += (f"processor\t: {cpu}\nvendor_id\t: AuthenticAMD\ncpu family\t: 25\nmodel\t\t: 1\n"
                     f"model name\t: AMD EPYC 7313 16-Core Processor\n"
                     f"stepping\t: 1\nmicrocode\t: 0xa0011d5\ncpu MHz\t\t: 3000.000\ncache size\t: 512 KB\n"
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
        l3 = next(cpus for cpus in L3_CPUS if cpu in numbers(cpus))
        files[here + "topology/physical_package_id"] = f"{plan.package_of[cpu]}\n"
        files[here + "topology/die_id"] = f"{plan.package_of[cpu]}\n"
        files[here + "topology/thread_siblings_list"] = sibling + "\n"
        for index, (level, kind, size, shared) in enumerate([(1, "Data", "32K", sibling), (1, "Instruction", "32K", sibling),
                                                             (2, "Unified", "512K", sibling), (3, "Unified", "32768K", l3)]):
            cache = f"{here}cache/index{index}/"
            files.update({cache + "level": f"{level}\n", cache + "type": kind + "\n", cache + "size": size + "\n",
                          cache + "shared_cpu_list": shared + "\n"})
    root = "sys/devices/system/node/"
    ids = sorted(plan.node_cpus) + ([2] if plan.memory_only_node else [])
    listed = as_list(ids)
    with_cpus = as_list(plan.node_cpus)
    files.update({root + "online": listed + "\n", root + "possible": listed + "\n", root + "has_cpu": with_cpus + "\n",
                  root + "has_memory": listed + "\n", root + "has_normal_memory": listed + "\n"})
    for id in ids:
        here = f"{root}node{id}/"
        kib = plan.node_kib[id] if id in plan.node_cpus else plan.memory_only_node * 1048576
        files[here + "cpulist"] = plan.node_cpus.get(id, "") + "\n"
        files[here + "distance"] = " ".join("10" if other == id else "32" if other < 2 and id < 2 else "40" for other in ids) + "\n"
        files[here + "meminfo"] = "".join(f"Node {id} {name}: {value:>14} kB\n" for name, value in [
            ("MemTotal", kib), ("MemFree", kib // 2), ("MemUsed", kib - kib // 2), ("Active", kib // 8), ("Inactive", kib // 8),
            ("AnonPages", kib // 16), ("FilePages", kib // 8),
            ("Shmem", 65536)]) + f"Node {id} HugePages_Total:     0\nNode {id} HugePages_Free:      0\nNode {id} HugePages_Surp:      0\n"
    total = sum(plan.node_kib[id] for id in plan.node_cpus) + (plan.memory_only_node or 0) * 1048576
    files["proc/meminfo"] = "".join(f"{name + ':':<16}{value:>12} kB\n" for name, value in [
        ("MemTotal", total), ("MemFree", total // 2), ("MemAvailable", total * 3 // 4), ("Buffers", 204800),
        ("Cached", total // 8), ("SwapCached", 0),
        ("Active", total // 8), ("Inactive", total // 8), ("SwapTotal", plan.swap_kib),
        ("SwapFree", plan.swap_kib - 2 * sum(s.swapped_kib for s in plan.services)), ("Dirty", 512), ("AnonPages", total // 16),
        ("Mapped", 900000), ("Shmem", 131072), ("Slab", 800000), ("PageTables", 40000), ("AnonHugePages", 1048576),
        ("Hugepagesize", 2048)]) + "HugePages_Total:       0\nHugePages_Free:        0\n"
    swap = f"/dev/nvme0n1p3                          partition\t{plan.swap_kib}\t\t0\t\t-2\n" if plan.swap_kib else ""
    files["proc/swaps"] = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n" + swap
    dmi = {"sys_vendor": "QEMU", "product_name": "Standard PC (Q35 + ICH9, 2009)"} if plan.is_vm else {"sys_vendor": "Supermicro", "product_name": "AS -4124GS-TNR"}
    for name, value in {**dmi, "bios_vendor": "American Megatrends Inc.", "bios_version": "2.4", "bios_date": "04/13/2025",
                        "board_vendor": "Supermicro", "board_name": "H12DSG-O-CPU"}.items():
        files["sys/class/dmi/id/" + name] = value + "\n"


def add_frequency(node, plan):
    files = node.files
    root = "sys/devices/system/cpu/"
    if plan.is_vm:
        node.not_there[f"/{root}cpufreq/policy*/scaling_driver"] = "frequency"
    else:
        for cpu in range(16):
            here = f"{root}cpufreq/policy{cpu}/"
            files.update({here + "affected_cpus": f"{cpu}\n", here + "scaling_driver": plan.driver + "\n",
                          here + "scaling_governor": plan.governors[cpu] + "\n",
                          here + "scaling_available_governors": "performance powersave\n" if plan.epp else "conservative ondemand userspace powersave performance schedutil\n",
                          here + "scaling_min_freq": "1500000\n", here + "scaling_max_freq": f"{plan.max_khz[cpu]}\n",
                          here + "cpuinfo_min_freq": "1500000\n", here + "cpuinfo_max_freq": "3000000\n",
                          here + "scaling_cur_freq": ("1500000" if plan.governors[cpu] == "powersave" and not plan.epp else f"{plan.max_khz[cpu]}") + "\n"})
            if plan.epp:
                files[here + "energy_performance_preference"] = plan.epp + "\n"
                files[here + "energy_performance_available_preferences"] = "default performance balance_performance balance_power power\n"
        files[root + "cpufreq/boost"] = f"{plan.boost}\n"
        if plan.epp:
            files[root + "amd_pstate/status"] = "active\n"
        files[root + "cpuidle/current_driver"] = "acpi_idle\n"
        files[root + "cpuidle/current_governor"] = "menu\n"
        for cpu in range(16):
            for state, (name, latency, residency, disabled) in enumerate([("POLL", 0, 0, 0), ("C1", 1, 2, 0),
                                                                          ("C2", 400, 800, 0 if plan.deep_idle else 1)]):
                here = f"{root}cpu{cpu}/cpuidle/state{state}/"
                files.update({here + "name": name + "\n", here + "latency": f"{latency}\n", here + "residency": f"{residency}\n",
                              here + "disable": f"{disabled}\n"})
                node.samples[here + "time"] = {at: f"{1000000 * (UPTIME + at) * (state == 1)}\n" for at in (0, WINDOW)}
                node.samples[here + "usage"] = {at: f"{400 * (UPTIME + at) * (state == 1)}\n" for at in (0, WINDOW)}
    if plan.tuned:
        files["etc/tuned/active_profile"] = plan.tuned + "\n"
        files["etc/tuned/profile_mode"] = "manual\n"
    state = "loaded\nActiveState=active\nUnitFileState=enabled" if plan.tuned else "not-found\nActiveState=inactive\nUnitFileState="
    shown = [f"Id=tuned.service\nLoadState={state}"]
    for unit in ("power-profiles-daemon", "tlp", "cpupower", "cpufrequtils", "auto-cpufreq", "laptop-mode", "thermald"):
        shown.append(f"Id={unit}.service\nLoadState=not-found\nActiveState=inactive\nUnitFileState=")
    node.commands["power-managers"] = Command(["systemctl", "show", "--property=Id,LoadState,ActiveState,UnitFileState"],
                                              "\n\n".join(shown) + "\n")


def add_kernel(node, plan):
    files = node.files
    files.update({"proc/cmdline": plan.command_line + "\n", "proc/uptime": f"{UPTIME}.11 3900000.00\n",
                  "proc/loadavg": "3.10 3.02 2.97 4/900 4321\n",
                  "proc/version": "Linux version 6.1.0-40-amd64 (debian-kernel@lists.debian.org) (gcc-12 "
                  "(Debian 12.2.0-14) 12.2.0) #1 SMP PREEMPT_DYNAMIC Debian 6.1.153-1\n",
                  "etc/os-release": 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n', "proc/1/cgroup": "0::/init.scope\n",
                  "sys/kernel/mm/transparent_hugepage/enabled": chosen("always madvise never", plan.thp[0]),
                  "sys/kernel/mm/transparent_hugepage/defrag": chosen("always defer defer+madvise madvise never", plan.thp[1]),
                  "sys/devices/system/clocksource/clocksource0/current_clocksource": plan.clocksource + "\n",
                  "sys/devices/system/clocksource/clocksource0/available_clocksource": ("kvm-clock tsc acpi_pm" if plan.is_vm else "tsc hpet acpi_pm") + "\n",
                  "sys/devices/system/cpu/vulnerabilities/spectre_v2": "Mitigation: Retpolines; IBPB: conditional; IBRS_FW; STIBP: always-on\n",
                  "sys/devices/virtual/workqueue/cpumask": "ffff\n", "sys/module/zswap/parameters/enabled": "N\n"})
    settings = {"kernel/hostname": "gpu-01", "kernel/osrelease": "6.1.0-40-amd64",
                "kernel/random/boot_id": "5f1c2f0e-3c0e-4b8e-9a51-6d7d2c1f9a10",
                "kernel/sched_schedstats": 0, "kernel/nmi_watchdog": 0, "kernel/perf_event_paranoid": 2, "vm/numa_stat": 1,
                "vm/min_free_kbytes": 262144,
                "net/core/somaxconn": 4096, "net/core/netdev_max_backlog": 1000, "net/core/netdev_budget": 300,
                "net/ipv4/tcp_max_syn_backlog": 4096,
                "net/ipv4/tcp_abort_on_overflow": 0, **plan.settings}
    for name, value in settings.items():
        files["proc/sys/" + name] = f"{value}\n"
    log = ["[    0.000000] Linux version 6.1.0-40-amd64 (debian-kernel@lists.debian.org)",
           "[    0.000000] Command line: " + plan.command_line,
           "[    0.412202] smp: Brought up 2 nodes, 16 CPUs", "[    9.211310] nvidia: loading out-of-tree module taints kernel.",
           "[   11.034121] mlx5_core 0000:21:00.0: Port module event: module 0, Cable plugged", *plan.log]
    node.commands["dmesg"] = Command(["dmesg"], "\n".join(log) + "\n", kind="kernel-log")
    for controller in range(2):
        here = f"sys/devices/system/edac/mc/mc{controller}/"
        files.update({here + "mc_name": "F19h\n", here + "ce_count": "0\n", here + "ue_count": "0\n",
                      here + "ce_noinfo_count": "0\n",
                      here + "ue_noinfo_count": "0\n", here + "seconds_since_reset": f"{UPTIME}\n"})
    node.probes["uname"] = {"call": "uname(2)", "machine": "x86_64", "release": "6.1.0-40-amd64", "sysname": "Linux",
                            "version": "#1 SMP PREEMPT_DYNAMIC"}
    node.probes["page-size"] = {"call": "sysconf(_SC_PAGESIZE)", "page_size_bytes": PAGE}


def chosen(words, one):
    return " ".join(f"[{word}]" if word == one else word for word in words.split()) + "\n"


# ---- counters of memory and CPU time ------------------------------------------------------------------------------------------


def add_counters(node, plan):
    for id in sorted(plan.node_cpus) + ([2] if plan.memory_only_node else []):
        rates = {"numa_hit": 20000, "numa_miss": 0, "numa_foreign": 0, "interleave_hit": 0, "local_node": 19900,
                 "other_node": 100}
        if id not in plan.node_cpus:
            rates = dict.fromkeys(rates, 0)
        rates.update({name: rate for (of, name), rate in plan.numastat_rates.items() if of == id})
        node.samples[f"sys/devices/system/node/node{id}/numastat"] = {
            at: "".join(f"{name} {1000 + rate * (1000 + at)}\n" for name, rate in rates.items()) for at in range(WINDOW + 1)}
    rates = {"nr_free_pages": 0, "pgalloc_normal": 41000, "pgfault": 30000, "pgmajfault": 0, "pswpin": 0, "pswpout": 0,
             "numa_hit": 40000, "numa_miss": 0,
             "numa_foreign": 0, "numa_local": 39800, "numa_other": 200, "numa_pte_updates": 0, "numa_hint_faults": 0,
             "numa_hint_faults_local": 0,
             "numa_pages_migrated": 0, "pgmigrate_success": 0, "pgmigrate_fail": 0, "compact_stall": 0, "compact_fail": 0,
             "compact_success": 0,
             "zone_reclaim_success": 0, "zone_reclaim_failed": 0, "pgscan_kswapd": 0, "pgscan_direct": 0, "pgsteal_direct": 0,
             "allocstall_normal": 0,
             "oom_kill": 0, "thp_fault_alloc": 2, "thp_collapse_alloc": 0, **plan.vmstat_rates}

    def vmstat(at):
        lines = ""
        for name, rate in rates.items():
            bursts = sum(growth for second, growth in plan.vmstat_bursts.get(name, {}).items() if second <= at)
            lines += f"{name} {plan.vmstat_base.get(name, 0) + rate * (1000 + at) + bursts}\n"
        return lines

    node.samples["proc/vmstat"] = {at: vmstat(at) for at in range(WINDOW + 1)}

    def stat(at):
        ticks = (UPTIME + at) * 100
        stolen = int(at * 100 * plan.steal)
        row = lambda cpu, times: f"cpu{cpu} {ticks // 10 * times} 0 {ticks // 50 * times} {(ticks - ticks // 10 - ticks // 50) * times - stolen} 0 0 {ticks // 1000 * times} {stolen} 0 0\n"
        return (row("", 16).replace("cpu ", "cpu  ") + "".join(row(cpu, 1) for cpu in range(16)) +
                f"intr {1000000 + at * 5000} 0\nctxt {20000000 + at * 9000}\nbtime {BOOTED}\nprocesses 90000\nprocs_running 4\n"
                f"procs_blocked 0\nsoftirq {900000 + at * 4000} 0 0 0 0 0 0 0 0 0 0\n")

    node.samples["proc/stat"] = {at: stat(at) for at in (0, WINDOW)}
    for resource, rate in (("cpu", 1000), ("memory", 0), ("io", 0)):
        node.samples["proc/pressure/" + resource] = {at: pressure(rate * (1000 + at), 0) for at in range(WINDOW + 1)}
    zones = ""
    for id in sorted(plan.node_cpus):
        pages = plan.node_kib[id] // 4
        zones += (f"Node {id}, zone   Normal\n  pages free     {pages // 2}\n        boost    0\n        min      16384\n"
                  f"        low      49152\n        high     81920\n"
                  f"        spanned  {pages}\n        present  {pages}\n        managed  {pages}\n        cma      0\n"
                  f"        protection: (0, 0, 0, 0, 0)\n      nr_free_pages {pages // 2}\n")
    node.files["proc/zoneinfo"] = zones


def pressure(some_us, full_us):
    return f"some avg10=0.00 avg60=0.00 avg300=0.00 total={some_us}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total={full_us}\n"


# ---- devices ------------------------------------------------------------------------------------------------------------


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


def add_gpus(node, plan):
    if not plan.has_gpus:
        return
    node.files["proc/driver/nvidia/version"] = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.90.07  Fri May 31 09:35:42 UTC 2024\nGCC version:  gcc version 12.2.0 (Debian 12.2.0-14)\n"
    for index, address in enumerate(GPU_ADDRESSES):
        node.files[f"proc/driver/nvidia/gpus/{address}/information"] = (
            f"Model: \t\t NVIDIA A100-PCIE-80GB\nIRQ:   \t\t {50 + index}\n"
            f"GPU UUID: \t GPU-513536b6-7d19-9063-b049-1e69664bb29{index}\nVideo BIOS: \t 92.00.68.00.01\n"
            f"Bus Type: \t PCIe\nDMA Size: \t 47 bits\nDMA Mask: \t 0x7fffffffffff\nBus Location: \t {address}\n"
            f"Device Minor: \t {index}\nGPU Excluded:\t No\n")
    argv = ["nvidia-smi", "-q", "-x"]
    if plan.smi:
        for slug, kind in (("nvidia-smi-q-xml", "nvidia-smi-q-xml"), ("nvidia-smi-q-xml-after", None)):
            node.commands[slug] = Command(argv, plan.smi + "\n", kind=kind, status="failed", exit_code=9)
        return
    report = smi_xml(plan)
    node.commands["nvidia-smi-q-xml"] = Command(argv, report, kind="nvidia-smi-q-xml")
    node.commands["nvidia-smi-q-xml-after"] = Command(argv, report)
    head = "\t" + "\t".join([*(f"GPU{index}" for index in range(2)), "CPU Affinity", "NUMA Affinity", "GPU NUMA ID"]) + "\n"
    rows = "".join(f"GPU{index}\t" + "\t".join(" X " if other == index else "NV12" for other in range(2)) +
                   f"\t{plan.node_cpus[max(plan.gpu_nodes[index], 0)] if plan.gpu_nodes[index] >= 0 else '0-15'}\t{plan.gpu_nodes[index] if plan.gpu_nodes[index] >= 0 else 'N/A'}\tN/A\n" for index in range(2))
    node.commands["nvidia-smi-topo"] = Command(["nvidia-smi", "topo", "-m"], head + rows + "\nLegend:\n\n  X    = Self\n"
                                               "  NV#  = Connection traversing a bonded set of # NVLinks\n",
                                               kind="nvidia-smi-topo")
    links = errors = listing = ""
    for index in range(2):
        name = f"GPU {index}: NVIDIA A100-PCIE-80GB (UUID: GPU-513536b6-7d19-9063-b049-1e69664bb29{index})\n"
        listing += name if index < plan.listed else ""
        links += name + "".join(f"\t Link {link}: {'<inactive>' if (index, link) in plan.nvlink_down else '25 GB/s'}\n" for link in range(4))
        errors += name + "".join(f"\t Link {link}: {kind} Errors: 0\n" for link in range(4) for kind in ("Replay", "Recovery", "CRC"))
    node.commands["nvidia-smi-L"] = Command(["nvidia-smi", "-L"], listing, kind="nvidia-smi-L")
    node.commands["nvidia-smi-nvlink"] = Command(["nvidia-smi", "nvlink", "-s"], links, kind="nvidia-smi-nvlink")
    node.commands["nvidia-smi-nvlink-errors"] = Command(["nvidia-smi", "nvlink", "-e"], errors)
    node.commands["nvidia-smi-nvlink-errors-after"] = Command(["nvidia-smi", "nvlink", "-e"], errors)
    states = {"nvidia-fabricmanager": ("not-found", "inactive"), "nvidia-persistenced": ("loaded", "active"),
              "nvidia-dcgm": ("not-found", "inactive"),
              "dcgm": ("not-found", "inactive"), **plan.services_gpu}
    node.commands["gpu-services"] = Command(["systemctl", "show", "--property=Id,LoadState,ActiveState,NRestarts"], "\n\n".join(
        f"Id={unit}.service\nLoadState={load}\nActiveState={active}\nNRestarts=0" for unit,
        (load, active) in states.items()) + "\n")


def smi_xml(plan):
    bodies = ""
    for index in range(plan.listed):
        gpu = {"width": 16, "persistence": "Enabled", "util": 78, "limit": 300, "clock": 1410, "slow": (), "ecc": "Enabled",
               "sram": 0, "dram": 0,
               "pending": "No", "failure": "No", "remapped": 0, "gen": 4, **plan.gpus[index]}
        domain, bus, _ = GPU_ADDRESSES[index].split(":")
        reasons = "".join(f"<clocks_event_reason_{name}>{'Active' if name in gpu['slow'] else 'Not Active'}</clocks_event_reason_{name}>\n" for name in (
            "gpu_idle", "applications_clocks_setting", "sw_power_cap", "hw_slowdown", "hw_thermal_slowdown",
            "hw_power_brake_slowdown", "sync_boost", "sw_thermal_slowdown"))
        ecc = lambda sram, dram: f"<sram_correctable>0</sram_correctable><sram_uncorrectable>{sram}</sram_uncorrectable><dram_correctable>0</dram_correctable><dram_uncorrectable>{dram}</dram_uncorrectable>"
        bodies += f"""<gpu id="0000{domain}:{bus}:00.0">
<product_name>NVIDIA A100-PCIE-80GB</product_name>
<persistence_mode>{gpu['persistence']}</persistence_mode>
<mig_mode><current_mig>Disabled</current_mig><pending_mig>Disabled</pending_mig></mig_mode>
<uuid>GPU-513536b6-7d19-9063-b049-1e69664bb29{index}</uuid>
<minor_number>{index}</minor_number>
<pci><pci_bus>{bus}</pci_bus><pci_device>00</pci_device><pci_domain>{domain}</pci_domain><pci_bus_id>0000{domain}:{bus}:00.0</pci_bus_id>
<pci_gpu_link_info><pcie_gen><max_link_gen>4</max_link_gen><current_link_gen>{gpu['gen']}</current_link_gen></pcie_gen>
<link_widths><max_link_width>16x</max_link_width><current_link_width>{gpu['width']}x</current_link_width></link_widths></pci_gpu_link_info>
<replay_counter>0</replay_counter></pci>
<performance_state>P0</performance_state>
<clocks_event_reasons>
{reasons}</clocks_event_reasons>
<fb_memory_usage><total>81920 MiB</total><reserved>600 MiB</reserved><used>70000 MiB</used><free>11320 MiB</free></fb_memory_usage>
<utilization><gpu_util>{gpu['util']} %</gpu_util><memory_util>40 %</memory_util></utilization>
<ecc_mode><current_ecc>{gpu['ecc']}</current_ecc><pending_ecc>{gpu['ecc']}</pending_ecc></ecc_mode>
<ecc_errors><volatile>{ecc(gpu['sram'], gpu['dram'])}</volatile><aggregate>{ecc(gpu['sram'], gpu['dram'])}</aggregate></ecc_errors>
<remapped_rows><remapped_row_corr>0</remapped_row_corr><remapped_row_unc>{gpu['remapped']}</remapped_row_unc><remapped_row_pending>{gpu['pending']}</remapped_row_pending><remapped_row_failure>{gpu['failure']}</remapped_row_failure></remapped_rows>
<temperature><gpu_temp>{86 if gpu['slow'] else 54} C</gpu_temp><gpu_temp_slow_threshold>89 C</gpu_temp_slow_threshold></temperature>
<gpu_power_readings><power_state>P0</power_state><power_draw>210.00 W</power_draw><current_power_limit>{gpu['limit']}.00 W</current_power_limit><requested_power_limit>{gpu['limit']}.00 W</requested_power_limit><default_power_limit>300.00 W</default_power_limit><min_power_limit>150.00 W</min_power_limit><max_power_limit>300.00 W</max_power_limit></gpu_power_readings>
<clocks><graphics_clock>{gpu['clock']} MHz</graphics_clock><sm_clock>{gpu['clock']} MHz</sm_clock><mem_clock>1512 MHz</mem_clock></clocks>
<applications_clocks><graphics_clock>{gpu['clock']} MHz</graphics_clock><mem_clock>1512 MHz</mem_clock></applications_clocks>
<default_applications_clocks><graphics_clock>1410 MHz</graphics_clock><mem_clock>1512 MHz</mem_clock></default_applications_clocks>
<max_clocks><graphics_clock>1410 MHz</graphics_clock><sm_clock>1410 MHz</sm_clock><mem_clock>1512 MHz</mem_clock></max_clocks>
</gpu>
"""
    return (f'<?xml version="1.0" ?>\n<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v12.dtd">\n<nvidia_smi_log>\n<timestamp>Sat Nov 21 08:00:00 2026</timestamp>\n'
            f'<driver_version>550.90.07</driver_version>\n<cuda_version>12.4</cuda_version>\n<attached_gpus>{plan.listed}</attached_gpus>\n{bodies}</nvidia_smi_log>\n')


# ---- the servers --------------------------------------------------------------------------------------------------------


def stat_line(pid, name, parent, threads, started, ticks, cpu, policy=0, priority=0, nice=0, state="S"):
    fields = [state, parent, pid, pid, 0, -1, 4194304, 1000, 0, 0, 0, ticks * 4 // 5, ticks // 5, 0, 0,
              20 + nice if not priority else -1 - priority, nice, threads, 0, started,
              9000000000, 700000, 18446744073709551615, 1, 1, 0, 0, 0, 0, 0, 16781312, 16384, 0, 0, 0, 17, cpu, priority, policy,
              0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    return f"{pid} ({name}) " + " ".join(str(field) for field in fields) + "\n"


def status_text(pid, name, parent, threads, cpus, mems, resident_kib, swapped_kib, voluntary, involuntary, tgid=None):
    return (f"Name:\t{name}\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t{tgid or pid}\nNgid:\t0\nPid:\t{pid}\nPPid:\t{parent}\n"
            f"TracerPid:\t0\nUid:\t998\t998\t998\t998\nGid:\t998\t998\t998\t998\n"
            f"FDSize:\t256\nVmPeak:\t9000000 kB\nVmSize:\t9000000 kB\nVmLck:\t       0 kB\nVmPin:\t       0 kB\n"
            f"VmHWM:\t{resident_kib} kB\nVmRSS:\t{resident_kib} kB\nRssAnon:\t{resident_kib - 30000} kB\n"
            f"RssFile:\t   30000 kB\nRssShmem:\t       0 kB\nVmSwap:\t{swapped_kib} kB\nHugetlbPages:\t       0 kB\n"
            f"Threads:\t{threads}\nCapEff:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t0\n"
            f"Cpus_allowed:\t{as_mask(cpus)}\nCpus_allowed_list:\t{cpus}\nMems_allowed_list:\t{mems}\n"
            f"voluntary_ctxt_switches:\t{voluntary}\nnonvoluntary_ctxt_switches:\t{involuntary}\n")


def limits_text(nofile):
    rows = [("Max cpu time", "unlimited", "unlimited", "seconds"), ("Max stack size", "8388608", "unlimited", "bytes"),
            ("Max processes", "unlimited", "unlimited", "processes"),
            ("Max open files", nofile, max(nofile, 524288), "files"), ("Max locked memory", "unlimited", "unlimited", "bytes"),
            ("Max realtime priority", "0", "0", "")]
    return f"{'Limit':<26}{'Soft Limit':<21}{'Hard Limit':<21}Units     \n" + "".join(f"{name:<26}{soft:<21}{hard:<21}{unit:<10}\n" for name, soft, hard, unit in rows)


def add_process(node, service, pid, name, parent, arguments, links):
    """One process with its threads, the main thread first."""
    shares, pages, memory_policy = service.shares[name], service.pages[name], service.policies.get(name, "default")
    here = f"proc/{pid}/"
    started = 6000 + pid
    last = numbers(service.last_cpus.get(name, service.cpus))
    resident = sum(pages.values()) * 4 + 30000
    policy, priority = service.scheduling

    def thread_stat(number, at):
        share = shares[number]
        cpus = numbers(service.thread_cpus[name, number]) if (name, number) in service.thread_cpus else last
        return stat_line(pid + number, name, parent, len(shares), started, int(share * 100 * (5000 + at)),
                         cpus[(number + 1) % len(cpus)], policy, priority, service.nice)

    def status(number, at):
        cpus = service.thread_cpus.get((name, number), service.cpus)
        return status_text(pid + number, name, parent, len(shares), cpus, service.mems, resident, service.swapped_kib,
                           2000 * (100 + at), service.preemptions * (100 + at), tgid=pid)

    for number, share in enumerate(shares):
        task = f"{here}task/{pid + number}/"
        node.samples[task + "stat"] = {at: thread_stat(number, at) for at in range(0, WINDOW + 1, 5)}
        node.samples[task + "status"] = {at: status(number, at) for at in (0, WINDOW)}
        node.samples[task + "schedstat"] = {at: f"{int(share * 1e9 * (5000 + at))} "
                                            f"{int(share * service.run_delay * 1e9 * (5000 + at))} {900 * (5000 + at)}\n" for at in (0, WINDOW)}
    node.samples[here + "stat"] = {at: stat_line(pid, name, parent, len(shares), started, int(sum(shares) * 100 * (5000 + at)),
                                                 last[0], policy, priority, service.nice) for at in (0, WINDOW)}
    node.samples[here + "status"] = {at: status(0, at) for at in (0, WINDOW)}
    node.files.update({here + "comm": name + "\n", here + "cmdline": "\0".join(arguments) + "\0",
                       here + "cgroup": f"0::{service.group}\n", here + "limits": limits_text(service.nofile),
                       here + "oom_score_adj": "0\n", here + "schedstat": f"{int(shares[0] * 1e9 * 5000)} 900000 4500000\n",
                       here + "environ": "LANG=C.UTF-8\0OMP_NUM_THREADS=4\0",
                       here + "mountinfo": f"30 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw\n"
                       f"31 30 0:26 / /dev/shm rw,nosuid,nodev shared:2 - tmpfs tmpfs rw,size={service.shm_bytes // 1024}k\n"})
    lines = f"55d0a0000000 {memory_policy} file=/opt/vllm/bin/python3.11 mapped=900 mapmax=4 N{service.node}=900 kernelpagesize_kB=4\n"
    places = " ".join(f"N{id}={count}" for id, count in sorted(pages.items()) if count)
    total = sum(pages.values())
    lines += f"55d0c0000000 {memory_policy} heap anon={total} dirty={total} {places} kernelpagesize_kB=4\n"
    lines += f"7ffd10000000 {memory_policy} stack anon=20 dirty=20 N{service.node}=20 kernelpagesize_kB=4\n"
    node.files[here + "numa_maps"] = lines
    for number, target in enumerate(["/dev/null", "socket:[41000]", "socket:[41001]", "anon_inode:[eventpoll]", *links]):
        node.links[f"{here}fd/{number}"] = target
    node.probes[f"worker-shm-{pid}"] = {"call": "statvfs(3)", "path": f"/proc/{pid}/root/dev/shm",
                                        "size_bytes": service.shm_bytes, "free_bytes": service.shm_bytes - 4096}


def add_servers(node, plan):
    workers = []
    for service in plan.services:
        pid = 2000 + 100 * service.index
        if service.command == "vllm":
            arguments = ["/opt/vllm/bin/python3.11", "/opt/vllm/bin/vllm", "serve", "/models/llm", "--port", str(service.port),
                         "--tensor-parallel-size", str(service.tensor_parallel)]
            add_process(node, service, pid, "vllm", 1, arguments, [])
            add_process(node, service, pid + 20, "VLLM::EngineCor", pid, ["VLLM::EngineCore"],
                        ["/dev/nvidiactl", f"/dev/nvidia{service.gpu}", f"/dev/nvidia{service.gpu}"])
            found = [(pid, "vllm", 1, "vllm", "server"), (pid + 20, "VLLM::EngineCor", pid, "vllm", "server")]
        else:
            add_process(node, service, pid, "llama-server", 1, ["/usr/bin/llama-server", "-m", "/models/m.gguf", "--port",
                                                                str(service.port)], [])
            found = [(pid, "llama-server", 1, "llama_cpp", "server")]
        for number, name, parent, framework, role in found:
            workers.append({"comm": name, "found_by": "command_line", "framework": framework, "pid": number, "ppid": parent,
                            "role": role, "start_time_ticks": 6000 + number})
    node.probes["discovery"] = {"gpu_devices": ["nvidia0", "nvidia1"] if plan.has_gpus else [], "method": "command_line",
                                "not_seen": [], "patterns": [], "processes": 120, "selector": None,
                                "taken_ns": (UPTIME - 1) * 10**9, "workers": workers}
    node.probes["discovery-after"] = {"taken_ns": (UPTIME + WINDOW + 1) * 10**9,
                                      "workers": [{"pid": w["pid"], "start_time_ticks": w["start_time_ticks"],
                                                   "state": "present"} for w in workers]}
    for pid, name in ((1, "systemd"), (2, "kthreadd"), (700, "irqbalance")):
        node.samples[f"proc/{pid}/stat"] = {at: stat_line(pid, name, 0 if pid < 3 else 1, 1, 10, 100, 0) for at in (0, WINDOW)}
    pids = ",".join(str(worker["pid"]) for worker in workers)
    events = [("45010.00,msec", "task-clock", "1.500,CPUs utilized"), ("40000,", "context-switches", "888.000,/sec"),
              (f"{int(plan.migrations_rate * WINDOW)},", "cpu-migrations", ""), ("90,", "page-faults", ""),
              ("131000000000,", "cycles", "2.910,GHz"), ("180000000000,", "instructions", "1.37,insn per cycle"),
              ("900000000,", "cache-references", ""), ("50000000,", "cache-misses", "")]
    text = ""
    for value, event, metric in events:
        running = plan.perf_running.get(event, 100.0)
        text += f"{value},{event},{int(30.0e9 * running / 100)},{running:.2f},{metric or ','}\n"
    node.commands["perf-stat"] = Command(["perf", "stat", "-x", ",", "--log-fd", "1", "-e", "task-clock", "-p", pids], text,
                                         kind="perf-stat-csv", seconds=WINDOW)


def add_control_groups(node, plan):
    files = node.files
    root = "sys/fs/cgroup"
    files[root + "/cgroup.controllers"] = "cpuset cpu io memory hugetlb pids rdma misc\n"
    members = {}
    for service in plan.services:
        path = ""
        for part in service.group.split("/")[1:]:
            path += "/" + part
            members.setdefault(path, []).append(service)
    for path in ["", *sorted(members)]:
        here = root + path + "/"
        own = next((s for s in members.get(path, []) if s.group == path), None)
        quota = own.quota if own else None
        cpus = own.effective_cpus() if own else "0-15"
        mems = own.effective_mems() if own else as_list(list(plan.node_cpus) + ([2] if plan.memory_only_node else []))
        if own and not own.allowed_mems:
            mems = as_list(list(plan.node_cpus) + ([2] if plan.memory_only_node else []))

        def cpu_stat(at, own=own, quota=quota):
            periods = 10 * (1000 + at) if quota else 0
            stopped = int(periods * own.throttled) if own else 0
            return f"usage_usec {2000000 * (1000 + at)}\nuser_usec {1600000 * (1000 + at)}\nsystem_usec {400000 * (1000 + at)}\nnr_periods {periods}\nnr_throttled {stopped}\nthrottled_usec {stopped * 20000}\n"

        node.samples[here + "cpu.stat"] = {at: cpu_stat(at) for at in range(WINDOW + 1)}
        shares = own.pressure if own else {"cpu": (0.002, 0.0), "memory": (0.0, 0.0), "io": (0.0, 0.0)}
        for resource, (some, full) in shares.items():
            node.samples[f"{here}{resource}.pressure"] = {at: pressure(int(some * 1e6 * (1000 + at)),
                                                                       int(full * 1e6 * (1000 + at))) for at in (0, WINDOW)}
        files[here + "cpuset.cpus.effective"] = cpus + "\n"
        files[here + "cpuset.mems.effective"] = mems + "\n"
        names = ("vllm", "VLLM::EngineCor") if all(s.command == "vllm" for s in plan.services) else ("llama-server",)
        anon = {id: PAGE * sum(s.pages[name].get(id, 0) for s in members.get(path, plan.services) for name in names) for id in plan.node_cpus}
        node.samples[here + "memory.numa_stat"] = {at: "anon " + " ".join(f"N{id}={size}" for id, size in anon.items()) + "\nfile N0=4096000 N1=0\nshmem N0=0 N1=0\n" for at in (0, WINDOW)}
        files[here + "memory.stat"] = f"anon {sum(anon.values())}\nfile 4096000\nkernel 1000000\nshmem 0\n"
        if not path:
            continue
        files.update({here + "cpuset.cpus": (own.allowed_cpus if own else "") + "\n",
                      here + "cpuset.mems": (own.allowed_mems if own else "") + "\n", here + "cpuset.cpus.partition": "member\n",
                      here + "cpu.max": (f"{int(quota * 100000)} 100000" if quota else "max 100000") + "\n",
                      here + "cpu.max.burst": "0\n", here + "cpu.weight": "100\n", here + "cpu.idle": "0\n",
                      here + "io.weight": "default 100\n", here + "memory.current": f"{sum(anon.values()) + 5096000}\n",
                      here + "memory.min": "0\n", here + "memory.low": "0\n", here + "memory.high": "max\n",
                      here + "memory.max": "max\n", here + "memory.swap.current": f"{own.swapped_kib * 1024 if own else 0}\n",
                      here + "memory.swap.max": "max\n", here + "pids.current": "40\n", here + "pids.max": "max\n"})
        growth = {name: sum(s.memory_events.get(name, 0) for s in members[path]) for name in ("low", "high", "max", "oom", "oom_kill")}
        node.samples[here + "memory.events"] = {at: "".join(f"{name} {growth.get(name, 0) if at else 0}\n" for name in ("low", "high", "max", "oom", "oom_kill", "oom_group_kill")) for at in (0, WINDOW)}


def shown_unit(service):
    return (f"Type=exec\nRestart=on-failure\nNRestarts=0\nMainPID={2000 + 100 * service.index}\n"
            f"ExecMainStartTimestamp=Thu 2026-11-19 08:01:00 UTC\nExecMainStartTimestampMonotonic=60000000\n"
            f"ExecStart={{ path=/opt/vllm/bin/vllm ; argv[]={service.exec_start}/opt/vllm/bin/vllm "
            f"serve /models/llm --port {service.port} ; ignore_errors=no ; start_time=[n/a] "
            f"; stop_time=[n/a] ; pid=0 ; code=(null) ; status=0/0 }}\n"
            f"Slice=system-vllm.slice\nControlGroup={service.group}\nMemoryCurrent=2000000000\nTasksCurrent=40\n"
            f"EffectiveCPUs={service.effective_cpus()}\nEffectiveMemoryNodes={service.effective_mems()}\n"
            f"Delegate=no\nCPUWeight=[not set]\n"
            f"CPUQuotaPerSecUSec={'infinity' if not service.quota else str(service.quota) + 's'}\n"
            f"AllowedCPUs={service.allowed_cpus}\nAllowedMemoryNodes={service.allowed_mems}\n"
            f"MemoryHigh=infinity\nMemoryMax=infinity\nLimitNOFILE={service.nofile}\nLimitNOFILESoft={service.nofile}\n"
            f"LimitMEMLOCK=infinity\nCPUSchedulingPolicy={service.scheduling[0]}\nCPUSchedulingPriority={service.scheduling[1]}\n"
            f"CPUAffinity={service.cpu_affinity}\nNUMAPolicy=n/a\nNUMAMask=\nNice={service.nice}\nOOMScoreAdjust=0\n"
            f"Id={service.unit}\nDescription=LLM server, instance {service.index}\nLoadState=loaded\nActiveState=active\n"
            f"SubState=running\n"
            f"FragmentPath=/etc/systemd/system/vllm@.service\nDropInPaths=/etc/systemd/system/{service.unit}.d/placement.conf\n"
            f"UnitFileState=enabled\nNeedDaemonReload={service.need_reload}\nTransient=no\n")


def plain_unit(name):
    return (f"ControlGroup=/{name}\nAllowedCPUs=\nAllowedMemoryNodes=\nEffectiveCPUs=0-15\nEffectiveMemoryNodes=0-1\n"
            f"CPUWeight=[not set]\nId={name}\nDescription={name}\nLoadState=loaded\n"
            "ActiveState=active\nSubState=active\nNeedDaemonReload=no\nTransient=no\n")


def add_units(node, plan):
    served = list({service.unit: service for service in reversed(plan.services) if service.group.startswith("/system.slice/system-vllm.slice/")}.values())[::-1]
    above = sorted({part for service in plan.services for part in service.group.split("/")[2:] if not part.endswith(".service")})
    slices = [plain_unit(name) for name in above]
    texts, times = "", ""
    for service in served:
        texts += (f"# /etc/systemd/system/vllm@.service\n[Unit]\nDescription=LLM server, instance %i\n"
                  f"After=network-online.target\n\n[Service]\nType=exec\n"
                  f"ExecStart={service.exec_start}/opt/vllm/bin/vllm serve /models/llm --port {service.port}\n"
                  f"Restart=on-failure\nLimitNOFILE={service.nofile}\n\n# /etc/systemd/system/{service.unit}.d/placement.conf\n"
                  f"[Service]\nAllowedCPUs={service.allowed_cpus}\nAllowedMemoryNodes={service.allowed_mems}\n"
                  + (f"CPUAffinity={service.cpu_affinity}\n" if service.cpu_affinity else "") + (f"CPUQuota={int(service.quota * 100)}%\n" if service.quota else "") + "\n")
        times += f"{service.unit_changed}.0000000000 /etc/systemd/system/{service.unit}.d/placement.conf\n"
    times += f"{BOOTED - 90000}.0000000000 /etc/systemd/system/vllm@.service\n"
    node.commands["systemctl-show"] = Command(["systemctl", "show", "--no-pager", "--", *(s.unit for s in served), *above],
                                              "\n".join([shown_unit(s) for s in served] + slices), kind="systemd")
    if served:
        node.commands["systemctl-cat"] = Command(["systemctl", "cat", "--no-pager", "--", *(s.unit for s in served)], texts,
                                                 kind="systemd-unit")
    machine = ["-.slice", "init.scope", "system.slice", "user.slice", "irqbalance.service", "tuned.service"]
    node.commands["systemctl-show-node"] = Command(["systemctl", "show", "--no-pager", "--", *machine],
                                                   "\n".join(plain_unit(name) for name in machine))
    node.commands["systemctl-list-timers"] = Command(["systemctl", "list-timers", "--all", "--no-pager"],
        "NEXT                        LEFT       LAST                        PASSED  UNIT                         ACTIVATES\n"
        "Sun 2026-11-22 00:00:00 UTC 15h left   Sat 2026-11-21 00:00:00 UTC "
                                                     "8h ago  logrotate.timer              logrotate.service\n\n"
                                                     "1 timers listed.\n")
    node.commands["unit-file-times"] = Command(["find", "/etc/systemd/system", "-printf", "%T@ %p\\n"], times)
    node.files["etc/systemd/system.conf"] = "[Manager]\n#CPUAffinity=\n"


def add_kubelet(node, plan):
    if plan.kubelet is None:
        return
    settings = {"cpuManagerPolicy": "static", "topologyManagerPolicy": "single-numa-node", "topologyManagerScope": "pod",
                "memoryManagerPolicy": "Static", **plan.kubelet}
    node.files["var/lib/kubelet/config.yaml"] = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\ncgroupDriver: systemd\n" + "".join(f"{name}: {value}\n" for name, value in settings.items()) + "reservedSystemCPUs: 0,4,8,12\n"
    node.commands["ps-kubelet"] = Command(["ps", "-C", "kubelet", "-ww", "-o", "args="],
                                          "/usr/bin/kubelet --config=/var/lib/kubelet/config.yaml\n")


def build(plan):
    node = Node()
    for add in (add_topology, add_frequency, add_kernel, add_counters, add_pci, add_nic, add_interrupts, add_gpus, add_servers,
                add_control_groups, add_units, add_kubelet):
        add(node, plan)
    for name, (kind, text) in plan.perf_texts.items():
        node.commands[name] = Command([], text, kind=kind, only_saved=True)
    node.cost_seconds = plan.cost_seconds
    return node


# ---- the two forms ------------------------------------------------------------------------------------------------------

COLLECTORS = ["cgroup", "collection", "container", "frequency", "gpu", "host", "irq", "kernel", "kernel_log", "network", "node",
              "numa_memory", "pci", "perf", "pressure", "runtime_metrics", "services",
              "software", "topology", "workers"]


def packed(records):
    """A packed member: `records` are (path, nanoseconds, text), src/bundle/packed.h."""
    data = b"ihc-packed 1\n"
    for path, taken, text in records:
        body = text.encode()
        data += f"ok - {taken} {len(body)} whole root/{path}\n".encode() + body + b"\n"
    return data


def write_bundle(node, folder):
    """The bundle that a collection as root of this node, 30 seconds long, would have written."""
    begin = UPTIME * 10**9
    members = {}
    small = [(path, begin, text) for path, text in [*node.files.items(), *node.links.items()]]
    if small:
        members["packed/node/000"] = packed(sorted(small))
    readings = [(path, begin + at * 10**9, text) for path, texts in node.samples.items() for at, text in texts.items()]
    if readings:
        members["samples/node"] = packed(sorted(readings, key=lambda reading: (reading[1], reading[0])))
    commands = []
    for slug, command in sorted(node.commands.items()):
        if command.only_saved:
            continue
        members[f"commands/{slug}/stdout"] = command.stdout.encode()
        members[f"commands/{slug}/stderr"] = command.stderr.encode()
        commands.append({"slug": slug, "argv": command.argv, "status": command.status, "duration_ms": int(command.seconds * 1000),
                         "started_ns": begin, "cpu_seconds": 0.01, "exit_code": command.exit_code})
    for name, value in node.probes.items():
        members[f"probes/{name}.json"] = json.dumps(value, indent=2).encode()
    manifest = {"format": 1, "tool_version": "0.1.0", "node": "gpu-01", "started_utc": "2026-11-21T08:00:00Z",
                "ended_utc": "2026-11-21T08:00:32Z", "started_ns": begin - 10**9,
                "ended_ns": begin + (WINDOW + 1) * 10**9, "boot_id": "5f1c2f0e-3c0e-4b8e-9a51-6d7d2c1f9a10",
                "arguments": ["collect"], "labels": {}, "effective_uid": 0, "capabilities": [],
                "window_s": WINDOW, "window_observed_s": WINDOW, "interrupted": False, "scrubbed": {}, "redacted": False,
                "collectors": [{"name": name, "status": "collected", "reason": "", "hint": ""} for name in COLLECTORS],
                "members": [{"path": path, "size_bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()} for path,
                            data in sorted(members.items())], "commands": commands,
                "not_read": [{"path": path, "collector": name, "status": "absent", "reason": "file_absent"} for path, name in node.not_there.items()],
                "cost": {"cpu_seconds": node.cost_seconds, "commands_cpu_seconds": 0.3, "peak_memory_bytes": 8000000,
                         "bytes_read": 900000, "reads": 2000, "slowest": []}}
    members["manifest.json"] = json.dumps(manifest).encode()
    for path, data in members.items():
        target = pathlib.Path(folder) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder


def real_path(node, path):
    """Where a file lies once the links above it are followed: /sys/class/net/eth0/mtu is a file of the device."""
    parts = path.split("/")
    for count in range(len(parts) - 1, 0, -1):
        above = "/".join(parts[:count])
        if above in node.links:
            return os.path.normpath("/".join([*parts[:count - 1], node.links[above], *parts[count:]]))
    return path


def write_tree(node, archive, folder):
    """A tar of the node's files, each as it was last read. Gives the arguments for `ihc import`."""
    texts = {**node.files, **{path: readings[max(readings)] for path, readings in node.samples.items()}}
    with tarfile.open(archive, "w") as tar:
        for path, text in sorted(texts.items()):
            data = text.encode()
            entry = tarfile.TarInfo("gpu-01/" + real_path(node, path))
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
        for path, target in sorted(node.links.items()):
            entry = tarfile.TarInfo("gpu-01/" + real_path(node, path))
            entry.type, entry.linkname = tarfile.SYMTYPE, target
            tar.addfile(entry)
    sources = [str(archive)]
    for slug, command in sorted(node.commands.items()):
        if command.kind is None or not command.stdout:
            continue
        saved = pathlib.Path(folder) / f"{slug}.txt"
        saved.write_text(command.stdout)
        sources.append(f"{command.kind}:{saved}")
    return sources
