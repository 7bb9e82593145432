"""The kernel: its settings and its log, and what it counts of memory and CPU time."""
from kernel_text import chosen, pressure
from node import Command
from plan import BOOTED, PAGE, UPTIME, WINDOW

# A processor of 2021 with the kernel's protections, and with mitigations=off.
VULNERABILITIES = {
    "meltdown": ("Not affected", "Not affected"),
    "spectre_v1": ("Mitigation: usercopy/swapgs barriers and __user pointer sanitization",
                   "Vulnerable: __user pointer sanitization and usercopy barriers only; no swapgs barriers"),
    "spectre_v2": ("Mitigation: Enhanced / Automatic IBRS; IBPB: conditional; RSB filling; PBRSB-eIBRS: SW sequence; BHI: SW loop",
                   "Vulnerable; IBPB: disabled; PBRSB-eIBRS: Vulnerable; BHI: Vulnerable"),
    "mmio_stale_data": ("Mitigation: Clear CPU buffers; SMT vulnerable", "Vulnerable")}


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
                  "sys/devices/virtual/workqueue/cpumask": "ffff\n", "sys/module/zswap/parameters/enabled": "N\n"})
    for name, (mitigated, open) in VULNERABILITIES.items():
        files["sys/devices/system/cpu/vulnerabilities/" + name] = (mitigated if plan.mitigations else open) + "\n"
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
    node.probes["uname"] = {"call": "uname(2)", "machine": "x86_64", "release": "6.1.0-40-amd64", "sysname": "Linux",
                            "version": "#1 SMP PREEMPT_DYNAMIC"}
    node.probes["page-size"] = {"call": "sysconf(_SC_PAGESIZE)", "page_size_bytes": PAGE}


def add_counters(node, plan):
    for id in plan.node_ids():
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

    node.samples["proc/stat"] = {at: cpu_times(plan, at) for at in (0, WINDOW)}
    for resource, rate in (("cpu", 1000), ("memory", 0), ("io", 0)):
        node.samples["proc/pressure/" + resource] = {at: pressure(rate * (1000 + at), 0) for at in range(WINDOW + 1)}
    zones = ""
    for id in sorted(plan.node_cpus):
        pages = plan.node_kib[id] // 4
        free = int(pages * plan.free_share.get(id, 0.5))
        zones += (f"Node {id}, zone   Normal\n  pages free     {free}\n        boost    0\n        min      16384\n"
                  f"        low      49152\n        high     81920\n"
                  f"        spanned  {pages}\n        present  {pages}\n        managed  {pages}\n        cma      0\n"
                  f"        protection: (0, 0, 0, 0, 0)\n      nr_free_pages {free}\n")
    node.files["proc/zoneinfo"] = zones


def busy_shares(plan):
    """What runs on each CPU: its threads as they were last seen, the rest of the machine, and software interrupts."""
    shares = dict.fromkeys(range(16), 0.01)
    for service in plan.services:
        for _, name in service.processes():
            for number, share in enumerate(service.shares[name]):
                shares[service.seat(name, number)] += share
    for other in plan.others:
        shares[other.cpu] += other.share
    return {cpu: min(share, 1.0 - plan.softirq.get(cpu, 0.001) - plan.steal) for cpu, share in shares.items()}


def cpu_times(plan, at):
    """/proc/stat: ticks of user, nice, system, idle, iowait, irq, softirq and steal."""
    rows = {}
    for cpu, share in busy_shares(plan).items():
        ticks, recent = (UPTIME + at) * 100, at * 100
        user, system = int(ticks * share * 0.8), int(ticks * share * 0.2)
        soft, stolen = ticks // 1000 + int(recent * plan.softirq.get(cpu, 0.0)), int(recent * plan.steal)
        rows[cpu] = [user, 0, system, ticks - user - system - soft - stolen, 0, 0, soft, stolen, 0, 0]
    lines = [["cpu "] + [sum(column) for column in zip(*rows.values())], *([f"cpu{cpu}", *row] for cpu, row in rows.items())]
    return ("".join(" ".join(str(word) for word in line) + "\n" for line in lines) +
            f"intr {1000000 + at * 5000} 0\nctxt {20000000 + at * 9000}\nbtime {BOOTED}\nprocesses 90000\nprocs_running 4\n"
            f"procs_blocked 0\nsoftirq {900000 + at * 4000} 0 0 0 0 0 0 0 0 0 0\n")
