"""The faults, one each: what is wrong with the node, the rules that must fail, and those that fail with them of necessity."""
from node import Plan

GUEST, POD, CPU_SERVER, METAL = "guest", "pod", "cpu-server", "metal"


class Fault:
    """`change` spoils the plan, so that every file that would show it shows it; `decided`: somebody recorded a choice of governor.

    `rules` must fail, and what is in `along` (rule → why) may not be told apart from it: it must fail too. No other rule fails.
    `seen`: "both" in a collection and in an import; "window" only where readings through a window are; "import" only in saved
    texts. `imported`: the rules of `rules` and `along` that an import shows, where it is not all of them.
    """

    def __init__(self, name, rules, change=None, along=None, base=METAL, seen="both", imported=None, decided=True):
        self.name, self.rules, self.change, self.along = name, rules.split(), change, along or {}
        self.base, self.seen, self.decided = base, seen, decided
        self.imported = self.expected() if imported is None else set(imported.split())

    def expected(self):
        return {*self.rules, *self.along}

    def plan(self):
        plan = BASES[self.base]()
        if self.change:
            self.change(plan)
        return plan


# ---- healthy nodes of other kinds ------------------------------------------------------------------------------------------


def guest():
    """A virtual machine with both GPUs passed through: no cpufreq, and steal is counted."""
    plan = Plan()
    plan.is_vm = True
    plan.tuned = None
    return plan


def pod():
    """A Kubernetes node: each instance is a pod of its own with whole CPUs, dealt out by the kubelet's static policies."""
    plan = Plan()
    plan.kubelet = {}
    for service in plan.services:
        service.unit = f"cri-containerd-{str(service.index) * 64}.scope"
        service.group = f"/kubepods.slice/kubepods-pod3c0e1f2a_0000_4b8e_9a51_6d7d2c1f9a1{service.index}.slice/{service.unit}"
    return plan


def cpu_server():
    """No GPU: one instance of a CPU engine for each node."""
    plan = Plan()
    plan.has_gpus = False
    for service in plan.services:
        service.command = "llama-server"
    return plan


BASES = {METAL: Plan, GUEST: guest, POD: pod, CPU_SERVER: cpu_server}


# ---- what is done to them ----------------------------------------------------------------------------------------------


def unconfined(service, cpus=None):
    """No cpuset: the engine sets the masks of its processes itself, so that they say nothing of the unit."""
    service.allowed_cpus = service.allowed_mems = ""
    service.mems = "0-1"
    if cpus:
        service.cpus = cpus


def on_first(change):
    return lambda plan: change(plan.services[0])


def set_of(**values):
    def change(thing):
        for name, value in values.items():
            setattr(thing, name, value)
    return change


def service_with(**values):
    return on_first(set_of(**values))


def gpu_with(**values):
    return lambda plan: plan.gpus[0].update(values)


def settings(**values):
    return lambda plan: plan.settings.update({name.replace("__", "/"): value for name, value in values.items()})


def all_of(*changes):
    def change(plan):
        for each in changes:
            each(plan)
    return change


def logged(*messages):
    return lambda plan: plan.log.extend(f"[{259000 + number}.120000] {message}" for number, message in enumerate(messages))


def workers_on_far_node(plan):
    unconfined(plan.services[0], "5-7,13-15")


def workers_anywhere(plan):
    unconfined(plan.services[0], "0-15")


def memory_far(plan):
    unconfined(plan.services[0])
    plan.services[0].pages["VLLM::EngineCor"] = {0: 1000, 1: 400000}


def memory_partly_far(plan):
    unconfined(plan.services[0])
    plan.services[0].pages["VLLM::EngineCor"] = {0: 340000, 1: 61000}


def moved_whole(plan):
    first = plan.services[0]
    first.cpus = first.allowed_cpus = "5-7,13-15"
    first.mems = first.allowed_mems = "1"
    first.pages = {"vllm": {1: 40000}, "VLLM::EngineCor": {1: 401000}}


def one_mask(plan):
    first, second = plan.services
    unconfined(first)
    unconfined(second, first.cpus)
    second.unit, second.group = first.unit, first.group


def bound_elsewhere(plan):
    unconfined(plan.services[0])
    plan.services[0].policies["vllm"] = "bind:1"
    plan.services[0].pages["vllm"] = {1: 40000}


def thread_escaped(plan):
    unconfined(plan.services[0])
    plan.services[0].thread_cpus["vllm", 1] = "0-15"


def over_two_complexes(plan):
    first = plan.services[0]
    first.cpus = first.allowed_cpus = "1-2,9-10"


def cpu_worker_anywhere(plan):
    unconfined(plan.services[0], "0-15")


def gpu_without_node(plan):
    plan.gpu_nodes[0] = -1


def numa_off(plan):
    plan.node_cpus, plan.node_kib = {0: "0-15"}, {0: sum(plan.node_kib.values())}
    plan.gpu_nodes = [0, 0]
    plan.command_line += " numa=off"
    for service in plan.services:
        service.node, service.mems, service.allowed_mems = 0, "0", "0"
        service.pages = {"vllm": {0: 40000}, "VLLM::EngineCor": {0: 401000}}


def two_nodes_in_a_socket(plan):
    plan.package_of = dict.fromkeys(plan.package_of, 0)


def half_the_memory(plan):
    plan.node_kib[1] //= 2


def governor(name):
    return lambda plan: plan.governors.update(dict.fromkeys(plan.governors, name))


def one_governor(plan):
    plan.governors[2] = "schedutil"


def capped(plan):
    plan.max_khz = dict.fromkeys(plan.max_khz, 2200000)


def saving_preference(plan):
    plan.driver, plan.epp = "amd-pstate-epp", "power"
    governor("powersave")(plan)


def balancing(plan):
    plan.settings["kernel/numa_balancing"] = 1
    plan.vmstat_rates.update(numa_pte_updates=900, numa_hint_faults=400, numa_hint_faults_local=380)


def migration_burst(plan):
    balancing(plan)
    plan.vmstat_bursts.update({"numa_pages_migrated": {12: 4000}, "pgmigrate_success": {12: 4000}})


def spill(plan):
    """Three in two hundred pages meant for node 0 come from node 1."""
    plan.numastat_rates.update({(0, "numa_foreign"): 300, (1, "numa_miss"): 300, (1, "other_node"): 400})
    plan.vmstat_rates.update(numa_foreign=300, numa_miss=300, numa_other=500)


def others_allocate(plan):
    plan.numastat_rates.update({(0, "local_node"): 16000, (0, "other_node"): 4000})
    plan.vmstat_rates.update(numa_local=35900, numa_other=4100)


def reclaim_stalls(plan):
    plan.settings["vm/zone_reclaim_mode"] = 1
    plan.vmstat_rates.update(zone_reclaim_failed=3)


def huge_page_stalls(plan):
    plan.thp = ("always", "always")
    plan.vmstat_rates.update(compact_stall=4, compact_fail=1)


def slow_memory_in_reach(plan):
    plan.memory_only_node = 64
    unconfined(plan.services[0])
    plan.services[0].mems = "0-2"


def killed(plan):
    plan.vmstat_bursts["oom_kill"] = {10: 1}
    logged("Out of memory: Killed process 4242 (backup) total-vm:90000000kB, anon-rss:80000000kB, "
           "file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:160000kB oom_score_adj:0")(plan)


def stacked(plan):
    plan.isolated = "1-3,9-11"
    plan.command_line += " isolcpus=1-3,9-11"
    first = plan.services[0]
    first.shares["VLLM::EngineCor"] = [0.5, 0.22, 0.21, 0.05]
    first.last_cpus["VLLM::EngineCor"] = "1"
    first.run_delay = 0.6
    first.pressure["cpu"] = (0.5, 0.0)


def tickless_only(plan):
    plan.nohz_full = "1-3,9-11"
    plan.command_line += " nohz_full=1-3,9-11"


def whole_node_isolated(plan):
    plan.isolated = plan.nohz_full = "4-7,12-15"
    plan.command_line += " isolcpus=4-7,12-15 nohz_full=4-7,12-15"


def started_by_hand(plan):
    first = plan.services[0]
    unconfined(first)
    first.unit = "session-3.scope"
    first.group = "/user.slice/user-1000.slice/session-3.scope"


def soft_affinity(plan):
    unconfined(plan.services[0])
    plan.services[0].cpu_affinity = "1-3 9-11"


def wrapper(plan):
    unconfined(plan.services[0])
    plan.services[0].exec_start = "/usr/bin/numactl --physcpubind=1-3,9-11 -- "


def contradicting(plan):
    plan.services[0].cpu_affinity = "5-7"


def quota(throttled, run_delay, some):
    def change(plan):
        first = plan.services[0]
        first.quota, first.throttled, first.run_delay = 2.0, throttled, run_delay
        first.pressure["cpu"] = (some, 0.0)
    return change


def at_high(plan):
    first = plan.services[0]
    first.memory_events = {"high": 60}
    first.pressure["memory"] = (0.006, 0.0)


def real_time(plan):
    plan.services[0].scheduling = (1, 50)


def cpus_without_memory(plan):
    first = plan.services[0]
    first.allowed_mems, first.mems = "", "0-1"


def lost_gpu(plan):
    plan.listed = 1
    logged("NVRM: Xid (PCI:0000:c1:00): 79, pid=2120, name=VLLM::EngineCor, GPU has fallen off the bus.")(plan)


def double_bit(plan):
    gpu_with(dram=2, pending="Yes", remapped=1)(plan)
    logged("NVRM: Xid (PCI:0000:41:00): 48, pid=2020, name=VLLM::EngineCor, DBE (double bit error) ECC error.",
           "NVRM: Xid (PCI:0000:41:00): 63, pid=2020, name=VLLM::EngineCor, Row "
           "Remapper: New row marked for remapping, reset gpu to activate.")(plan)


def fabric_down(plan):
    plan.nvswitch = True
    plan.services_gpu["nvidia-fabricmanager"] = ("loaded", "failed")


def neighbours_take_cpus(plan):
    first = plan.services[0]
    first.run_delay = 0.09
    first.pressure["cpu"] = (0.12, 0.0)


def pressure_of(resource, some, full):
    return lambda plan: plan.services[0].pressure.update({resource: (some, full)})


def burstable(plan):
    first = plan.services[0]
    first.group = first.group.replace("/kubepods-pod", "/kubepods-burstable.slice/kubepods-burstable-pod")


def pool_for_all(plan):
    plan.kubelet["cpuManagerPolicy"] = "none"
    for service in plan.services:
        service.cpus, service.allowed_cpus = "0-15", ""
        service.mems, service.allowed_mems = "0-1", ""


def kubelet_with(**values):
    return lambda plan: plan.kubelet.update(values)


# ---- texts that only an import brings -----------------------------------------------------------------------------------

DRAM_TEXT = """# started on Sat Nov 21 08:00:00 2026


 Performance counter stats for 'system wide':

    {near}      ls_dmnd_fills_from_sys.mem_io_local
    {far}      ls_dmnd_fills_from_sys.mem_io_remote

      30.001603371 seconds time elapsed

"""

SOCKETS_TEXT = """# started on Sat Nov 21 08:00:00 2026


 Performance counter stats for 'system wide':

S0        8       240,000.10 msec task-clock                       #    8.000 CPUs utilized
S0        8  131,000,000,000      cycles                           #    0.545 GHz
S0        8  180,000,000,000      instructions                     #    1.37  insn per cycle
S1        8       240,000.20 msec task-clock                       #    8.000 CPUs utilized
S1        8  131,000,000,000      cycles                           #    0.545 GHz
S1        8  {second:>15}      instructions                     #    1.35  insn per cycle

      30.001603371 seconds time elapsed

"""

C2C_TEXT = """=================================================
            Trace Event Information
=================================================
  Total records                     :     120000
  Load Operations                   :      60000
  Load Local HITM                   :         90
  Load Remote HITM                  : {hitm:>10}
  Load LLC Misses                   :       1000
"""

LATENCY_TEXT = """
 -------------------------------------------------------------------------------------------------------------------------------------------
  Task                  |   Runtime ms  |  Count   | Avg delay ms    | Max delay ms    | Max delay start           | Max delay end          |
 -------------------------------------------------------------------------------------------------------------------------------------------
  VLLM::EngineCor:2020  |  24300.112 ms |    26000 | avg:   {average:.3f} ms | max:   {longest:.3f} ms | max start: 259210.314960 s | max end: 259210.316029 s
  irqbalance:700        |      0.372 ms |       13 | avg:   0.008 ms | max:   0.013 ms | max start: 259211.551153 s | max end: 259211.551166 s
 -----------------------------------------------------------------------------------------------------------------
  TOTAL:                |  24300.484 ms |    26013 |
 ---------------------------------------------------

"""


def saved_texts(far="40,000,000", second="178,000,000,000", hitm=15, average=0.02, longest=2.1):
    return {"perf-dram": ("perf-stat-text", DRAM_TEXT.format(near="2,000,000,000", far=far)),
            "perf-sockets": ("perf-stat-text", SOCKETS_TEXT.format(second=second)),
            "perf-c2c": ("perf-c2c", C2C_TEXT.format(hitm=hitm)),
            "perf-latency": ("perf-sched-latency", LATENCY_TEXT.format(average=average, longest=longest))}


def measured(**values):
    def change(plan):
        plan.perf_texts = saved_texts(**values)
    return change


WAITS = "who waits for a CPU shows it in schedstat and in its group's pressure at once"

FAULTS = [
    # where workers may run and did run, and where their memory is
    Fault("worker CPUs on the far node", "place-worker-cpus-not-gpu-local", workers_on_far_node),
    Fault("worker may run on every CPU", "place-worker-cpus-not-gpu-local", workers_anywhere),
    Fault("pages on the far node", "place-worker-memory-remote", memory_far),
    Fault("one page in seven on the far node", "place-worker-memory-remote", memory_partly_far),
    Fault("the whole server on the far node", "place-worker-cpus-not-gpu-local place-worker-memory-remote", moved_whole),
    Fault("one mask for GPUs of two nodes", "place-one-mask-for-many-nodes", one_mask,
          along={"place-worker-cpus-not-gpu-local": "the mask leaves the second GPU's worker on the first GPU's node"}),
    Fault("memory bound to the other node", "place-cpu-mem-binding-mismatch", bound_elsewhere),
    Fault("one thread escaped its mask", "place-thread-mask-drift", thread_escaped, seen="window"),
    Fault("a small worker over two core complexes", "place-l3-domain-spread", over_two_complexes),
    Fault("a CPU server on every node", "place-cpu-worker-unbound", cpu_worker_anywhere, base=CPU_SERVER),
    # topology
    Fault("a GPU without a node", "topo-gpu-numa-map-missing", gpu_without_node),
    Fault("two sockets shown as one node", "topo-numa-hidden", numa_off),
    Fault("one socket split into two nodes", "topo-snc-nps-unaccounted", two_nodes_in_a_socket),
    Fault("half the memory on one node", "topo-memory-node-imbalance", half_the_memory),
    # frequency
    Fault("powersave under acpi-cpufreq", "gov-not-performance", governor("powersave")),
    Fault("ondemand under acpi-cpufreq", "gov-not-performance", governor("ondemand")),
    Fault("one CPU under schedutil", "gov-mixed-across-cpus", one_governor,
          along={"gov-not-performance": "schedutil is a governor that follows load, on that one CPU"}),
    Fault("frequency capped", "gov-frequency-capped", capped),
    Fault("boost off", "gov-frequency-capped", set_of(boost=0)),
    Fault("energy preference for saving", "gov-epp-not-performance", saving_preference),
    Fault("deep idle states enabled", "gov-deep-idle-states", set_of(deep_idle=True)),
    Fault("the balanced profile", "power-profile-mismatch", set_of(tuned="balanced")),
    Fault("nobody decided on the governor", "gov-choice-unjustified", decided=False),
    # the page allocator and the page mover
    Fault("NUMA balancing on a pinned server", "numa-balancing-on-pinned", balancing),
    Fault("a burst of page migrations", "numa-migration-burst", migration_burst,
          along={"numa-balancing-on-pinned": "balancing is what moves the pages"},
          imported="numa-balancing-on-pinned"),
    Fault("pages meant for a node come from the other", "numa-foreign-growth", spill, seen="window"),
    Fault("a node's memory goes to the other's tasks", "numa-other-node-share", others_allocate, seen="window"),
    Fault("zone reclaim on", "numa-zone-reclaim-on", settings(vm__zone_reclaim_mode=1)),
    Fault("zone reclaim on and failing", "numa-zone-reclaim-on", reclaim_stalls),
    Fault("huge pages always", "thp-always-with-stalls", set_of(thp=("always", "madvise"))),
    Fault("huge pages always, with stalls", "thp-always-with-stalls", huge_page_stalls, seen="window"),
    Fault("a memory-only node in reach", "mem-cpuless-or-gpu-node-allowed", slow_memory_in_reach),
    # the kernel and the host
    Fault("a worker is swapped out", "kern-swap-in-request-path", service_with(swapped_kib=60000)),
    Fault("eager swapping", "kern-swap-in-request-path", settings(vm__swappiness=60), seen="window"),
    Fault("a slow clock", "kern-clocksource-slow", set_of(clocksource="hpet")),
    Fault("a process was killed for memory", "kern-oom-or-kill", killed),
    Fault("threads stacked on an isolated CPU", "kern-isolcpus-stacking", stacked,
          along={"sched-run-delay": WAITS, "nn-cpu-pressure": WAITS}, seen="window"),
    Fault("CPUs without tick that are not isolated", "kern-isolation-incomplete", tickless_only),
    Fault("a node without a housekeeping CPU", "kern-isolation-incomplete", whole_node_isolated),
    Fault("a soft lockup", "host-kernel-distress", logged("watchdog: BUG: soft lockup - CPU#3 stuck for 26s! [backup:4242]")),
    Fault("uncorrected errors on a PCIe link", "pcie-errors",
          logged("pcieport 0000:40:01.1: AER: Uncorrectable (Non-Fatal) error message received from 0000:41:00.0",
                 "nvidia 0000:41:00.0: PCIe Bus Error: severity=Uncorrected (Non-Fatal), type=Transaction Layer, (Requester ID)")),
    # services and their groups
    Fault("started by hand in a session", "svc-not-managed", started_by_hand),
    Fault("CPUAffinity and no cpuset", "svc-affinity-escapable", soft_affinity),
    Fault("numactl and no cpuset", "svc-affinity-escapable", wrapper),
    Fault("settings that contradict each other", "svc-affinity-conflict", contradicting),
    Fault("quota throttling", "svc-cpu-throttled", quota(0.02, 0.006, 0.01), seen="window"),
    Fault("heavy quota throttling", "svc-cpu-throttled", quota(0.3, 0.08, 0.11),
          along={"sched-run-delay": WAITS, "nn-cpu-pressure": WAITS}, seen="window"),
    Fault("a quota that is not reached", "svc-cpu-throttled", quota(0.0, 0.002, 0.002), seen="window"),
    Fault("memory at its high limit", "svc-memory-pressure-events", at_high, seen="window"),
    Fault("a low limit on open files", "svc-nofile-tasks-limit", service_with(nofile=1024)),
    Fault("a unit changed and not reloaded", "svc-unit-drift", service_with(need_reload="yes")),
    Fault("a drop-in newer than the process", "svc-unit-drift", service_with(unit_changed=1794988800 + 90000), seen="window"),
    Fault("real-time scheduling", "svc-realtime-misuse", real_time),
    Fault("the most favourable niceness", "svc-realtime-misuse", service_with(nice=-20)),
    Fault("a cpuset without memory nodes", "ctr-cpus-without-mems", cpus_without_memory),
    Fault("64 MiB of shared memory", "ctr-shm-too-small", service_with(shm_bytes=64 << 20)),
    # interrupts and the network
    Fault("NIC interrupts on worker CPUs", "irq-on-inference-cores", set_of(nic_cpus="1,9"), seen="window"),
    Fault("NIC interrupts on the far node", "irq-nic-remote-node", set_of(nic_cpus="4,12"), seen="window"),
    Fault("irqbalance knows of no worker CPUs", "irq-irqbalance-unaware", set_of(banned_cpus="")),
    Fault("packets dropped by the backlog", "net-softnet-drop-squeeze", set_of(softnet={(0, 1): 20}), seen="window"),
    Fault("receive budget ended early", "net-softnet-drop-squeeze", set_of(softnet={(0, 2): 900}), seen="window"),
    Fault("accept queue overflows", "net-listen-overflow",
          set_of(net_growth={"TcpExt.ListenOverflows": 12, "TcpExt.ListenDrops": 12}), seen="window"),
    # GPUs
    Fault("driver and library do not match", "gpu-missing-or-stack-broken",
          set_of(smi="Failed to initialize NVML: Driver/library version mismatch")),
    Fault("a GPU fell off the bus", "gpu-missing-or-stack-broken gpu-xid-critical", lost_gpu),
    Fault("the fabric manager failed", "gpu-missing-or-stack-broken", fabric_down, seen="window"),
    Fault("a GPU's firmware does not answer", "gpu-xid-critical",
          logged("NVRM: Xid (PCI:0000:41:00): 119, pid=2020, name=VLLM::EngineCor, Timeout "
                 "after 6s of waiting for RPC response from GPU0 GSP!")),
    Fault("uncorrected errors in GPU memory", "gpu-memory-integrity gpu-xid-critical", double_bit),
    Fault("ECC off", "gpu-memory-integrity", gpu_with(ecc="Disabled")),
    Fault("a GPU slowed down by heat", "gpu-slowdown-active", gpu_with(slow=("hw_slowdown", "hw_thermal_slowdown"))),
    Fault("a GPU's power limit lowered", "gpu-power-or-clock-limited", gpu_with(limit=200)),
    Fault("a GPU's clock lowered", "gpu-power-or-clock-limited", gpu_with(clock=1095)),
    Fault("persistence off", "gpu-persistence-off", gpu_with(persistence="Disabled")),
    Fault("one GPU at half its PCIe width", "pcie-link-degraded", gpu_with(width=8)),
    Fault("one GPU at half its PCIe speed", "pcie-link-degraded", gpu_with(gen=3)),
    Fault("an NVLink down", "nvlink-degraded", set_of(nvlink_down={(0, 2), (1, 2)})),
    # neighbours, scheduling and measurement
    Fault("the hypervisor steals time", "nn-cpu-steal", set_of(steal=0.03), base=GUEST, seen="window"),
    Fault("neighbours on the server's CPUs", "nn-cpu-pressure sched-run-delay", neighbours_take_cpus, seen="window"),
    Fault("the server waits for memory", "nn-memory-io-pressure", pressure_of("memory", 0.03, 0.008), seen="window"),
    Fault("the server waits for the disk", "nn-memory-io-pressure", pressure_of("io", 0.12, 0.09), seen="window"),
    Fault("busy threads are preempted", "sched-run-delay", service_with(preemptions=300), seen="window"),
    Fault("busy threads wander", "sched-migration-rate", set_of(migrations_rate=200.0), seen="window"),
    Fault("counters shared in time", "perf-multiplexed-or-missing", set_of(perf_running={"cycles": 41.5, "instructions": 41.5}),
          seen="window"),
    Fault("the collection took a third of a CPU", "meas-collection-cost", set_of(cost_seconds=11.0), seen="window"),
    Fault("memory traffic crosses between nodes", "perf-remote-dram-share", measured(far="700,000,000"), seen="import"),
    Fault("the sockets differ", "perf-socket-divergence", measured(second="98,000,000,000"), seen="import"),
    Fault("cache lines bounce between nodes", "perf-hitm-sharing", measured(hitm=170), seen="import"),
    Fault("ready work waits", "sched-runqueue-latency", measured(average=1.6, longest=31.0), seen="import"),
    # Kubernetes
    Fault("no CPU manager", "k8s-cpu-manager-none", pool_for_all, base=POD,
          along={"place-worker-cpus-not-gpu-local": "without it every pod runs in the shared pool, on both nodes"}),
    Fault("a weak topology manager", "k8s-topology-manager-weak", kubelet_with(topologyManagerPolicy="best-effort"), base=POD),
    Fault("no memory manager", "k8s-memory-manager-none", kubelet_with(memoryManagerPolicy="None"), base=POD),
    Fault("a pod that is burstable", "k8s-qos-not-exclusive", burstable, base=POD),
]
