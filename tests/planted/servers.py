"""The servers: processes, threads and what perf counted of them."""
from kernel_text import as_mask
from node import Command
from plan import Other, UPTIME, WINDOW


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


def limits_text(nofile, memlock):
    rows = [("Max cpu time", "unlimited", "unlimited", "seconds"), ("Max stack size", "8388608", "unlimited", "bytes"),
            ("Max processes", "unlimited", "unlimited", "processes"),
            ("Max open files", nofile, max(nofile, 524288), "files"), ("Max locked memory", *([memlock or "unlimited"] * 2), "bytes"),
            ("Max realtime priority", "0", "0", "")]
    return f"{'Limit':<26}{'Soft Limit':<21}{'Hard Limit':<21}Units     \n" + "".join(f"{name:<26}{soft:<21}{hard:<21}{unit:<10}\n" for name, soft, hard, unit in rows)


def add_process(node, service, pid, name, parent, arguments, links):
    """One process with its threads, the main thread first."""
    comm = name[:15]
    shares, pages, memory_policy = service.shares[name], service.pages[name], service.policies.get(name, "default")
    here = f"proc/{pid}/"
    started = 6000 + pid
    home = max(pages, key=pages.get) if service.process_cpus else service.node
    resident = sum(pages.values()) * 4 + 30000
    policy, priority = service.scheduling

    def thread_stat(number, at):
        share = shares[number]
        return stat_line(pid + number, comm, parent, len(shares), started, int(share * 100 * (5000 + at)),
                         service.seat(name, number), policy, priority, service.nice)

    def status(number, at):
        cpus = service.thread_cpus.get((name, number), service.cpus_of(name))
        return status_text(pid + number, comm, parent, len(shares), cpus, service.mems, resident, service.swapped_kib,
                           2000 * (100 + at), service.preemptions * (100 + at), tgid=pid)

    for number, share in enumerate(shares):
        task = f"{here}task/{pid + number}/"
        node.samples[task + "stat"] = {at: thread_stat(number, at) for at in range(0, WINDOW + 1, 5)}
        node.samples[task + "status"] = {at: status(number, at) for at in (0, WINDOW)}
        node.samples[task + "schedstat"] = {at: f"{int(share * 1e9 * (5000 + at))} "
                                            f"{int(share * service.run_delay * 1e9 * (5000 + at))} {900 * (5000 + at)}\n" for at in (0, WINDOW)}
    node.samples[here + "stat"] = {at: stat_line(pid, comm, parent, len(shares), started, int(sum(shares) * 100 * (5000 + at)),
                                                 service.seat(name, 0), policy, priority, service.nice) for at in (0, WINDOW)}
    node.samples[here + "status"] = {at: status(0, at) for at in (0, WINDOW)}
    node.files.update({here + "comm": comm + "\n", here + "cmdline": "\0".join(arguments) + "\0",
                       here + "cgroup": f"0::{service.group}\n", here + "limits": limits_text(service.nofile, service.memlock),
                       here + "oom_score_adj": "0\n", here + "schedstat": f"{int(shares[0] * 1e9 * 5000)} 900000 4500000\n",
                       here + "environ": "".join(f"{key}={value}\0" for key, value in service.environ.items()),
                       here + "mountinfo": f"30 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw\n"
                       f"31 30 0:26 / /dev/shm rw,nosuid,nodev shared:2 - tmpfs tmpfs rw,size={service.shm_bytes // 1024}k\n"})
    lines = f"55d0a0000000 {memory_policy} file=/opt/vllm/bin/python3.11 mapped=900 mapmax=4 N{home}=900 kernelpagesize_kB=4\n"
    places = " ".join(f"N{id}={count}" for id, count in sorted(pages.items()) if count)
    total = sum(pages.values())
    lines += f"55d0c0000000 {memory_policy} heap anon={total} dirty={total} {places} kernelpagesize_kB=4\n"
    lines += f"7ffd10000000 {memory_policy} stack anon=20 dirty=20 N{home}=20 kernelpagesize_kB=4\n"
    node.files[here + "numa_maps"] = lines
    for number, target in enumerate(["/dev/null", "socket:[41000]", "socket:[41001]", "anon_inode:[eventpoll]", *links]):
        node.links[f"{here}fd/{number}"] = target
    node.probes[f"worker-shm-{pid}"] = {"call": "statvfs(3)", "path": f"/proc/{pid}/root/dev/shm",
                                        "size_bytes": service.shm_bytes, "free_bytes": service.shm_bytes - 4096}


def arguments_of(service, name):
    if name == "llama-server":
        return ["/usr/bin/llama-server", "-m", "/models/m.gguf", "--port", str(service.port)]
    if name == "vllm":
        return ["/opt/vllm/bin/python3.11", "/opt/vllm/bin/vllm", "serve", "/models/llm", "--port", str(service.port),
                "--tensor-parallel-size", str(service.tensor_parallel)]
    return ["VLLM::EngineCore" if name == "VLLM::EngineCor" else name]


def add_servers(node, plan):
    workers = []
    for service in plan.services:
        for after, name in service.processes():
            parent = 1 if after == 0 else service.pid() + (20 if after > 20 else 0)
            held = [device for gpu in service.gpus_of(name) for device in ("/dev/nvidiactl", f"/dev/nvidia{gpu}", f"/dev/nvidia{gpu}")]
            add_process(node, service, service.pid() + after, name, parent, arguments_of(service, name), held)
            workers.append({"comm": name[:15], "found_by": "command_line",
                            "framework": "vllm" if service.command == "vllm" else "llama_cpp", "pid": service.pid() + after,
                            "ppid": parent, "role": "server", "start_time_ticks": 6000 + service.pid() + after})
    node.probes["discovery"] = {"gpu_devices": ["nvidia0", "nvidia1"] if plan.has_gpus else [], "method": "command_line",
                                "not_seen": [], "patterns": [], "processes": 120, "selector": None,
                                "taken_ns": (UPTIME - 1) * 10**9, "workers": workers}
    node.probes["discovery-after"] = {"taken_ns": (UPTIME + WINDOW + 1) * 10**9,
                                      "workers": [{"pid": w["pid"], "start_time_ticks": w["start_time_ticks"],
                                                   "state": "present"} for w in workers]}
    for other in [Other(1, "systemd", "/init.scope", 0, 0.0), Other(2, "kthreadd", "/", 0, 0.0), *plan.others]:
        node.samples[f"proc/{other.pid}/stat"] = {
            at: stat_line(other.pid, other.name, int(other.pid > 2), 1, 10, int(other.share * 100 * (5000 + at)), other.cpu)
            for at in (0, WINDOW)}
        node.files[f"proc/{other.pid}/cgroup"] = f"0::{other.group}\n"
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
