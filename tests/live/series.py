#!/usr/bin/env python3
"""Per-second series against what this test reads itself while `collect` runs: run delay, switches and CPU time of a real
multi-threaded load, readings enough in a short window, and GPU readings replayed through a stand-in nvidia-smi that
answers, fails, floods or hangs."""
import os
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ihc_test import IHC, check, equal, facts_of, finish, manifest_of, run, temporary_directory

# More threads that want a CPU than there are CPUs: they have to wait.
LOAD = r"""
import os, sys, threading, time
def spin():
    while True:
        sum(i * i for i in range(2000))
        time.sleep(0)
if os.fork() == 0:
    while True: pass
for _ in range(3): threading.Thread(target=spin, daemon=True).start()
print("ready", flush=True)
time.sleep(600)
"""


class Load:
    def __enter__(self):
        self.process = subprocess.Popen([sys.executable, "-c", LOAD], stdout=subprocess.PIPE, text=True, start_new_session=True,
                                        preexec_fn=lambda: os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}))
        self.process.stdout.readline()
        self.pid = self.process.pid
        return self

    def __exit__(self, *_):
        os.killpg(self.pid, 9)
        self.process.wait()


def schedstat(pid):
    """Nanoseconds on a CPU, nanoseconds waiting, slices: summed over the threads."""
    total = [0, 0, 0]
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        for index, word in enumerate((task / "schedstat").read_text().split()):
            total[index] += int(word)
    return total


def switches(pid):
    total = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        for line in (task / "status").read_text().splitlines():
            if "ctxt_switches" in line:
                total += int(line.split()[1])
    return total


def find(facts, name, part=None):
    for row in facts["series"]["rows"]:
        if row["name"] == name and row.get("part") == part:
            return row
    return None


def mean(row):
    return sum(row["values"]) / len(row["values"])


def near(actual, expected, share, what):
    check(abs(actual - expected) <= share * max(expected, 1e-9), f"{what}: {actual:.3f} against {expected:.3f} read by the test")


def real_load(directory):
    target = f"{directory}/load.ihc.tar.zst"
    with Load() as load:
        time.sleep(0.5)
        collecting = subprocess.Popen([IHC, "collect", "--pid", str(load.pid), "--window", "5", "-o", target, "--quiet",
                                       "--only", "workers,topology,pressure,numa_memory,cgroup"], stderr=subprocess.DEVNULL)
        time.sleep(1)
        before, before_switches, began = schedstat(load.pid), switches(load.pid), time.monotonic()
        time.sleep(3)
        after, after_switches, passed = schedstat(load.pid), switches(load.pid), time.monotonic() - began
        collecting.wait(timeout=120)
    facts = facts_of(target)
    worker = facts["workers"][0]
    for name in ("run_delay", "context_switches", "cpus_used"):
        check(find(facts, name) is not None, f"there is a series {name}")
    near(mean(find(facts, "cpus_used")), (after[0] - before[0]) / passed / 1e9, 0.35, "CPUs used")
    near(mean(find(facts, "run_delay")), (after[1] - before[1]) / passed / 1e6, 0.35, "run delay in ms/s")
    near(mean(find(facts, "context_switches")), (after[2] - before[2]) / passed, 0.5, "slices a second")
    near(mean(find(facts, "context_switches")), (after_switches - before_switches) / passed, 0.5, "switches a second of status")
    row = find(facts, "run_delay")
    equal(row["subject_key"], worker["key"], "the series is the worker's")
    check(4 <= len(row["values"]) <= 6, f"an entry a second: {row['at_s']}")
    equal(sorted(row["at_s"]), row["at_s"], "in order")
    check(0.5 < row["at_s"][0] < 2 and row["at_s"][-1] < 7, "seconds of the window")
    check(worker["cpu_samples"] >= 20, f"{worker['cpu_samples']} samples of its CPUs in a window of five seconds")
    check("cross_node_sample_share" in worker, "and a share of them on another node")
    equal(worker["cpus_used"], worker["cpus_allowed"], "pinned to one CPU, it used that one")
    equal(worker.get("cross_l3_sample_share", 0), 0, "and never crossed a cache")
    check(worker["followed_cpu_share"] > 0.95, "all its threads were followed")
    pointer = f"/series/rows/{facts['series']['rows'].index(row)}"
    check(facts["sources"][pointer][0].startswith(f"root/proc/{load.pid}/task/"), f"its source is a sample: {facts['sources'][pointer]}")
    check(find(facts, "cpu_some") is not None and max(find(facts, "cpu_some")["values"]) > 0, "stalls of the node were seen")
    cost = facts["collection"]["sampling_cpu_pct"]
    check(0 < cost < 10, f"sampling took {cost:.2f} % of one CPU")


def smi(directory, name, body):
    """A folder with a stand-in nvidia-smi that serves the loop query by `body`, and any other as a missing device."""
    folder = pathlib.Path(directory) / name
    folder.mkdir()
    program = folder / "nvidia-smi"
    program.write_text("#!/bin/bash\ncase \"$*\" in *-lms*) ;; *) echo 'No devices were found'; exit 6;; esac\n" + body)
    program.chmod(0o755)
    return folder


HEAD = ("timestamp, index, pci.bus_id, clocks.current.sm [MHz], clocks.current.memory [MHz], power.draw [W], utilization.gpu [%], "
        "temperature.gpu, clocks_event_reasons.active, pcie.link.gen.current, pcie.link.width.current")
ROWS = ("echo \"$(date '+%Y/%m/%d %H:%M:%S.%3N'), 0, 00000000:18:00.0, 1590 MHz, 2619 MHz, 699.80 W, 98 %, 71, 0x0000000000000004, 5, 16\"\n"
        "echo \"$(date '+%Y/%m/%d %H:%M:%S.%3N'), 1, 00000000:2A:00.0, 1980 MHz, 2619 MHz, 143.28 W, 5 %, 35, 0x0000000000000000, 5, 8\"\n")
STAND_INS = {
    "answers": f"echo '{HEAD}'\nwhile :; do\n{ROWS}sleep 1 & wait $!\ndone\n",
    "fails": "echo 'Failed to initialize NVML: Driver/library version mismatch'; exit 18\n",
    "floods": f"echo '{HEAD}'\nyes 'flood flood flood flood flood flood flood flood'\n",
    "hangs": f"trap '' INT TERM\necho '{HEAD}'\n{ROWS}while :; do sleep 100; done\n",
    "knows no such column": "echo 'Field \"clocks_throttle_reasons.active\" is not a valid field to query.'; exit 2\n",
}


def replayed_gpu(directory):
    for name, body in STAND_INS.items():
        folder = smi(directory, name.replace(" ", "-"), body)
        target = f"{directory}/{folder.name}.ihc.tar.zst"
        began = time.monotonic()
        outcome = collect_with(folder, directory, target)
        took = time.monotonic() - began
        check(outcome.returncode in (0, 4), f"replayed, it {name}: exit {outcome.returncode}")
        check(took < 40, f"replayed, it {name}: done in {took:.0f} s")
        command = next(c for c in manifest_of(target)["commands"] if c["slug"] == "nvidia-smi-loop")
        facts = facts_of(target)
        rows = [row for row in facts["series"]["rows"] if row["subject"] == "gpu"]
        if name == "answers":
            clock = find(facts, "sm_clock")
            equal(clock["values"][0], 1590.0, "replayed: the clock of the first GPU")
            check(len(clock["at_s"]) >= 2 and -1 < clock["at_s"][0] < 3, f"replayed: on the axis {clock['at_s']}")
            equal(find(facts, "event_reason", "sw_power_cap")["subject_key"], "0000:18:00.0", "replayed: the reason of its clock")
            equal(facts["series"]["gpu_clock"], "wall_clock", "replayed: by its time stamps")
        elif name == "hangs":
            equal(command["status"], "timed_out", "replayed: a tool that hangs is said to")
            check(rows, "replayed: what it had printed counts")
        else:
            equal(rows, [], f"replayed, it {name}: no series of a GPU")
            check("/series/gpu_clock" in facts["missing"], f"replayed, it {name}: and the facts say why")


def collect_with(folder, directory, target):
    """collect runs tools from a fixed path only: the stand-in is put into one of its directories, in a mount namespace."""
    script = f"mount --bind {folder} /usr/local/sbin && exec \"$@\""
    return run(["unshare", "-m", "bash", "-c", script, "-", IHC, "collect", "--only", "gpu,pressure", "--window", "3", "-o", target, "--quiet"])


with temporary_directory() as directory:
    real_load(directory)
    if os.geteuid() == 0 and run(["unshare", "-m", "true"]).returncode == 0:
        replayed_gpu(directory)
    else:
        print("not shown: a stand-in nvidia-smi needs a mount namespace of its own")
finish()
