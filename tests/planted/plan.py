"""How a node is, in a few numbers."""
from kernel_text import numbers


WINDOW = 30
UPTIME = 259200  # three days at the start of the window
BOOTED = 1794988800  # seconds since 1970
GIB = 1 << 30
PAGE = 4096

# Two sockets of four cores with two threads each. The first core of each is left to the rest of the machine.
NODE_CPUS = {0: "0-3,8-11", 1: "4-7,12-15"}
COMPLEXES = ["0-1,8-9", "2-3,10-11", "4-5,12-13", "6-7,14-15"]  # where two cores share an L3
HOUSEKEEPING = "0,4,8,12"
NODE_KIB = 134217728
GPU_ADDRESSES = ["0000:41:00.0", "0000:c1:00.0"]
PORTS = {"0000:41:00.0": "0000:40:01.1", "0000:c1:00.0": "0000:c0:01.1", "0000:21:00.0": "0000:20:01.1",
         "0000:a1:00.0": "0000:a0:01.1"}


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
                       "llama-server": [0.9, 0.9, 0.9, 0.05]}  # of a CPU, by thread
        self.seats = {"vllm": [1, 4, 4], "VLLM::EngineCor": [0, 2, 5, 3],
                      "llama-server": [0, 1, 2, 4]}  # which of its CPUs each thread was last seen on
        self.process_cpus = {}  # process → CPUs, where it is not those of the service
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
        self.memlock = None  # bytes; None: no limit
        self.environ = {"LANG": "C.UTF-8", "OMP_NUM_THREADS": "4"}
        self.shm_bytes = 16 * GIB
        self.tensor_parallel = 1
        self.quota = None  # CPUs' worth of time
        self.throttled = 0  # share of periods
        self.pressure = {"cpu": (0.002, 0.0), "memory": (0.0, 0.0), "io": (0.0, 0.0)}  # some, full
        self.memory_events = {}  # growth in the window
        self.unit = f"vllm@{index}.service"
        self.group = f"/inference.slice/{self.unit}"
        self.allowed_cpus = cpus  # the unit's property; empty: no cpuset
        self.allowed_mems = str(index)
        self.cpu_affinity = ""
        self.exec_start = ""
        self.need_reload = "no"
        self.unit_changed = UPTIME - 259200 + BOOTED - 1000
        self.command = "vllm"

    def processes(self):
        """(its number after the first one's, its name) of each; the first starts the engine, and that its workers."""
        if self.command != "vllm":
            return [(0, self.command)]
        workers = [(30 + 10 * rank, f"VLLM::Worker_TP{rank}") for rank in range(self.tensor_parallel)]
        return [(0, "vllm"), (20, "VLLM::EngineCor"), *(workers if self.tensor_parallel > 1 else [])]

    def pid(self):
        return 2000 + 100 * self.index

    def gpus_of(self, name):
        """The GPUs that a process has open: with more than one, each belongs to a worker process of its own."""
        if self.tensor_parallel > 1:
            return [int(name[-1])] if "Worker" in name else []
        return [self.gpu] if name == "VLLM::EngineCor" else []

    def cpus_of(self, name):
        return self.process_cpus.get(name, self.cpus)

    def seat(self, name, number):
        """The CPU on which a thread was last seen."""
        last = numbers(self.thread_cpus.get((name, number)) or self.last_cpus.get(name) or self.cpus_of(name))
        return last[(self.seats[name][number] + 4 * self.index) % len(last)]

    def busy(self):
        """The share of a CPU that all its threads use."""
        return sum(sum(self.shares[name]) for _, name in self.processes())

    def effective_cpus(self):
        return self.allowed_cpus or "0-15"

    def effective_mems(self):
        return self.allowed_mems or "0-1"


class Other:
    """A process beside the servers."""

    def __init__(self, pid, name, group, cpu, share):
        self.pid, self.name, self.group, self.cpu, self.share = pid, name, group, cpu, share


class Nic:
    """A network interface of one port."""

    def __init__(self, name, address, node, cpus):
        self.name, self.address, self.node = name, address, node
        self.cpus = cpus  # of its queues, in turn
        self.queues = 2
        self.rate = 3000  # interrupts a second and queue
        self.load = 1.0  # its traffic, of 100 MB a second
        self.growth = {}  # file → growth in the window
        self.driver_growth = {}  # the driver's own counters


class Plan:
    """How a node is. As made, nothing is wrong with it."""

    def __init__(self):
        self.is_vm = False
        self.maker = "intel"
        self.l3_cpus = list(NODE_CPUS.values())
        self.kubelet = None
        self.has_gpus = True
        self.services = [Service(0, "1-3,9-11"), Service(1, "5-7,13-15")]
        self.node_kib = {0: NODE_KIB, 1: NODE_KIB}
        self.node_cpus = dict(NODE_CPUS)
        self.package_of = {cpu: node for node, cpus in NODE_CPUS.items() for cpu in numbers(cpus)}
        self.memory_only_node = None  # GiB of memory on a node 2 without CPUs
        self.gpu_addresses = list(GPU_ADDRESSES)
        self.gpu_nodes = [0, 1]
        self.command_line = "BOOT_IMAGE=/boot/vmlinuz-6.1.0-40-amd64 root=/dev/nvme0n1p2 ro quiet"
        self.isolated = ""
        self.nohz_full = ""
        self.driver = "intel_cpufreq"
        self.governors = {cpu: "performance" for cpu in range(16)}
        self.epp = "performance"
        self.boost = 1
        self.max_khz = {cpu: 3500000 for cpu in range(16)}
        self.deep_idle = False
        self.throttled = {}  # CPU → times in the window
        self.tuned = "throughput-performance"
        self.managers = set()  # active ones beside tuned
        self.mitigations = True
        self.settings = {"kernel/numa_balancing": 0, "vm/zone_reclaim_mode": 0, "vm/swappiness": 1}
        self.thp = ("madvise", "madvise")
        self.clocksource = "tsc"
        self.swap_kib = 4194300
        self.steal = 0.0  # share of every CPU
        self.vmstat_rates = {}  # name → growth a second
        self.vmstat_bursts = {}  # name → {second: growth}
        self.vmstat_base = {}
        self.numastat_rates = {}  # (node, name) → growth a second
        self.nics = [Nic("eth0", "0000:21:00.0", 0, "0,8"), Nic("eth1", "0000:a1:00.0", 1, "4,12")]
        self.delivered = {}  # interrupt → CPU, where that is not the one asked for
        self.softirq = {}  # CPU → share of its time
        self.banned_cpus = "1-3,5-7,9-11,13-15"
        self.softnet = {}  # (cpu, column) → growth in the window
        self.net_growth = {}  # "TcpExt.ListenOverflows" → growth in the window
        self.log = []
        self.gpus = [{}, {}]  # what differs from a healthy GPU's report
        self.gpu_path = "NV12"  # from one GPU to the other
        self.gpu_processes = []  # (GPU, process, its name) beside the servers
        self.one_switch = False  # both GPUs below one PCIe switch
        self.redirecting = False  # whose ports send traffic between peers up
        self.iommu = "identity"
        self.smi = None  # what nvidia-smi says in place of its report
        self.listed = 2
        self.nvlink_down = set()  # (gpu, link)
        self.services_gpu = {}
        self.nvswitch = False
        self.perf_running = {}  # event → share of time on a counter
        self.migrations_rate = 1.0
        self.perf_texts = {}  # more that somebody saved: only an import brings that
        self.waiting_requests = 0  # in the queue of each server
        self.steal_share = 0.01  # steals of its async runtime, of all polls
        self.cost_seconds = 0.9
        self.free_share = {0: 0.5, 1: 0.5}  # of a node's memory
        self.cache_share = {0: 0.06, 1: 0.06}  # of it, inactive page cache
        self.huge_pages = {0: 0, 1: 0}  # of 2 MiB, all free
        self.dimm_speed = 3200
        self.empty_channels = set()
        self.corrected = self.uncorrected = 0  # memory errors of one module
        self.memory_traffic = 3.0e10  # bytes a second and socket
        self.traffic_control = True  # what is not a server gets half of the memory traffic
        self.housekeeping = HOUSEKEEPING  # where system.slice, user.slice and init.scope may run; empty: anywhere
        self.others = [Other(700, "irqbalance", "/system.slice/irqbalance.service", 0, 0.002)]

    def node_ids(self):
        return sorted(self.node_cpus) + ([2] if self.memory_only_node else [])

    def housekeeping_cpu(self, on):
        """The first CPU of a node."""
        return numbers(self.node_cpus.get(on) or self.node_cpus[0])[0]
