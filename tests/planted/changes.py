"""What is done to a node: each function changes the plan the way a fault would."""
from plan import COMPLEXES, Other


def epyc(plan):
    """Another maker's machine: a core complex with an L3 of its own for every two cores."""
    plan.maker, plan.driver, plan.epp, plan.l3_cpus = "amd", "acpi-cpufreq", None, COMPLEXES


def quiet(service):
    """It serves little: what shares its CPUs is not held up by it."""
    service.shares = {name: [share / 5 for share in shares] for name, shares in service.shares.items()}


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


def nic_with(**values):
    return lambda plan: set_of(**values)(plan.nics[0])


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
    quiet(plan.services[1])


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
    quiet(plan.services[1])
    first.cpus = first.allowed_cpus = "5-7,13-15"
    first.mems = first.allowed_mems = "1"
    first.pages = {"vllm": {1: 40000}, "VLLM::EngineCor": {1: 401000}}


def one_mask(plan):
    first, second = plan.services
    unconfined(first)
    unconfined(second, first.cpus)
    quiet(second)
    second.unit, second.group = first.unit, first.group


def bound_elsewhere(plan):
    unconfined(plan.services[0])
    plan.services[0].policies["vllm"] = "bind:1"
    plan.services[0].pages["vllm"] = {1: 40000}


def thread_escaped(plan):
    unconfined(plan.services[0])
    plan.services[0].thread_cpus["vllm", 1] = "0-15"


def over_two_complexes(plan):
    epyc(plan)
    first = plan.services[0]
    first.cpus = first.allowed_cpus = "1-2,9-10"
    first.shares["llama-server"] = [0.9, 0.9, 0.05, 0.05]


def cpu_worker_anywhere(plan):
    unconfined(plan.services[0], "0-15")


def gpu_without_node(plan):
    plan.gpu_nodes[0] = -1


def numa_off(plan):
    plan.node_cpus, plan.node_kib = {0: "0-15"}, {0: sum(plan.node_kib.values())}
    plan.gpu_nodes = [0, 0]
    for nic in plan.nics:
        nic.node = 0
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
    plan.driver, plan.epp = "intel_pstate", "power"
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
    first.shares["VLLM::EngineCor"] = [0.48, 0.22, 0.21, 0.05]
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


def queue_before_idle_gpus(plan):
    plan.waiting_requests = 12
    for gpu in plan.gpus:
        gpu["util"] = 35


def stealing_across_nodes(plan):
    workers_anywhere(plan)
    plan.steal_share = 0.22


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


def on_one_core(plan):
    first = plan.services[0]
    first.seats["vllm"] = [3, 4, 4]  # the other thread of the core that the engine's busy thread is on


def fewer_cores(plan):
    first = plan.services[0]
    first.cpus = first.allowed_cpus = "1-2,9-10"
    first.shares["VLLM::EngineCor"] = [0.81, 0.1, 0.1, 0.05]


def another_tenant(plan):
    plan.traffic_control = False
    plan.others.append(Other(4242, "backup", "/system.slice/backup.service", 0, 0.7))


def crowded(plan):
    """Eight threads that would compute on six CPUs: each gets four fifths of what it wants."""
    first = plan.services[0]
    first.shares.update({"vllm": [0.45, 0.05, 0.03], "VLLM::EngineCor": [0.45] * 7})
    first.seats["VLLM::EngineCor"] = [0, 1, 2, 3, 4, 5, 0]
    first.run_delay = 0.25
    first.pressure["cpu"] = (0.3, 0.0)


def one_card_carries_all(plan):
    plan.nics[1].load = 0.001


def below_one_switch(plan):
    plan.gpu_nodes, plan.gpu_path = [0, 0], "PIX"
    plan.gpu_addresses = ["0000:43:00.0", "0000:44:00.0"]
    plan.one_switch = plan.redirecting = True
    workers_by_gpu(plan)


def translated(plan):
    plan.gpu_nodes, plan.gpu_path, plan.iommu = [0, 0], "NODE", "DMA-FQ"
    workers_by_gpu(plan)


def workers_by_gpu(plan):
    """Both workers of the group on the first node; the processes without GPU on the second."""
    first = plan.services[0]
    near, far = first.process_cpus["VLLM::Worker_TP0"], first.process_cpus["VLLM::Worker_TP1"]
    first.process_cpus.update({"vllm": far, "VLLM::EngineCor": far, "VLLM::Worker_TP1": near})
    first.pages.update({"vllm": {1: 40000}, "VLLM::EngineCor": {1: 401000}, "VLLM::Worker_TP1": {0: 200000}})


def channel_empty(plan):
    plan.empty_channels = {(0, 3), (1, 3)}
    plan.node_kib = {id: kib * 7 // 8 for id, kib in plan.node_kib.items()}


def unprotected(plan):
    plan.mitigations = False
    plan.command_line += " mitigations=off"


def equal_neighbour(plan):
    plan.housekeeping = ""
    plan.others.append(Other(4242, "backup", "/system.slice/backup.service", 3, 0.7))
    plan.others.append(Other(4243, "backup", "/system.slice/backup.service", 13, 0.7))


def foreign_program(plan):
    plan.others.append(Other(4242, "backup", "/user.slice/user-1000.slice/session-3.scope", 11, 0.4))
    plan.others.append(Other(4243, "backup", "/user.slice/user-1000.slice/session-3.scope", 5, 0.5))


def hotspot(plan):
    plan.nics[0].cpus = "0"
    plan.softirq = {0: 0.35}


def flapping(plan):
    logged(*["mlx5_core 0000:21:00.0 eth0: Link down", "mlx5_core 0000:21:00.0 eth0: Link up"] * 6)(plan)
