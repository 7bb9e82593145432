#!/usr/bin/env python3
"""What a collection costs beside the tools that people run instead: CPU seconds and peak memory, in one run on this machine.

    tests/bench/cost.py [--ihc PROGRAM] [--runs 3]      as root; needs the Debian packages hwloc, sosreport and lynis

Prints one line a tool, its ratio to `ihc collect --window 1`, and what the sampling of every second takes. The fewest CPU seconds of the runs
count: what else the machine did only adds. For people, as everything here: no test judges it."""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
TOOLS = {
    "hwloc-gather-topology": ["hwloc-gather-topology", "{folder}/hwloc"],
    "sosreport": ["sosreport", "--batch", "--tmp-dir", "{folder}"],
    "lynis": ["lynis", "audit", "system", "-Q", "--no-log", "--report-file", "{folder}/lynis.dat"],
}
GOALS = {"sosreport": 1 / 20, "hwloc-gather-topology": 1 / 4}
MEMORY_GOAL_MIB = 32
SAMPLING_GOAL_PCT = 1


def measure(command, folder):
    """CPU seconds (with children), peak memory in MiB of the largest process, wall seconds, exit status."""
    with open(f"{folder}/output", "w") as output:
        began = time.monotonic()
        pid = os.posix_spawnp(command[0], [str(word) for word in command], os.environ,
                              file_actions=[(os.POSIX_SPAWN_DUP2, output.fileno(), 1), (os.POSIX_SPAWN_DUP2, output.fileno(), 2)])
        _, status, usage = os.wait4(pid, 0)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, time.monotonic() - began, os.waitstatus_to_exitcode(status)


def best(command, runs):
    results = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory(prefix="ihc-cost-") as folder:
            results.append(measure([word.format(folder=folder) for word in command], folder))
    return min(results)


def line(name, result, own):
    cpu, memory, wall, status = result
    ratio = f"ihc takes 1/{cpu / own:.1f} of it" if name != "ihc" else ""
    goal = f"(goal 1/{1 / GOALS[name]:.0f})" if name in GOALS else ""
    print(f"{name:24} {cpu:8.2f} CPU s {memory:8.1f} MiB {wall:7.1f} s  exit {status}  {ratio} {goal}".rstrip())


# What is sampled is a server's threads: this many, most of them waiting, as they do.
SERVER_THREADS = 200
SERVER = """
import threading, time
def serve(number):
    while True:
        if number < 4: sum(range(20000))
        time.sleep(0.01 if number < 4 else 1)
for number in range(%d): threading.Thread(target=serve, args=(number,), daemon=True).start()
print("ready", flush=True)
time.sleep(600)
"""


def own_account(program, window):
    with tempfile.TemporaryDirectory(prefix="ihc-cost-") as folder:
        bundle = f"{folder}/b.ihc.tar.zst"
        server = subprocess.Popen([sys.executable, "-c", SERVER % SERVER_THREADS], stdout=subprocess.PIPE)
        server.stdout.readline()
        try:
            measure([program, "collect", "--pid", str(server.pid), "--window", str(window), "--quiet", "-o", bundle], folder)
        finally:
            server.kill()
            server.wait()
        measure([program, "inspect", bundle, "--facts"], folder)
        return json.loads(pathlib.Path(folder, "output").read_text())["collection"], os.path.getsize(bundle)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ihc", default=pathlib.Path(os.environ.get("IHC_BUILD_DIR", SOURCE / "build/release")) / "ihc")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--window", type=float, default=10, help="of the collection whose sampling is measured")
    arguments = parser.parse_args()
    program = str(arguments.ihc)
    result = best([program, "collect", "--window", "1", "--quiet", "-o", "{folder}/b.ihc.tar.zst"], arguments.runs)
    line("ihc", result, result[0])
    print(f"{'':24} peak memory {result[1]:.1f} MiB (goal {MEMORY_GOAL_MIB})")
    account, size = own_account(program, arguments.window)
    print(f"{'':24} with a server of {SERVER_THREADS} threads, {arguments.window:g} s: {account['cpu_seconds']:.2f} CPU s, its commands {account['commands_cpu_seconds']:.2f}; "
          f"peak {account['peak_memory_bytes'] / 2**20:.1f} MiB, {account['bytes_read'] / 2**20:.1f} MiB read, bundle {size / 2**20:.2f} MiB")
    print(f"{'':24} sampling every second {account['sampling_cpu_pct']:.2f} % of one CPU (goal {SAMPLING_GOAL_PCT})")
    for name, command in TOOLS.items():
        if shutil.which(command[0]) is None:
            print(f"{name:24} not installed")
            continue
        line(name, best(command, arguments.runs), result[0])


if __name__ == "__main__":
    if os.geteuid() != 0:
        sys.exit("run it as root: the others need it")
    main()
