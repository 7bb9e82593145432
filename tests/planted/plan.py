"""How a node is, in a few numbers."""
from kernel_text import numbers


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
