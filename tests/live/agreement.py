#!/usr/bin/env python3
"""Facts of this very machine and of a live multi-threaded worker, against lscpu, numactl, /proc and taskset."""
import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ihc_test import Worker, check, cpu_list, equal, facts_of, finish, ihc, need_tools, run, temporary_directory

need_tools("lscpu", "numactl", "taskset")


def lscpu_fields():
    fields = {}

    def walk(entries):
        for entry in entries:
            fields[entry["field"].rstrip(":")] = entry["data"]
            walk(entry.get("children", []))

    walk(json.loads(run(["lscpu", "-J"]).stdout)["lscpu"])
    return fields


def compare_topology(topology):
    fields = lscpu_fields()
    equal(cpu_list(topology["cpus_online"]), cpu_list(fields["On-line CPU(s) list"]), "online CPUs as lscpu has them")
    equal(topology["cpu_vendor"], fields["Vendor ID"], "CPU vendor")
    equal(topology["cpu_model"], fields["Model name"], "CPU model")
    equal(topology["threads_per_core"], int(fields["Thread(s) per core"]), "threads per core")
    equal(len(topology["packages"]), int(fields["Socket(s)"]), "packages")
    equal(topology["cores"], int(fields["Socket(s)"]) * int(fields["Core(s) per socket"]), "cores")
    equal(topology["cpu_node_count"], int(fields["NUMA node(s)"]), "NUMA nodes")
    for node in topology["numa_nodes"]:
        equal(cpu_list(node["cpus"]), cpu_list(fields[f"NUMA node{node['id']} CPU(s)"] or ""), f"CPUs of node {node['id']}")
    rows = run(["lscpu", "-p=CPU,CORE,SOCKET"]).stdout.splitlines()
    cores = {}
    for row in rows:
        if not row.startswith("#"):
            cpu, core, socket = (int(value) for value in row.split(","))
            cores.setdefault((socket, core), set()).add(cpu)
    equal(sorted(map(sorted, map(cpu_list, topology["core_siblings"]))), sorted(map(sorted, cores.values())), "SMT siblings")
    caches = json.loads(run(["lscpu", "-B", "--caches=NAME,ONE-SIZE,LEVEL", "-J"]).stdout)["caches"]
    for cache in caches:
        sizes = {c.get("size_bytes") for c in topology["caches"] if c["level"] == int(cache["level"])}
        check(int(cache["one-size"]) in sizes, f"{cache['name']} of {cache['one-size']} bytes is among {sizes}")


def compare_numactl(topology):
    text = run(["numactl", "--hardware"]).stdout
    for node in topology["numa_nodes"]:
        cpus = re.search(rf"^node {node['id']} cpus:(.*)$", text, re.M).group(1)
        equal(cpu_list(node["cpus"]), set(map(int, cpus.split())), f"numactl's CPUs of node {node['id']}")
        size = int(re.search(rf"^node {node['id']} size: (\d+) MB$", text, re.M).group(1))
        equal(node["memory_total_bytes"] // 2**20, size, f"numactl's memory of node {node['id']} in MB")
        distances = re.search(rf"^ *{node['id']}: +(.*)$", text, re.M).group(1).split()
        equal([node["distances"][key] for key in sorted(node["distances"], key=int)], list(map(int, distances)),
              f"numactl's distances of node {node['id']}")


def status_fields(path):
    return dict(line.split(":\t", 1) for line in pathlib.Path(path).read_text().splitlines() if ":\t" in line)


def compare_worker(worker, pid):
    status = status_fields(f"/proc/{pid}/status")
    equal(worker["pid"], pid, "worker's PID")
    equal(worker["thread_count"], int(status["Threads"]), "threads")
    equal(worker["mems_allowed"], status["Mems_allowed_list"].strip(), "allowed nodes")
    equal(worker["name"], status["Name"], "name")
    rss = int(status["VmRSS"].split()[0]) * 1024
    check(abs(worker["resident_bytes"] - rss) < 0.1 * rss, f"resident bytes {worker['resident_bytes']} near {rss}")
    placed = sum(worker["bytes_by_node"].values())
    check(32 * 2**20 <= placed <= rss * 1.05, f"placed bytes {placed} hold the 32 MiB block and not more than is resident")
    tids = sorted(int(p.name) for p in pathlib.Path(f"/proc/{pid}/task").iterdir())
    equal([thread["tid"] for thread in worker["threads"]], tids, "thread ids")
    for thread in worker["threads"]:
        text = run(["taskset", "-pc", thread["tid"]]).stdout
        equal(cpu_list(thread["cpus_allowed"]), cpu_list(text.rsplit(":", 1)[1]), f"affinity of thread {thread['tid']} as taskset has it")
    check(any(thread["cpu_ms"] > 0 for thread in worker["threads"]), "some thread used CPU time in the window")
    check(worker["voluntary_switches"] > 0, f"{worker['voluntary_switches']} voluntary switches in the window")
    check(len({thread["cpus_allowed"] for thread in worker["threads"]}) == len(worker["distinct_thread_cpus_allowed"]),
          "the distinct masks are those of the threads")


def interrupt_counts():
    """Label → count of all CPUs, as awk would read /proc/interrupts."""
    rows = pathlib.Path("/proc/interrupts").read_text().splitlines()
    columns = len(rows[0].split())
    counts = {}
    for row in rows[1:]:
        label, rest = row.split(":", 1)
        values = rest.split()[:columns]
        counts[label.strip()] = sum(int(value) for value in values if value.isdigit())
    return counts


def compare_interrupts(facts, before, after):
    found = {irq["irq"]: irq for irq in facts["irqs"]}
    equal(sorted(found), sorted(after), "rows of /proc/interrupts")
    for label, irq in found.items():
        check(before.get(label, 0) <= irq["total"] <= after[label], f"interrupts {label}: {irq['total']} lies between two readings")
        path = pathlib.Path(f"/proc/irq/{label}/effective_affinity_list")
        if path.exists() and "effective_affinity" in irq:
            equal(cpu_list(irq["effective_affinity"]), cpu_list(path.read_text()), f"effective affinity of {label}")
    timers = found.get("LOC", {}).get("total_delta")
    check(timers is None or timers > 0, f"{timers} timer interrupts in the window")


def compare_network(facts):
    for nic in facts["nics"]:
        sysfs = pathlib.Path("/sys/class/net") / nic["name"]
        equal(nic["mtu"], int((sysfs / "mtu").read_text()), f"MTU of {nic['name']}")
        queues = sorted(path.name for path in (sysfs / "queues").iterdir())
        names = {queue["name"] for queue in nic["queues"]}  # a lone queue has no XPS: its file answers with an error
        check(names <= set(queues) and any(name.startswith("rx") for name in names), f"queues {names} of {nic['name']}")
        check(nic["statistics"]["rx_bytes"] <= int((sysfs / "statistics/rx_bytes").read_text()), f"bytes received by {nic['name']}")
    online = cpu_list(facts["topology"]["cpus_online"])
    equal({row["cpu"] for row in facts["network"]["softnet"]}, online, "CPUs of softnet_stat")
    equal({int(cpu["cpu"]) for cpu in facts["pressure"]["cpus"]}, online, "CPUs of /proc/stat")


with temporary_directory() as directory, Worker() as worker:
    interrupts_before = interrupt_counts()
    bundle = f"{directory}/live.ihc.tar.zst"
    outcome = ihc("collect", "--pid", worker.pid, "--window", "2", "-o", bundle, "--quiet")
    equal(outcome.returncode, 0, f"collect ends well {outcome.stderr.strip()}")
    facts = facts_of(bundle)
    compare_interrupts(facts, interrupts_before, interrupt_counts())
    compare_network(facts)
    compare_topology(facts["topology"])
    compare_numactl(facts["topology"])
    found = [w for w in facts["workers"] if w["pid"] == worker.pid]
    equal(len(found), 1, "the worker is found once")
    if found:
        compare_worker(found[0], worker.pid)
    equal(facts["kernel"]["release"], run(["uname", "-r"]).stdout.strip(), "kernel release")
    equal(facts["node"]["hostname"], run(["uname", "-n"]).stdout.strip(), "host name")
finish()
