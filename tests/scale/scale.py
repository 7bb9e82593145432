#!/usr/bin/env python3
"""Large machines: everything of a generated tree is captured and read, and the bundle stays small.

Prints what the collection and the reading cost beside what there was to read; with IHC_FULL=1 up to 1,024 CPUs, 4,096 interrupts and
10,240 threads. The costs are for people to look at, as ratios within one run; only counts and sizes are judged.
"""
import json
import os
import pathlib
import resource
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from ihc_test import check, equal, finish, ihc, temporary_directory
from make_tree import CPUS_OF_A_NODE, Tree

LARGEST_BUNDLE = {256: 5 * 2**20}


def cpu_seconds_of(action):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = action()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return result, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def look_at(directory, cpus):
    tree, bundle = f"{directory}/{cpus}", f"{directory}/{cpus}.ihc.tar.zst"
    Tree(tree, cpus).write()
    files = [path for path in pathlib.Path(tree).rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    outcome, collecting = cpu_seconds_of(lambda: ihc("collect", "--root", tree, "--window", "0.5", "-o", bundle, "--quiet"))
    check(outcome.returncode in (0, 4), f"{cpus} CPUs: collect ends well {outcome.returncode}")
    read, reading = cpu_seconds_of(lambda: ihc("inspect", bundle, "--facts"))
    facts = json.loads(read.stdout)
    equal(facts["topology"]["cpus_online"], f"0-{cpus - 1}", f"{cpus} CPUs: online")
    equal(len(facts["topology"]["numa_nodes"]), max(1, cpus // CPUS_OF_A_NODE), f"{cpus} CPUs: nodes")
    equal(len(facts["topology"]["core_siblings"]), cpus // 2, f"{cpus} CPUs: cores")
    equal(len(facts["irqs"]), 4 * cpus, f"{cpus} CPUs: interrupts")
    equal(sum(len(worker["threads"]) for worker in facts["workers"]), 10 * cpus, f"{cpus} CPUs: threads of workers")
    stored = os.path.getsize(bundle)
    if cpus in LARGEST_BUNDLE:
        check(stored < LARGEST_BUNDLE[cpus], f"{cpus} CPUs: the bundle has {stored} bytes")
    print(f"{cpus:5} CPUs {len(files):6} files {size / 2**20:7.1f} MiB: collecting {collecting:.2f} CPU s, "
          f"{1e6 * collecting / len(files):.0f} us a file; reading {reading:.2f} CPU s; bundle {stored / 2**20:.2f} MiB")


for cpus in (64, 256, 1024) if os.environ.get("IHC_FULL") else (64, 256):
    with temporary_directory() as directory:
        look_at(directory, cpus)
finish()
