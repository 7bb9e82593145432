#!/usr/bin/env python3
"""`collect --deep`: what is recorded only when asked for, what it leaves behind, and what happens where it can't be had.

Scheduler events and bpftrace are the real ones, where this machine has them. Hardware samples (c2c, perf mem) exist on no virtual
machine: those are *replayed* by a stand-in `perf` that prints what the tool prints."""
import json
import os
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "planted"))
import saved
from ihc_test import IHC, Worker, check, equal, facts_of, finish, ihc, manifest_of, run, skip, temporary_directory

if os.geteuid() != 0:
    skip("recording the machine needs root")

STAND_IN = """#!/bin/sh
# perf stat ends by itself; a record writes its file; a report prints the text beside this program.
here=$(dirname "$0")
case "$1 $2" in
  *" record") for word; do
      [ "$previous" = -o ] && echo samples >"$word"
      previous=$word
    done
    kill -TERM $$ ;;
  "c2c report") cat "$here/c2c.txt" ;;
  "mem report") cat "$here/mem.txt" ;;
  *) exit 1 ;;
esac
"""
MEM_TEXT = """# Total Lost Samples: 0
#
# Samples: 12K of event 'cpu/mem-loads,ldlat=30/P'
# Total weight : 912345
# Sort order   : mem
#
# Overhead       Samples  Memory access
# ........  ............  ........................
#
    61.20%          7344  L1 or L1 hit
    20.10%          2412  LFB or LFB hit
    12.50%          1500  Local RAM or RAM hit
     6.20%           744  Remote RAM (1 hop) or RAM hit
"""


def collect(directory, name, *arguments, wrap=()):
    target = f"{directory}/{name}"
    os.mkdir(target)
    bundle = f"{target}/b.ihc.tar.zst"
    outcome = run([*wrap, IHC, "collect", "--quiet", "-o", bundle, *arguments])
    equal(sorted(os.listdir(target)), ["b.ihc.tar.zst"], f"{name}: the bundle and nothing else is left {outcome.stderr.strip()[-200:]}")
    return outcome, bundle


def commands_of(bundle):
    return {command["slug"]: command for command in manifest_of(bundle)["commands"]}


def not_asked(directory):
    _, bundle = collect(directory, "not-asked", "--window", "0.2", "--only", "perf,traces")
    commands = commands_of(bundle)
    equal([slug for slug in commands if slug.startswith(("record-", "perf-sched", "perf-c2c", "perf-mem", "bpf"))], [], "unasked, nothing is recorded")
    missing = facts_of(bundle)["missing"]
    equal(missing["/traces/task_moves"]["reason"], "not_asked", "and the facts say that nobody asked")
    equal(missing["/perf/sched_latency"]["reason"], "not_asked", "of scheduler delays too")
    dry = ihc("collect", "--dry-run", "--only", "perf,traces").stdout
    check("sched record" not in dry and "bpftrace" not in dry, "the dry run lists no recording")
    dry = ihc("collect", "--dry-run", "--only", "perf,traces", "--deep", "perf-sched,bpf").stdout
    check("sched record" in dry and "64 MiB" in dry and "bpftrace" in dry, "asked for, it lists each with its cost")


def wrong_word(directory):
    outcome = ihc("collect", "--deep", "everything", "-o", f"{directory}/none.ihc.tar.zst")
    equal(outcome.returncode, 2, "a recording that there is not: exit 2")
    check("--deep everything" in outcome.stderr and "perf-sched" in outcome.stderr, f"naming those there are: {outcome.stderr.strip()}")


def scheduler_events(directory, worker):
    if shutil.which("perf") is None or run(["perf", "sched", "record", "-o", f"{directory}/try.data", "--", "true"]).returncode != 0:
        print("not shown: perf can't record scheduler events here")
        return
    _, bundle = collect(directory, "perf-sched", "--pid", worker.pid, "--window", "2", "--only", "perf", "--deep", "perf-sched")
    commands = commands_of(bundle)
    equal(commands["record-perf-sched-latency"]["status"], "ok", "scheduler events were recorded")
    facts = facts_of(bundle)
    names = {row["task"] for row in facts["perf"].get("sched_latency", [])}
    check(any("python" in name for name in names), f"the worker's threads are among {len(names)} tasks")
    check("/.debug" not in {f"/{name}" for name in os.listdir("/")}, "perf kept no copies of programs")


def tracepoints(directory, worker):
    probe = shutil.which("bpftrace") and run(["bpftrace", "-e", "tracepoint:sched:sched_migrate_task { exit(); } interval:s:2 { exit(); }"])
    if not probe or probe.returncode != 0:
        print("not shown: bpftrace can't count here")
        return
    _, bundle = collect(directory, "bpf", "--pid", worker.pid, "--window", "6", "--only", "topology,workers,traces", "--deep", "bpf")
    traces = facts_of(bundle).get("traces", {})
    for name in ("task_moves", "page_moves", "policy_calls"):
        check(traces.get(name, {}).get("seconds", 0) > 0.5, f"{name}: counted for {traces.get(name, {}).get('seconds')} s")
    moves = traces.get("task_moves", {})
    told = sum(entry["moves"] for entry in moves.get("by_worker", []))
    equal(told + moves.get("moves_not_told", 0), moves.get("moves"), "every move of a task is told, or counted as not told")


def replayed_hardware_samples(directory, worker):
    tools = pathlib.Path(directory, "tools")
    tools.mkdir()
    (tools / "perf").write_text(STAND_IN)
    (tools / "perf").chmod(0o755)
    (tools / "c2c.txt").write_text(saved.C2C_TEXT.format(hitm=1200))
    (tools / "mem.txt").write_text(MEM_TEXT)
    wrap = ["unshare", "-m", "sh", "-c", f"mount --bind {tools} /usr/local/sbin && exec \"$@\"", "run"]
    if run([*wrap, "true"]).returncode != 0:
        print("not shown: a stand-in needs a mount of its own, which is refused here")
        return
    _, bundle = collect(directory, "replayed", "--pid", worker.pid, "--window", "1", "--only", "perf", "--deep", "c2c,perf-mem", wrap=wrap)
    commands = commands_of(bundle)
    equal(commands["record-perf-c2c"]["status"], "ok", "replayed: a record that ended by its size counts")
    perf = facts_of(bundle)["perf"]
    equal(len(perf.get("c2c", [])), 1, "replayed: c2c is read")
    equal(len(perf.get("memory_accesses", [])), 1, "replayed: where loads were served from is read")
    (tools / "perf").write_text("#!/bin/sh\necho 'failed: memory events not supported' >&2\nexit 1\n")
    outcome, bundle = collect(directory, "unsupported", "--pid", worker.pid, "--window", "1", "--only", "perf", "--deep", "perf-mem", wrap=wrap)
    commands = commands_of(bundle)
    equal(commands["perf-mem-report"]["reason"], "event_unsupported", "replayed: no memory events, no report, and that is the reason")
    equal(facts_of(bundle)["missing"]["/perf/memory_accesses"]["reason"], "event_unsupported", "replayed: the facts say so")


with temporary_directory() as directory, Worker() as worker:
    not_asked(directory)
    wrong_word(directory)
    scheduler_events(directory, worker)
    tracepoints(directory, worker)
    replayed_hardware_samples(directory, worker)
finish()
