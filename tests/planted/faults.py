"""The faults, one each: what is wrong with the node, the rules that must fail, and those that fail with them of necessity."""
import changes as done
from benched import benched
from plan import Plan
from saved import measured

GUEST, POD, CPU_SERVER, PAIR, METAL = "guest", "pod", "cpu-server", "pair", "metal"


class Fault:
    """`change` spoils the plan, so that every file that would show it shows it; `decided`: somebody recorded a choice of governor.

    `rules` must fail, and what is in `along` (rule → why) may not be told apart from it: it must fail too. No other rule fails.
    `seen`: "both" in a collection and in an import; "window" only where readings through a window are; "import" only in saved
    texts. `waivers`: a file of failures that somebody accepted. `imported`: the rules of `rules` and `along` that an import shows, where it is not all of them.
    """

    def __init__(self, name, rules, change=None, along=None, base=METAL, seen="both", imported=None, decided=True,
                 waivers=None):
        self.name, self.rules, self.change, self.along = name, rules.split(), change, along or {}
        self.base, self.seen, self.decided, self.waivers = base, seen, decided, waivers
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


def pair():
    """One instance over both GPUs: a worker process for each, on the node of its GPU."""
    plan = Plan()
    first, second = plan.services
    first.tensor_parallel = 2
    first.process_cpus = {"vllm": first.cpus, "VLLM::EngineCor": first.cpus, "VLLM::Worker_TP0": first.cpus,
                          "VLLM::Worker_TP1": second.cpus}
    first.cpus = first.allowed_cpus = f"{first.cpus},{second.cpus}"
    first.mems = first.allowed_mems = "0-1"
    first.shares["VLLM::EngineCor"] = [0.6, 0.1, 0.1, 0.05]
    for rank in range(2):
        worker = f"VLLM::Worker_TP{rank}"
        first.shares[worker], first.seats[worker], first.pages[worker] = [0.81, 0.1], [rank * 2 + 2, 3], {rank: 200000}
    plan.services = [first]
    return plan


BASES = {METAL: Plan, GUEST: guest, POD: pod, CPU_SERVER: cpu_server, PAIR: pair}


WAITS = "who waits for a CPU shows it in schedstat and in its group's pressure at once"

RUN_OUT = """waivers:
  - {rule: numa-zone-reclaim-on, subject: "*", reason: until the next maintenance, owner: ops, expires: 2026-10-31}
"""

FAULTS = [
    # where workers may run and did run, and where their memory is
    Fault("worker CPUs on the far node", "place-worker-cpus-not-gpu-local", done.workers_on_far_node),
    Fault("worker may run on every CPU", "place-worker-cpus-not-gpu-local", done.workers_anywhere),
    Fault("pages on the far node", "place-worker-memory-remote", done.memory_far),
    Fault("one page in seven on the far node", "place-worker-memory-remote", done.memory_partly_far),
    Fault("the whole server on the far node", "place-worker-cpus-not-gpu-local place-worker-memory-remote", done.moved_whole),
    Fault("one mask for GPUs of two nodes", "place-one-mask-for-many-nodes", done.one_mask,
          along={"place-worker-cpus-not-gpu-local": "the mask leaves the second GPU's worker on the first GPU's node"}),
    Fault("memory bound to the other node", "place-cpu-mem-binding-mismatch", done.bound_elsewhere),
    Fault("one thread escaped its mask", "place-thread-mask-drift", done.thread_escaped, seen="window"),
    Fault("a small worker over two core complexes", "place-l3-domain-spread", done.over_two_complexes, base=CPU_SERVER),
    Fault("a CPU server on every node", "place-cpu-worker-unbound", done.cpu_worker_anywhere, base=CPU_SERVER),
    Fault("two busy threads on one core", "place-smt-sibling-contention", done.on_one_core, seen="window"),
    Fault("fewer cores than processes", "place-cores-below-engine-minimum", done.fewer_cores),
    Fault("more computing threads than CPUs", "place-thread-oversubscription", done.crowded,
          along={"sched-run-delay": WAITS, "nn-cpu-pressure": WAITS}, seen="window"),
    # topology
    Fault("a network card for the other GPU lies idle", "topo-nic-gpu-cross-node", done.one_card_carries_all, seen="window"),
    Fault("a tensor parallel group over the processors' link", "gpu-tp-path-suboptimal", done.set_of(gpu_path="SYS"), base=PAIR),
    Fault("ports that send GPU traffic up to the root", "pcie-acs-iommu-p2p", done.below_one_switch, base=PAIR),
    Fault("an IOMMU that translates between GPUs", "pcie-acs-iommu-p2p", done.translated, base=PAIR),
    Fault("a GPU without a node", "topo-gpu-numa-map-missing", done.gpu_without_node),
    Fault("two sockets shown as one node", "topo-numa-hidden", done.numa_off),
    Fault("one socket split into two nodes", "topo-snc-nps-unaccounted", done.two_nodes_in_a_socket),
    Fault("half the memory on one node", "topo-memory-node-imbalance", done.half_the_memory),
    # frequency
    Fault("powersave under acpi-cpufreq", "gov-not-performance", done.governor("powersave")),
    Fault("ondemand under acpi-cpufreq", "gov-not-performance", done.governor("ondemand")),
    Fault("one CPU under schedutil", "gov-mixed-across-cpus", done.one_governor,
          along={"gov-not-performance": "schedutil is a governor that follows load, on that one CPU"}),
    Fault("frequency capped", "gov-frequency-capped", done.capped),
    Fault("boost off", "gov-frequency-capped", done.set_of(boost=0)),
    Fault("energy preference for saving", "gov-epp-not-performance", done.saving_preference),
    Fault("deep idle states enabled", "gov-deep-idle-states", done.set_of(deep_idle=True)),
    Fault("the balanced profile", "power-profile-mismatch", done.set_of(tuned="balanced")),
    Fault("nobody decided on the governor", "gov-choice-unjustified", decided=False),
    Fault("nobody keeps the governor", "gov-setting-not-persistent", done.set_of(tuned=None), seen="window"),
    Fault("two services set the frequency", "gov-setting-not-persistent", done.set_of(managers={"tlp"}), seen="window"),
    Fault("a core throttled by heat", "cpu-thermal-or-power-throttle", done.set_of(throttled={2: 40}), seen="window"),
    # the page allocator and the page mover
    Fault("NUMA balancing on a pinned server", "numa-balancing-on-pinned", done.balancing),
    Fault("a burst of page migrations", "numa-migration-burst", done.migration_burst,
          along={"numa-balancing-on-pinned": "balancing is what moves the pages"},
          imported="numa-balancing-on-pinned"),
    Fault("pages meant for a node come from the other", "numa-foreign-growth", done.spill, seen="window"),
    Fault("a node's memory goes to the other's tasks", "numa-other-node-share", done.others_allocate, seen="window"),
    Fault("zone reclaim on", "numa-zone-reclaim-on", done.settings(vm__zone_reclaim_mode=1)),
    Fault("zone reclaim on and failing", "numa-zone-reclaim-on", done.reclaim_stalls),
    Fault("huge pages always", "thp-always-with-stalls", done.set_of(thp=("always", "madvise"))),
    Fault("huge pages always, with stalls", "thp-always-with-stalls", done.huge_page_stalls, seen="window"),
    Fault("a memory-only node in reach", "mem-cpuless-or-gpu-node-allowed", done.slow_memory_in_reach),
    Fault("a server locked to a full node", "numa-strict-bind-exhaustion",
          done.set_of(free_share={0: 0.01, 1: 0.5}, cache_share={0: 0.01, 1: 0.06})),
    Fault("huge pages that nobody uses", "hugepages-on-wrong-node", done.set_of(huge_pages={0: 0, 1: 8192})),
    # the kernel and the host
    Fault("memory slower than its modules", "host-dimm-population-speed", done.set_of(dimm_speed=2666)),
    Fault("an unused memory channel in each socket", "host-dimm-population-speed", done.channel_empty),
    Fault("a memory module with many corrected errors", "host-memory-errors", done.set_of(corrected=5000)),
    Fault("an uncorrected memory error", "host-memory-errors", done.set_of(uncorrected=1)),
    Fault("no protections on a shared node", "kern-mitigations-context", done.unprotected, base=POD),
    Fault("a worker is swapped out", "kern-swap-in-request-path", done.service_with(swapped_kib=60000)),
    Fault("eager swapping", "kern-swap-in-request-path", done.settings(vm__swappiness=60), seen="window"),
    Fault("a slow clock", "kern-clocksource-slow", done.set_of(clocksource="hpet")),
    Fault("a process was killed for memory", "kern-oom-or-kill", done.killed),
    Fault("threads stacked on an isolated CPU", "kern-isolcpus-stacking", done.stacked,
          along={"sched-run-delay": WAITS, "nn-cpu-pressure": WAITS}, seen="window"),
    Fault("CPUs without tick that are not isolated", "kern-isolation-incomplete", done.tickless_only),
    Fault("a node without a housekeeping CPU", "kern-isolation-incomplete", done.whole_node_isolated),
    Fault("a soft lockup", "host-kernel-distress", done.logged("watchdog: BUG: soft lockup - CPU#3 stuck for 26s! [backup:4242]")),
    Fault("uncorrected errors on a PCIe link", "pcie-errors",
          done.logged("pcieport 0000:40:01.1: AER: Uncorrectable (Non-Fatal) error message received from 0000:41:00.0",
                 "nvidia 0000:41:00.0: PCIe Bus Error: severity=Uncorrected (Non-Fatal), type=Transaction Layer, (Requester ID)")),
    # services and their groups
    Fault("started by hand in a session", "svc-not-managed", done.started_by_hand),
    Fault("CPUAffinity and no cpuset", "svc-affinity-escapable", done.soft_affinity),
    Fault("numactl and no cpuset", "svc-affinity-escapable", done.wrapper),
    Fault("settings that contradict each other", "svc-affinity-conflict", done.contradicting),
    Fault("quota throttling", "svc-cpu-throttled", done.quota(0.02, 0.006, 0.01), seen="window"),
    Fault("heavy quota throttling", "svc-cpu-throttled", done.quota(0.3, 0.08, 0.11),
          along={"sched-run-delay": WAITS, "nn-cpu-pressure": WAITS}, seen="window"),
    Fault("a quota that is not reached", "svc-cpu-throttled", done.quota(0.0, 0.002, 0.002), seen="window"),
    Fault("memory at its high limit", "svc-memory-pressure-events", done.at_high, seen="window"),
    Fault("a low limit on open files", "svc-nofile-tasks-limit", done.service_with(nofile=1024)),
    Fault("a unit changed and not reloaded", "svc-unit-drift", done.service_with(need_reload="yes")),
    Fault("a drop-in newer than the process", "svc-unit-drift", done.service_with(unit_changed=1794988800 + 90000), seen="window"),
    Fault("real-time scheduling", "svc-realtime-misuse", done.real_time),
    Fault("the most favourable niceness", "svc-realtime-misuse", done.service_with(nice=-20)),
    Fault("a cpuset without memory nodes", "ctr-cpus-without-mems", done.cpus_without_memory),
    Fault("64 MiB of shared memory", "ctr-shm-too-small", done.service_with(shm_bytes=64 << 20), base=PAIR),
    Fault("a small limit on locked memory", "svc-memlock-limit", done.service_with(memlock=8388608)),
    Fault("the system's own services on worker CPUs", "svc-housekeeping-overlap", done.set_of(housekeeping="")),
    Fault("a neighbour with the same weight", "svc-no-protection-weight", done.equal_neighbour,
          along={"svc-housekeeping-overlap": "what competes for the CPUs is not kept off them",
                 "nn-foreign-work-on-inference-cores": "and uses them"}, imported="svc-housekeeping-overlap"),
    # interrupts and the network
    Fault("an interrupt delivered elsewhere", "irq-affinity-not-effective", done.set_of(delivered={41: 8})),
    Fault("all interrupts of a card on one busy CPU", "irq-hotspot", done.hotspot, seen="window"),
    Fault("one queue for a fast card", "irq-hotspot", done.nic_with(queues=1, cpus="0"), seen="window"),
    Fault("a link that goes down again and again", "net-link-quality", done.flapping),
    Fault("a damaged cable", "net-link-quality", done.nic_with(growth={"rx_crc_errors": 14}), seen="window"),
    Fault("packets that found no buffer", "net-ring-drops", done.nic_with(growth={"rx_missed_errors": 900}, driver_growth={"rx_out_of_buffer": 900}),
          seen="window"),
    Fault("packets that only the card counts as lost", "net-ring-drops", done.nic_with(driver_growth={"rx_discards_phy": 40}),
          seen="window"),
    Fault("NIC interrupts on worker CPUs", "irq-on-inference-cores", done.nic_with(cpus="1,9"), seen="window"),
    Fault("NIC interrupts on the far node", "irq-nic-remote-node", done.nic_with(cpus="4,12"), seen="window"),
    Fault("irqbalance knows of no worker CPUs", "irq-irqbalance-unaware", done.set_of(banned_cpus="")),
    Fault("packets dropped by the backlog", "net-softnet-drop-squeeze", done.set_of(softnet={(0, 1): 20}), seen="window"),
    Fault("receive budget ended early", "net-softnet-drop-squeeze", done.set_of(softnet={(0, 2): 900}), seen="window"),
    Fault("accept queue overflows", "net-listen-overflow",
          done.set_of(net_growth={"TcpExt.ListenOverflows": 12, "TcpExt.ListenDrops": 12}), seen="window"),
    # GPUs
    Fault("driver and library do not match", "gpu-missing-or-stack-broken",
          done.set_of(smi="Failed to initialize NVML: Driver/library version mismatch")),
    Fault("a GPU fell off the bus", "gpu-missing-or-stack-broken gpu-xid-critical", done.lost_gpu),
    Fault("the fabric manager failed", "gpu-missing-or-stack-broken", done.fabric_down, seen="window"),
    Fault("a GPU's firmware does not answer", "gpu-xid-critical",
          done.logged("NVRM: Xid (PCI:0000:41:00): 119, pid=2020, name=VLLM::EngineCor, Timeout "
                 "after 6s of waiting for RPC response from GPU0 GSP!")),
    Fault("uncorrected errors in GPU memory", "gpu-memory-integrity gpu-xid-critical", done.double_bit),
    Fault("ECC off", "gpu-memory-integrity", done.gpu_with(ecc="Disabled")),
    Fault("a GPU slowed down by heat", "gpu-slowdown-active", done.gpu_with(slow=("hw_slowdown", "hw_thermal_slowdown"))),
    Fault("a GPU's power limit lowered", "gpu-power-or-clock-limited", done.gpu_with(limit=200)),
    Fault("a GPU's clock lowered", "gpu-power-or-clock-limited", done.gpu_with(clock=1095)),
    Fault("persistence off", "gpu-persistence-off", done.gpu_with(persistence="Disabled")),
    Fault("one GPU at half its PCIe width", "pcie-link-degraded", done.gpu_with(width=8)),
    Fault("one GPU at half its PCIe speed", "pcie-link-degraded", done.gpu_with(gen=3)),
    Fault("an NVLink down", "nvlink-degraded", done.set_of(nvlink_down={(0, 2), (1, 2)})),
    # neighbours, scheduling and measurement
    Fault("the hypervisor steals time", "nn-cpu-steal", done.set_of(steal=0.03), base=GUEST, seen="window"),
    Fault("neighbours on the server's CPUs", "nn-cpu-pressure sched-run-delay", done.neighbours_take_cpus, seen="window"),
    Fault("requests wait while the GPUs have time", "gpu-starved-by-host", done.queue_before_idle_gpus, seen="window"),
    Fault("the async runtime steals across nodes", "sched-steal-rate", done.stealing_across_nodes, imported="place-worker-cpus-not-gpu-local",
          along={"place-worker-cpus-not-gpu-local": "only who may leave its node can steal from another"}),
    Fault("the server waits for memory", "nn-memory-io-pressure", done.pressure_of("memory", 0.03, 0.008), seen="window"),
    Fault("the server waits for the disk", "nn-memory-io-pressure", done.pressure_of("io", 0.12, 0.09), seen="window"),
    Fault("busy threads are preempted", "sched-run-delay", done.service_with(preemptions=300), seen="window"),
    Fault("busy threads wander", "sched-migration-rate", done.set_of(migrations_rate=200.0), seen="window"),
    Fault("counters shared in time", "perf-multiplexed-or-missing", done.set_of(perf_running={"cycles": 41.5, "instructions": 41.5}),
          seen="window"),
    Fault("the collection took a third of a CPU", "meas-collection-cost", done.set_of(cost_seconds=11.0), seen="window"),
    Fault("memory traffic crosses between nodes", "perf-remote-dram-share", measured(far=300_000_000), seen="import"),
    Fault("many loads are served by the other node", "perf-remote-load-ratio", measured(near=20_000_000_000, far=1_000_000_000),
          seen="import"),
    Fault("the sockets differ", "perf-socket-divergence", measured(second="98,000,000,000"), seen="import"),
    Fault("cache lines bounce between nodes", "perf-hitm-sharing", measured(hitm=170), seen="import"),
    Fault("ready work waits", "sched-runqueue-latency", measured(average=1.6, longest=31.0), seen="import"),
    Fault("a foreign program on worker CPUs", "nn-foreign-work-on-inference-cores", done.foreign_program, seen="window"),
    Fault("a GPU shared with another program", "nn-gpu-shared-unpartitioned", done.set_of(gpu_processes=[(0, 4300, "/usr/bin/python3")])),
    Fault("memory traffic near what memory can carry", "nn-membw-llc-contention", done.set_of(memory_traffic=1.9e11), seen="window"),
    Fault("a tenant beside the server, and nothing divides the memory traffic", "nn-membw-llc-contention", done.another_tenant,
          seen="window"),
    Fault("a waiver that has run out", "waiver-expired", waivers=RUN_OUT),
    # Benchmarks
    Fault("fifty requests a run", "bench-n-too-small", benched(requests=50), seen="import"),
    Fault("one run", "bench-single-run", benched(runs=1), seen="import"),
    Fault("start-up measured as service", "bench-no-warmup", benched(slow_start=30), seen="import"),
    Fault("a closed loop", "bench-closed-loop-omission", benched(concurrency=64), seen="import"),
    Fault("two thirds of the rate", "bench-client-interference", benched(seconds=60.0), seen="import"),
    Fault("one run with longer answers", "bench-cache-or-mix-confound", benched(odd={"tokens": 27}), seen="import"),
    Fault("a queue that grows", "bench-not-stationary", benched(growth=0.002), seen="import"),
    Fault("a percentile that its own samples do not give", "bench-percentile-arithmetic", benched(wrong_p99=0.8), seen="import"),
    Fault("failures left out", "bench-errors-or-metrics-missing", benched(failed=4), seen="import"),
    # Kubernetes
    Fault("no CPU manager", "k8s-cpu-manager-none", done.pool_for_all, base=POD,
          along={"place-worker-cpus-not-gpu-local": "without it every pod runs in the shared pool, on both nodes"}),
    Fault("a weak topology manager", "k8s-topology-manager-weak", done.kubelet_with(topologyManagerPolicy="best-effort"), base=POD),
    Fault("no memory manager", "k8s-memory-manager-none", done.kubelet_with(memoryManagerPolicy="None"), base=POD),
    Fault("a pod that is burstable", "k8s-qos-not-exclusive", done.burstable, base=POD),
]
