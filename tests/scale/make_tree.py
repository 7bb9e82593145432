#!/usr/bin/env python3
"""Writes the /proc and /sys of a machine of any size, for `ihc collect --root`.

    make_tree.py FOLDER CPUS        nodes: one for 64 CPUs; interrupts: 4 a CPU; worker threads: 10 a CPU, 160 in a process
"""
import pathlib
import sys

CPUS_OF_A_NODE = 64
THREADS_OF_A_WORKER = 160


class Tree:
    def __init__(self, folder, cpus):
        self.root = pathlib.Path(folder)
        self.cpus = cpus
        self.nodes = max(1, cpus // CPUS_OF_A_NODE)

    def put(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def write(self):
        self.topology()
        self.frequency()
        self.interrupts()
        self.kernel()
        self.workers()

    def topology(self):
        everything = f"0-{self.cpus - 1}\n"
        for name in ("online", "present", "possible"):
            self.put(f"sys/devices/system/cpu/{name}", everything)
        for cpu in range(self.cpus):
            base = f"sys/devices/system/cpu/cpu{cpu}"
            node = cpu // CPUS_OF_A_NODE if self.nodes > 1 else 0
            sibling = cpu ^ 1
            pair = f"{min(cpu, sibling)}-{max(cpu, sibling)}\n"
            first = node * CPUS_OF_A_NODE
            package = f"{first}-{min(first + CPUS_OF_A_NODE, self.cpus) - 1}\n"
            self.put(f"{base}/topology/physical_package_id", f"{node}\n")
            self.put(f"{base}/topology/core_id", f"{cpu // 2}\n")
            self.put(f"{base}/topology/die_id", "0\n")
            for name in ("thread_siblings_list", "core_cpus_list"):
                self.put(f"{base}/topology/{name}", pair)
            for name in ("core_siblings_list", "package_cpus_list"):
                self.put(f"{base}/topology/{name}", package)
            for index, (level, kind, size, shared) in enumerate(
                    ((1, "Data", "48K", pair), (1, "Instruction", "32K", pair), (2, "Unified", "2048K", pair), (3, "Unified", "32768K", package))):
                cache = f"{base}/cache/index{index}"
                self.put(f"{cache}/level", f"{level}\n")
                self.put(f"{cache}/type", f"{kind}\n")
                self.put(f"{cache}/size", f"{size}\n")
                self.put(f"{cache}/shared_cpu_list", shared)
        for node in range(self.nodes):
            base = f"sys/devices/system/node/node{node}"
            first = node * CPUS_OF_A_NODE
            self.put(f"{base}/cpulist", f"{first}-{min(first + CPUS_OF_A_NODE, self.cpus) - 1}\n")
            self.put(f"{base}/distance", " ".join("10" if node == other else "21" for other in range(self.nodes)) + "\n")
            self.put(f"{base}/meminfo", f"Node {node} MemTotal:       131072000 kB\nNode {node} MemFree:        65536000 kB\n")
            self.put(f"{base}/numastat", "numa_hit 100\nnuma_miss 0\nnuma_foreign 0\ninterleave_hit 0\nlocal_node 100\nother_node 0\n")
        for name in ("online", "possible", "has_cpu", "has_memory", "has_normal_memory"):
            self.put(f"sys/devices/system/node/{name}", f"0-{self.nodes - 1}\n" if self.nodes > 1 else "0\n")

    def frequency(self):
        for cpu in range(self.cpus):
            base = f"sys/devices/system/cpu/cpu{cpu}/cpufreq"
            for name, text in (("scaling_driver", "intel_pstate"), ("scaling_governor", "performance"), ("scaling_min_freq", "800000"),
                               ("scaling_max_freq", "3800000"), ("cpuinfo_max_freq", "3800000"), ("cpuinfo_min_freq", "800000"),
                               ("affected_cpus", str(cpu)), ("scaling_available_governors", "performance powersave")):
                self.put(f"{base}/{name}", text + "\n")

    def interrupts(self):
        heading = " " * 12 + "".join(f"{'CPU' + str(cpu):>11}" for cpu in range(self.cpus))
        rows = [heading]
        for irq in range(4 * self.cpus):
            target = irq % self.cpus
            counts = "".join(f"{1000 if cpu == target else 0:>11}" for cpu in range(self.cpus))
            rows.append(f"{irq:>11}:{counts}  PCI-MSI {irq}-edge      nvme{irq // 128}q{irq % 128}")
            self.put(f"proc/irq/{irq}/smp_affinity_list", f"{target}\n")
            self.put(f"proc/irq/{irq}/effective_affinity_list", f"{target}\n")
            self.put(f"proc/irq/{irq}/node", f"{target // CPUS_OF_A_NODE if self.nodes > 1 else 0}\n")
        self.put("proc/interrupts", "\n".join(rows) + "\n")
        times = "".join(f"cpu{cpu} 1000 0 500 90000 10 0 5 0 0 0\n" for cpu in range(self.cpus))
        self.put("proc/stat", "cpu  1000 0 500 90000 10 0 5 0 0 0\n" + times + "ctxt 123456\nbtime 1790000000\n")

    def kernel(self):
        for path, text in (("proc/sys/kernel/osrelease", "6.8.0\n"), ("proc/sys/kernel/hostname", "large\n"), ("proc/cmdline", "quiet\n"),
                           ("proc/version", "Linux version 6.8.0\n"), ("proc/meminfo", "MemTotal: 131072000 kB\nMemAvailable: 1000 kB\n"),
                           ("proc/uptime", "1000.00 900.00\n"), ("proc/sys/kernel/numa_balancing", "0\n"),
                           ("proc/sys/kernel/random/boot_id", "11111111-2222-3333-4444-555555555555\n")):
            self.put(path, text)

    def workers(self):
        threads = 10 * self.cpus
        for number in range((threads + THREADS_OF_A_WORKER - 1) // THREADS_OF_A_WORKER):
            pid = 10000 + number * 1000
            base = f"proc/{pid}"
            self.put(f"{base}/cmdline", "python3\0-m\0vllm.entrypoints.openai.api_server\0")
            self.put(f"{base}/comm", "python3\n")
            self.put(f"{base}/cgroup", f"0::/system.slice/vllm-{number}.service\n")
            self.put(f"{base}/stat", self.stat(pid, number))
            self.put(f"{base}/status", self.status(pid))
            for thread in range(min(THREADS_OF_A_WORKER, threads - number * THREADS_OF_A_WORKER)):
                task = f"{base}/task/{pid + thread}"
                self.put(f"{task}/stat", self.stat(pid + thread, thread % self.cpus))
                self.put(f"{task}/status", self.status(pid + thread))
                self.put(f"{task}/schedstat", "1000000 1000 100\n")

    def stat(self, pid, cpu):
        return f"{pid} (python3) S 1 {pid} {pid} 0 -1 4194304 1 0 0 0 500 100 0 0 20 0 1 0 5000 1 1 1 1 1 1 1 1 1 1 1 1 1 0 0 17 {cpu % self.cpus} 0 0 0 0 0\n"

    def status(self, pid):
        return (f"Name:\tpython3\nPid:\t{pid}\nPPid:\t1\nUid:\t0\t0\t0\t0\nThreads:\t{THREADS_OF_A_WORKER}\nCpus_allowed_list:\t0-{self.cpus - 1}\n"
                f"Mems_allowed_list:\t0-{self.nodes - 1}\nvoluntary_ctxt_switches:\t10\nnonvoluntary_ctxt_switches:\t1\n")


if __name__ == "__main__":
    Tree(sys.argv[1], int(sys.argv[2])).write()
