#!/usr/bin/env python3
"""What the collector sees on a real kernel with two sockets: the same load free, pinned right, pinned to the far node, and moved
away from its memory. tests/guest/run_guest.sh boots the guest; numastat and /proc in it are the oracles.

    placement.py GUEST_DIRECTORY [OUT]     the directory is what make_tree.sh made; OUT keeps the bundles

Memory has no distance in an emulator, and time means little: no speed is looked at."""
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ihc_test import BUILD, SOURCE, check, equal, facts_of, finish, ihc, skip, temporary_directory

HERE = pathlib.Path(__file__).resolve().parent
STATIC = BUILD.parent / "static" / "ihc"
MIB = 1 << 20
DEVICE_NODE = 1


def boot(guest, out):
    program = STATIC if STATIC.exists() else BUILD / "ihc"
    outcome = subprocess.run([HERE / "run_guest.sh", guest, HERE / "placement.sh", out, program, HERE / "placement_load.py"],
                             env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "IHC_GUEST_TIMEOUT": "900"})
    log = pathlib.Path(out, "log")
    equal(outcome.returncode, 0, "the guest did its work" + ("" if outcome.returncode == 0 or not log.exists() else log.read_text()[-600:]))


def read_numastat(path):
    """MiB of each node, as `numastat -p` has it in its last line."""
    total = next(line for line in path.read_text().splitlines() if line.startswith("Total"))
    return [float(word) for word in total.split()[1:-1]]


def look(out, name):
    bundle = pathlib.Path(out, f"{name}.ihc.tar.zst")
    equal(ihc("verify", bundle, "--quiet").returncode, 0, f"{name}: the bundle is whole")
    facts = facts_of(bundle)
    equal([worker["unit"] for worker in facts["workers"]], [f"load-{name}.service"], f"{name}: one worker, of its unit")
    return facts, facts["workers"][0]


def same_as_the_oracles(out, name, worker):
    numastat = read_numastat(pathlib.Path(out, f"{name}.numastat"))
    for node, mebibytes in enumerate(numastat):
        seen = worker["bytes_by_node"].get(str(node), 0) / MIB
        check(abs(seen - mebibytes) <= max(8, 0.25 * mebibytes), f"{name}: node {node} holds {seen:.0f} MiB, numastat says {mebibytes:.0f}")
    allowed = pathlib.Path(out, f"{name}.allowed").read_text().split()[-1]
    equal(worker["cpus_allowed"], allowed, f"{name}: the CPUs that it may use")


def share_on(worker, node):
    pages = {int(key): value for key, value in worker["bytes_by_node"].items()}
    return pages.get(node, 0) / max(1, sum(pages.values()))


def service_of(facts, name):
    return next(service for service in facts["services"] if service["unit"] == f"load-{name}.service")


def series_of(facts, name):
    return [row for row in facts.get("series", {}).get("rows", []) if row["name"] == name]


def devices(facts):
    equal(facts["topology"]["package_count"], 2, "two sockets")
    equal([node["cpus"] for node in facts["topology"]["numa_nodes"]], ["0-3", "4-7"], "two nodes of four CPUs")
    nics = [nic for nic in facts["nics"] if nic.get("numa_node") == DEVICE_NODE]
    equal(len(nics), 1, "the network card hangs off node 1")
    irqs = [irq for irq in facts["irqs"] if irq.get("device") == nics[0]["address"]]
    check(irqs and all(irq.get("effective_affinity") or irq.get("affinity") for irq in irqs), f"its {len(irqs)} interrupts and their CPUs are known")


def pinned(out, name, node, cpus):
    facts, worker = look(out, name)
    same_as_the_oracles(out, name, worker)
    equal(worker["cpus_allowed"], cpus, f"{name}: pinned to {cpus}")
    check(share_on(worker, node) > 0.95, f"{name}: {share_on(worker, node):.0%} of its memory on node {node}")
    equal(worker.get("cross_node_sample_share"), 0.0, f"{name}: never seen on another node than before")
    unit = service_of(facts, name)
    equal((unit["properties"]["CPUAffinity"], unit["properties"]["NUMAPolicy"]), (cpus, "bind"), f"{name}: as the unit asks")
    return facts


def free(out):
    facts, worker = look(out, "free")
    same_as_the_oracles(out, "free", worker)
    devices(facts)
    check(worker["cpu_samples"] >= 20, f"free: {worker['cpu_samples']} readings of CPUs in use")
    check(worker["nodes_used"] == "0-1", f"free: seen on nodes {worker['nodes_used']}")
    check(worker.get("cross_node_sample_share") is not None, f"free: on another node than before in {worker.get('cross_node_sample_share')} of the readings")
    check(len(facts["perf"].get("sched_latency", [])) > 3, f"free: perf sched saw {len(facts['perf'].get('sched_latency', []))} tasks")
    check(series_of(facts, "run_delay") or series_of(facts, "run_delay_ms_per_s"), "free: waiting second by second")


def traced(out):
    facts = facts_of(pathlib.Path(out, "trace.ihc.tar.zst"))
    traces = facts.get("traces", {})
    check(traces, f"trace: the kernel's tracepoints told of {sorted(traces)}")
    for name in ("task_moves", "page_moves", "policy_calls"):
        reason = facts["missing"].get(f"/traces/{name}", {}).get("reason")
        check(name in traces or reason == "timed_out", f"trace: {name} was counted, or its program took too long: {reason}")
    for move in traces.get("page_moves", {}).get("moves", []):
        if "worker_pid" in move:
            check(move["reason"] == "numa_misplaced", f"trace: {move['pages_moved']} pages of the worker moved: {move['reason']}")


def drift(out):
    facts, worker = look(out, "drift")
    equal(worker["cpus_allowed"], "4-7", "drift: moved to node 1")
    equal(service_of(facts, "drift")["properties"]["CPUAffinity"], "0-3", "drift: though its unit asks for node 0")
    moved = facts["numa_memory"]["vmstat_delta"]
    check(moved.get("numa_pages_migrated", 0) > 0 or share_on(worker, 1) > 0.2,
          f"drift: NUMA balancing moved {moved.get('numa_pages_migrated')} pages, {share_on(worker, 1):.0%} is on node 1 at the end")


if len(sys.argv) < 2 or not pathlib.Path(sys.argv[1], "vmlinuz").exists():
    skip("needs the guest that tests/guest/make_tree.sh makes")
with temporary_directory() as directory:
    out = sys.argv[2] if len(sys.argv) > 2 else f"{directory}/out"
    boot(sys.argv[1], out)
    if pathlib.Path(out, "drift.ihc.tar.zst").exists():
        free(out)
        traced(out)
        pinned(out, "right", 1, "4-7")
        wrong = pinned(out, "wrong", 0, "0-3")
        drift(out)
finish()
