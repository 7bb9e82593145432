#!/usr/bin/env python3
"""Counters in turns: perf on the workers, per socket and per node, and what stands in for it.

Real here: software events of the real perf, and this program's own counters where perf is taken away. Hardware events exist on no virtual
machine: those are *replayed* by a stand-in perf that prints counts recorded on a machine of two sockets, below a CPU that claims to be one."""
import json
import os
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ihc_test import IHC, Worker, check, equal, facts_of, finish, ihc, manifest_of, run, skip, temporary_directory

if os.geteuid() != 0 or run(["unshare", "-m", "true"]).returncode != 0:
    skip("counters of the whole machine and stand-ins need root and a mount namespace")

PASSES = ["perf-stat", "perf-stat-sockets", "perf-stat-caches", "perf-stat-memory", "perf-stat-nodes"]

# Counts of a node of two sockets and 224 CPUs, recorded per socket; the DRAM events in their proportions are ours.
STAND_IN = r"""#!/bin/bash
# perf stat counts until it is interrupted, and then prints.
echo "$(date +%s.%N) $*" >>"$(dirname "$0")/calls"
print() {
  case "$*" in
    *--per-socket*) cat <<'TEXT'
S0,112,44802562.79,msec,cpu-clock,44802562790000,100.00,112.001,CPUs utilized
S0,112,6887216716185,,cycles,44802562790000,100.00,0.154,GHz
S0,112,8197017132747,,instructions,44802562790000,100.00,1.19,insn per cycle
S0,112,88691507617,,cache-misses,44802562790000,100.00,,
S1,112,44802438.01,msec,cpu-clock,44802438010000,100.00,112.001,CPUs utilized
S1,112,6663897418596,,cycles,44802438010000,100.00,0.149,GHz
S1,112,7860064097764,,instructions,44802438010000,100.00,1.18,insn per cycle
S1,112,81158042228,,cache-misses,44802438010000,100.00,,
TEXT
    ;;
    *--per-node*) cat <<'TEXT'
N0,112,44802562.79,msec,cpu-clock,44802562790000,100.00,112.001,CPUs utilized
N0,112,1000000000,,mem_inst_retired.all_loads,44802562790000,100.00,,
N0,112,900000,,mem_load_l3_miss_retired.local_dram,44802562790000,100.00,,
N0,112,100000,,mem_load_l3_miss_retired.remote_dram,44802562790000,100.00,,
N1,112,44802438.01,msec,cpu-clock,44802438010000,100.00,112.001,CPUs utilized
N1,112,1000000000,,mem_inst_retired.all_loads,44802438010000,100.00,,
N1,112,500000,,mem_load_l3_miss_retired.local_dram,44802438010000,100.00,,
N1,112,500000,,mem_load_l3_miss_retired.remote_dram,44802438010000,100.00,,
TEXT
    ;;
    *remote_dram*) cat <<'TEXT'
1000.00,msec,task-clock,1000000000,100.00,1.000,CPUs utilized
1000000000,,mem_inst_retired.all_loads,1000000000,100.00,,
800000,,mem_load_l3_miss_retired.local_dram,1000000000,100.00,,
200000,,mem_load_l3_miss_retired.remote_dram,1000000000,100.00,,
TEXT
    ;;
    *cache-references*) cat <<'TEXT'
1000.00,msec,task-clock,1000000000,100.00,1.000,CPUs utilized
1000000,,instructions,1000000000,100.00,,
4000,,cache-references,1000000000,100.00,,
1000,,cache-misses,1000000000,100.00,,
TEXT
    ;;
    *) cat <<'TEXT'
1000.00,msec,task-clock,1000000000,100.00,1.000,CPUs utilized
400,,context-switches,1000000000,100.00,,
8,,cpu-migrations,1000000000,100.00,,
0,,page-faults,1000000000,100.00,,
3000000,,cycles,1000000000,100.00,,
4500000,,instructions,1000000000,100.00,,
TEXT
    ;;
  esac
}
arguments="$*"
trap 'print "$arguments"; exit 0' INT
while :; do sleep 0.05; done
"""
CPUINFO = "processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 143\nmodel name\t: Intel(R) Xeon(R) Platinum 8480+\n"


def collect(bundle, worker, window, wrap=()):
    outcome = run([*wrap, IHC, "collect", "--quiet", "--pid", worker.pid, "--window", window, "--only", "perf,workers,topology,node", "-o", bundle])
    check(outcome.returncode in (0, 4), f"{pathlib.Path(bundle).name}: collected {outcome.stderr.strip()[-200:]}")
    facts = facts_of(bundle)
    return {command["slug"]: command for command in manifest_of(bundle)["commands"]}, facts


def runs_of(facts):
    return {run["label"]: run for run in facts["perf"].get("runs", [])}


def passes_of(facts):
    return {made["name"]: made for made in facts["perf"].get("passes", [])}


def in_a_namespace(*commands):
    """Something in another's place, for one program and what it starts."""
    return ["unshare", "-m", "bash", "-c", " && ".join(commands) + " && exec \"$@\"", "run"]


def real_perf(directory, worker):
    if shutil.which("perf") is None:
        print("not shown: perf is not installed")
        return
    commands, facts = collect(f"{directory}/real.ihc.tar.zst", worker, 4)
    runs = runs_of(facts)
    switches = runs["perf-stat"].get("context_switches_per_second", 0)
    check(switches > 10, f"the worker's switches: {switches:.0f} a second")
    check(runs["perf-stat"]["events"]["task-clock"]["value"] > 100, "and its time on CPUs")
    sockets = {label: found for label, found in runs.items() if label.startswith("perf-stat-sockets")}
    check(all(found["scope"].startswith("socket:") for found in sockets.values()) and sockets, f"a run a socket: {sorted(sockets)}")
    clock = sum(found["events"]["cpu-clock"]["value"] for found in sockets.values()) / 1000
    seconds = next(iter(sockets.values()))["seconds"]
    check(0.6 * os.cpu_count() * seconds < clock < 1.4 * os.cpu_count() * seconds, f"of all CPUs: {clock:.2f} s in {seconds:.2f} s")
    passes = passes_of(facts)
    equal(list(passes), PASSES, "every pass is told of")
    check(abs(passes["perf-stat-caches"]["began_seconds"] - 1) < 0.8, f"the second quarter begins when it should: {passes['perf-stat-caches']}")
    check(passes["perf-stat-caches"]["seconds"] < 2.5, "and ends when it should")
    if not os.path.exists("/sys/bus/event_source/devices/cpu"):
        equal(passes["perf-stat-memory"]["reason"], "event_unsupported", "without hardware counters nobody asks for memory events")


def short_window(directory, worker):
    _, facts = collect(f"{directory}/short.ihc.tar.zst", worker, 1)
    passes = passes_of(facts)
    equal(passes["perf-stat-sockets"]["reason"], "interval_too_short", "a quarter of a short window is no measurement")


def without_perf(directory, worker):
    empty = pathlib.Path(directory, "empty")
    empty.mkdir()
    nothing = pathlib.Path(directory, "perf")
    nothing.write_text("#!/bin/sh\necho 'WARNING: perf not found for this kernel' >&2\nexit 2\n")
    nothing.chmod(0o755)
    (empty / "perf").write_text(nothing.read_text())
    (empty / "perf").chmod(0o755)
    commands, facts = collect(f"{directory}/without.ihc.tar.zst", worker, 2, in_a_namespace(f"mount --bind {empty} /usr/local/sbin"))
    equal(commands["perf-stat"]["status"], "failed", "a perf that only warns is no perf")
    own = runs_of(facts).get("software-counters")
    check(own is not None, "this program's own counters stand in")
    if own:
        equal(own["source"], "perf_event_open", "and the facts say which way was taken")
        check(own["context_switches_per_second"] > 10, f"switches: {own['context_switches_per_second']:.0f} a second")
        check(own["events"]["task-clock"]["value"] > 100, f"time on CPUs: {own['events']['task-clock']['value']:.0f} ms")
        check(1 < own["seconds"] < 3, f"in {own['seconds']:.1f} s")
        worker_ms = facts["workers"][0].get("cpu_ms")
        if worker_ms:
            check(0.4 * worker_ms < own["events"]["task-clock"]["value"] < 1.6 * worker_ms, f"as /proc has it: {worker_ms:.0f} ms")
    check("proc" not in runs_of(facts), "and /proc need not")


def as_nobody(directory, worker):
    target = f"{directory}/nobody"
    os.mkdir(target, 0o777)
    os.chmod(target, 0o777)
    os.chmod(directory, 0o755)
    bundle = f"{target}/b.ihc.tar.zst"
    copy = f"{target}/ihc"
    shutil.copy(IHC, copy)
    outcome = run(["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", copy, "collect", "--quiet", "--pid", worker.pid, "--window", "2.4",
                   "--only", "perf,workers", "-o", bundle])
    check(outcome.returncode in (0, 4), f"nobody: collected {outcome.stderr.strip()[-200:]}")
    facts = facts_of(bundle)
    runs = runs_of(facts)
    check(all(run["source"] == "proc" for run in runs.values()) and runs, f"nobody may count no other's process: /proc tells {sorted(runs)}")
    equal(passes_of(facts)["perf-stat-sockets"]["reason"], "permission", "nor the whole machine")


def replayed_two_sockets(directory, worker):
    tools = pathlib.Path(directory, "tools")
    tools.mkdir()
    (tools / "perf").write_text(STAND_IN)
    (tools / "perf").chmod(0o755)
    pathlib.Path(directory, "cpuinfo").write_text(CPUINFO)
    wrap = in_a_namespace(f"mount --bind {tools} /usr/local/sbin", f"mount --bind {directory}/cpuinfo /proc/cpuinfo",
                          "mount -t tmpfs none /sys/bus/event_source/devices", "mkdir /sys/bus/event_source/devices/cpu")
    commands, facts = collect(f"{directory}/replayed.ihc.tar.zst", worker, 4, wrap)
    for name in PASSES:
        equal(commands[name]["status"], "ok", f"replayed: {name}")
    runs = runs_of(facts)
    check(abs(runs["perf-stat-sockets/socket:0"]["ipc"] - 1.19) < 0.005, "replayed: IPC of the first socket")
    check(abs(runs["perf-stat-sockets/socket:1"]["ipc"] - 1.18) < 0.005, "replayed: and of the second")
    equal(runs["perf-stat-sockets/socket:1"]["cpus"], 112, "replayed: of its CPUs")
    equal(runs["perf-stat-memory"]["remote_dram_ratio"], 0.2, "replayed: the workers' share of remote DRAM")
    equal(runs["perf-stat-memory"]["remote_load_ratio"], 0.0002, "replayed: and of all their loads")
    equal(runs["perf-stat-nodes/node:0"]["remote_dram_ratio"], 0.1, "replayed: the first node's")
    equal(runs["perf-stat-nodes/node:1"]["remote_dram_ratio"], 0.5, "replayed: the second node's")
    equal(runs["perf-stat-caches"]["ratios"]["cache_miss_ratio"]["value"], 0.25, "replayed: the workers' cache misses")
    calls = (tools / "calls").read_text().splitlines()
    equal(len(calls), len(PASSES), "replayed: perf ran once a pass")
    events = next(call for call in calls if "--per-node" in call)
    check("event=0xd3,umask=0x2,name=mem_load_l3_miss_retired.remote_dram" in events, "replayed: with the events of this CPU")
    starts = [float(call.split(" ", 1)[0]) for call in calls if "-stat" not in call]
    check(starts[-1] - starts[0] > 2.5, f"replayed: one after the other, {starts[-1] - starts[0]:.1f} s from the first to the last")
    findings = json.loads(ihc("check", f"{directory}/replayed.ihc.tar.zst", "--format", "json").stdout)["findings"]
    multiplexed = [found for found in findings if found["rule"] == "perf-multiplexed-or-missing" and found["result"] == "fail"]
    equal(multiplexed, [], "replayed: nothing shared a counter")


def unknown_event(directory, worker):
    tools = pathlib.Path(directory, "older")
    tools.mkdir()
    (tools / "perf").write_text("#!/bin/sh\necho \"event syntax error: 'bogus'\" >&2\necho \"Run 'perf list' for a list of valid events\" >&2\nexit 129\n")
    (tools / "perf").chmod(0o755)
    commands, facts = collect(f"{directory}/unknown.ihc.tar.zst", worker, 2.4, in_a_namespace(f"mount --bind {tools} /usr/local/sbin"))
    equal(commands["perf-stat-sockets"]["reason"], "event_unsupported", "replayed: an event that this perf does not know is no error")
    collector = next(c for c in manifest_of(f"{directory}/unknown.ihc.tar.zst")["collectors"] if c["name"] == "perf")
    check(collector["status"] != "failed", f"replayed: nor is the collector failed for it: {collector}")


def told_beforehand():
    dry = ihc("collect", "--dry-run", "--only", "perf").stdout
    for words in ("--per-socket", "--per-node", "{memory_events}", "part 4 of 4", "perf_event_open(2)", "where commands/perf-stat came to nothing"):
        check(words in dry, f"the dry run says {words}")
    doctor = json.loads(ihc("doctor", "--format", "json").stdout)
    check("perf_event_open" in json.dumps(doctor), "and the doctor looks at it")


with temporary_directory() as directory, Worker() as worker:
    told_beforehand()
    real_perf(directory, worker)
    short_window(directory, worker)
    without_perf(directory, worker)
    as_nobody(directory, worker)
    replayed_two_sockets(directory, worker)
    unknown_event(directory, worker)
finish()
