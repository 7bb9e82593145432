#!/usr/bin/env python3
"""nvidia-smi on a machine without one, *replayed*: a stand-in on PATH prints what real cards and drivers printed, or hangs, floods, fails.

The recordings are those of the shared corpus (see its INDEX.md for where each is from); without it only the faults are shown."""
import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ihc_test import IHC, SOURCE, Worker, check, equal, facts_of, finish, manifest_of, run, skip, temporary_directory

if os.geteuid() != 0 or run(["unshare", "-m", "true"]).returncode != 0:
    skip("a stand-in nvidia-smi needs root and a mount namespace of its own")

CORPUS = pathlib.Path(os.environ.get("IHC_SHARED_DIR", SOURCE.parent / "shared")) / "corpus"
QUERIES = ("nvidia-smi-q-xml", "nvidia-smi-q-xml-after", "nvidia-smi-topo", "nvidia-smi-L", "nvidia-smi-nvlink", "nvidia-smi-nvlink-errors")

# By question: a file beside it, or a refusal as the tool words it. The loop goes on until it is interrupted.
STAND_IN = """#!/bin/bash
here=$(dirname "$0")
case "$*" in
  *-lms*) file=loop ;;
  "-q -x") file=q.xml ;;
  "topo -m") file=topo ;;
  "-L") file=L ;;
  "nvlink -s") file=nvlink ;;
  *) file=none ;;
esac
[ -e "$here/$file" ] || { echo "Invalid combination of input arguments. Please run 'nvidia-smi -h' for help."; exit 2; }
cat "$here/$file"
[ $file != loop ] || { trap 'exit 0' INT TERM; while :; do sleep 0.1; done; }
"""
PROCESS = """<process_info><gpu_instance_id>N/A</gpu_instance_id><compute_instance_id>N/A</compute_instance_id><pid>{pid}</pid><type>C</type>
<process_name>{name}</process_name><used_memory>4096 MiB</used_memory></process_info>"""


def collect(directory, name, tools, *arguments):
    bundle = f"{directory}/{name}.ihc.tar.zst"
    began = time.monotonic()
    outcome = run(["unshare", "-m", "bash", "-c", f"mount --bind {tools} /usr/local/sbin && exec \"$@\"", "run", IHC, "collect", "--quiet",
                   "--only", "gpu,workers,pci,node", "--window", "1", "-o", bundle, *arguments])
    return outcome, bundle, time.monotonic() - began


def make_tools(directory, name, program, files=()):
    tools = pathlib.Path(directory, name)
    tools.mkdir()
    (tools / "nvidia-smi").write_text(program)
    (tools / "nvidia-smi").chmod(0o755)
    for file, text in dict(files).items():
        (tools / file).write_text(text)
    return tools


def recording(kind, file):
    return (CORPUS / kind / file).read_text(errors="replace")


def replayed_recordings(directory, worker):
    for card, product in (("tesla-t4", "Tesla T4"), ("a100-sxm4-v12", "NVIDIA A100-SXM4-80GB"), ("rtx-3080-v12", "NVIDIA GeForce RTX 3080"),
                          ("rtx-4000-sff-ada-v13", "NVIDIA RTX 4000 SFF Ada Generation")):
        tools = make_tools(directory, card, STAND_IN, {"q.xml": recording("nvidia-smi-q-xml", f"{card}.xml")})
        outcome, bundle, took = collect(directory, card, tools, "--pid", worker.pid)
        check(outcome.returncode in (0, 4) and took < 30, f"replayed {card}: collected in {took:.0f} s")
        facts = facts_of(bundle)
        equal(len(facts["gpus"]), 1, f"replayed {card}: one GPU")
        equal(facts["gpus"][0]["name"], product, f"replayed {card}: its name")
        check(facts["gpus"][0]["memory"]["total_bytes"] > 2**32, f"replayed {card}: its memory")


def replayed_compute_process(directory, worker):
    report = recording("nvidia-smi-q-xml", "tesla-t4.xml")
    head, tail = report.split("<processes>", 1) if "<processes>" in report else report.split("<processes/>", 1)
    tail = tail.split("</processes>", 1)[1] if "</processes>" in tail else tail
    listed = head + "<processes>" + PROCESS.format(pid=worker.pid, name="/usr/bin/python3") + "</processes>" + tail
    tools = make_tools(directory, "processes", STAND_IN, {"q.xml": listed})
    _, bundle, _ = collect(directory, "processes", tools, "--pid", worker.pid)
    facts = facts_of(bundle)
    equal([process["pid"] for process in facts["gpus"][0]["processes"]], [worker.pid], "replayed: the process on the GPU")
    address = facts["gpus"][0]["address"]
    # As root the worker's open files were read, and it has no GPU open: what it has open itself comes first.
    equal(facts["workers"][0].get("gpus"), [], "replayed: what a process has open is believed before what is listed")
    other = pathlib.Path(directory, "unprivileged")
    other.mkdir()
    os.chmod(other, 0o777)
    os.chmod(directory, 0o755)
    copy = other / "ihc"
    copy.write_bytes(pathlib.Path(IHC).read_bytes())
    copy.chmod(0o755)
    bundle = str(other / "b.ihc.tar.zst")
    run(["unshare", "-m", "bash", "-c", f"mount --bind {tools} /usr/local/sbin && exec setpriv --reuid 65534 --regid 65534 --clear-groups \"$@\"", "run", copy,
         "collect", "--quiet", "--only", "gpu,workers,pci,node", "--window", "1", "--pid", worker.pid, "-o", bundle])
    equal(facts_of(bundle)["workers"][0].get("gpus"), [address], "replayed: where open files may not be looked at, the list tells whose GPU it is")


def replayed_many_gpus(directory, worker):
    tools = make_tools(directory, "topo", STAND_IN, {"topo": recording("nvidia-smi-topo", "a100-pcie-4gpu-4numa.txt"), "L": recording("nvidia-smi-L", "insights-1.txt"),
                                                     "nvlink": recording("nvidia-smi-nvlink", "a100-nvlink-status.txt")})
    _, bundle, _ = collect(directory, "topo", tools, "--pid", worker.pid)
    facts = facts_of(bundle)
    check(len(facts["gpus"]) >= 2, f"replayed: GPUs by their list alone, {len(facts['gpus'])}")
    check(len(facts.get("gpu_links", [])) > 0, "replayed: paths between GPUs")


FAULTS = {
    "hangs": ("#!/bin/bash\ntrap '' INT TERM\nwhile :; do sleep 1000; done\n", "timed_out"),
    "floods": ("#!/bin/bash\nyes '<gpu id=\"flood\">'\n", None),
    "is not there for this driver": ("#!/bin/bash\necho 'Failed to initialize NVML: Driver/library version mismatch'\nexit 18\n", "failed"),
    "has no driver": ("#!/bin/bash\necho \"NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\"\nexit 9\n", "structural"),
    "lost its GPU": ("#!/bin/bash\necho 'Unable to determine the device handle for GPU 0000:41:00.0: GPU is lost.  Reboot the system to recover this GPU'\nexit 15\n", "failed"),
    "crashes": ("#!/bin/bash\nkill -SEGV $$\n", "failed"),
    "prints half a report": ("#!/bin/bash\nprintf '<?xml version=\"1.0\" ?><nvidia_smi_log><gpu id=\"00000000:01:00.0\"><product_name>NV'\n", None),
}


def replayed_faults(directory, worker):
    for name, (program, reason) in FAULTS.items():
        tools = make_tools(directory, name.replace(" ", "-"), program)
        outcome, bundle, took = collect(directory, name.replace(" ", "-"), tools, "--pid", worker.pid)
        check(outcome.returncode in (0, 4), f"replayed, it {name}: exit {outcome.returncode}")
        # One query that hangs takes its 15 s; no other is started after it. The loop is ended with the window.
        check(took < 60, f"replayed, it {name}: done in {took:.0f} s")
        commands = {command["slug"]: command for command in manifest_of(bundle)["commands"]}
        facts = facts_of(bundle)
        if reason:
            equal(commands["nvidia-smi-q-xml"]["reason"], reason, f"replayed, it {name}")
        # Half a report names an address: that much is known, and no more.
        equal([gpu.get("name") for gpu in facts.get("gpus", [])], [None] if name == "prints half a report" else [], f"replayed, it {name}: nothing is made up")
        if name == "hangs":
            waited = [slug for slug in QUERIES if commands[slug].get("duration_ms", 0) > 0]
            equal(waited, ["nvidia-smi-q-xml"], "replayed, it hangs: one query waits for it, the others are not tried")
        if name == "floods":
            check(commands["nvidia-smi-q-xml"].get("cut") or commands["nvidia-smi-q-xml"]["status"] == "timed_out", "replayed, it floods: and is cut")
            check(os.path.getsize(bundle) < 4 * 2**20, f"replayed, it floods: the bundle has {os.path.getsize(bundle)} bytes")
        if name == "lost its GPU":
            equal(facts.get("gpu_stack", {}).get("state"), "gpu_lost", "replayed: a lost GPU is a fact")


with temporary_directory() as directory, Worker() as worker:
    if CORPUS.is_dir():
        replayed_recordings(directory, worker)
        replayed_compute_process(directory, worker)
        replayed_many_gpus(directory, worker)
    else:
        print(f"not shown: the recordings are absent ({CORPUS})")
    replayed_faults(directory, worker)
finish()
