"""The machine and its kernel: topology, memory, frequency, settings and what the kernel counts of memory and CPU time."""
from kernel_text import as_list, chosen, numbers, pressure
from node import Command
from plan import BOOTED, L3_CPUS, PAGE, UPTIME, WINDOW


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
    if not plan.is_vm:
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
