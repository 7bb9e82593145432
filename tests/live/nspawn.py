#!/usr/bin/env python3
"""Units as a real systemd sets them: what a unit asks for against what its process has, in a booted container.

    nspawn.py [TREE]      TREE is a Debian with systemd and python3 (as tests/guest/make_tree.sh makes one, or debootstrap
                          --include=systemd,systemd-sysv,dbus,python3-minimal,libpython3-stdlib); also IHC_SYSTEMD_TREE.

systemd-nspawn boots it over a layer that is thrown away, once with control groups of version 2 and once of version 1. In it the server runs
under a unit; `collect` looks at it as root, as nobody, after the unit's file was changed and not loaded again, and from another namespace
through a mount of the tree, as a pod sees its node."""
import os
import pathlib
import re
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ihc_test import IHC, SOURCE, check, equal, facts_of, finish, need_tools, run, skip, temporary_directory

STAND_IN_SERVER = SOURCE / "tests/guest/stand_in_server.py"
PLACES = (os.environ.get("IHC_SYSTEMD_TREE"), SOURCE / "build/systemd-tree")

UNIT = """[Unit]
Description=Stand-in for an inference server
[Service]
ExecStart=/usr/bin/python3 /opt/server/vllm serve stand-in-model --port 8000
CPUAffinity=0
AllowedCPUs=0
NUMAPolicy=bind
NUMAMask=0
CPUQuota=60%
CPUWeight=500
LimitNOFILE=4096:8192
LimitMEMLOCK=infinity
Nice=-5
CPUSchedulingPolicy=batch
OOMScoreAdjust=-200
MemoryMax=3G
TasksMax=200
"""
INSIDE = """#!/bin/bash
# Runs in the container, as a unit of its own.
exec >/out/log 2>&1
mkdir -p /opt/server
cp /opt/stand_in_server.py /opt/server/vllm
cp /opt/unit /etc/systemd/system/inference-vllm.service
systemctl daemon-reload
systemctl start inference-vllm
sleep 3
systemctl is-active inference-vllm
collect="/opt/ihc collect --window 2 --quiet"
$collect -o /out/root.ihc.tar.zst; echo "root: $?"
mkdir -m 777 /tmp/nobody
setpriv --reuid 65534 --regid 65534 --clear-groups $collect -o /tmp/nobody/b.ihc.tar.zst; echo "nobody: $?"
cp /tmp/nobody/b.ihc.tar.zst /out/nobody.ihc.tar.zst
mkdir -p /host
unshare -m -p -f bash -c "mount --rbind / /host && mount -t proc proc /proc && $collect --root /host -o /tmp/pod.ihc.tar.zst"; echo "pod: $?"
cp /tmp/pod.ihc.tar.zst /out/pod.ihc.tar.zst
unshare -m -p -f --mount-proc $collect -o /tmp/alone.ihc.tar.zst; echo "alone: $?"
cp /tmp/alone.ihc.tar.zst /out/alone.ihc.tar.zst
sed -i 's/^Nice=-5/Nice=3/' /etc/systemd/system/inference-vllm.service
$collect -o /out/edited.ihc.tar.zst; echo "edited: $?"
systemctl show inference-vllm >/out/show
pid=$(systemctl show -p MainPID --value inference-vllm)
cat /proc/$pid/status >/out/status
cat /proc/$pid/limits >/out/limits
cat /proc/$pid/oom_score_adj >/out/oom_score_adj
systemctl poweroff --no-block
"""


def tree_of():
    for place in ([sys.argv[1]] if len(sys.argv) > 1 else []) + [place for place in PLACES if place]:
        if pathlib.Path(place, "usr/lib/systemd/systemd").exists():
            return pathlib.Path(place)
    skip("no tree with systemd: name one (see this file's head), or make build/systemd-tree with debootstrap")


def boot(tree, directory, version):
    out = pathlib.Path(directory, version)
    out.mkdir()
    files = {"unit": UNIT, "inside.sh": INSIDE, "ihc-test.service": "[Unit]\nWants=dbus.socket\nAfter=dbus.socket\n[Service]\nType=oneshot\nExecStart=/bin/bash /opt/inside.sh\nTimeoutStartSec=200\n"}
    for name, text in files.items():
        pathlib.Path(directory, name).write_text(text)
    binds = {STAND_IN_SERVER: "/opt/stand_in_server.py", IHC: "/opt/ihc", f"{directory}/unit": "/opt/unit", f"{directory}/inside.sh": "/opt/inside.sh",
             f"{directory}/ihc-test.service": "/etc/systemd/system/ihc-test.service"}
    # The program is linked to the libraries of the machine that built it; only a static one needs no more.
    if "statically linked" not in run(["ldd", IHC]).stdout + run(["ldd", IHC]).stderr:
        libraries = [word for word in run(["ldd", IHC]).stdout.split() if word.startswith("/")]
        folder = pathlib.Path(directory, "lib")
        folder.mkdir(exist_ok=True)
        for library in libraries:
            shutil.copy(library, folder)
        loader = next(library for library in libraries if "ld-linux" in library)
        launcher = pathlib.Path(directory, "ihc")
        launcher.write_text(f"#!/bin/bash\nexec /opt/lib/{os.path.basename(loader)} --library-path /opt/lib /opt/ihc-program \"$@\"\n")
        launcher.chmod(0o755)
        binds.update({folder: "/opt/lib", launcher: "/opt/ihc"})
        binds.pop(IHC)
        binds[IHC] = "/opt/ihc-program"
    os.chmod(directory, 0o755)
    command = ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--volatile=overlay", "-D", tree, f"--bind={out}:/out",
               *(f"--bind-ro={source}:{target}" for source, target in binds.items()), "--boot", "--", "--unit=ihc-test.service"]
    environment = {**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1" if version == "v2" else "0"}
    outcome = run(command, env=environment, stdin=-3, timeout=300)
    log = (out / "log").read_text() if (out / "log").exists() else ""
    if "active" not in log:
        print(outcome.stdout[-500:], outcome.stderr[-500:], log[-500:])
        skip(f"no systemd could be booted here with control groups of {version}")
    for who in ("root", "nobody", "pod", "alone", "edited"):
        check(f"{who}: 0" in log or f"{who}: 4" in log, f"{version}: collected as {who} {[line for line in log.splitlines() if line.startswith(who)]}")
    return out


def unit_of(facts, name="inference-vllm.service"):
    return next(service for service in facts["services"] if service["unit"] == name)


def shown(out):
    return dict(line.split("=", 1) for line in (out / "show").read_text().splitlines() if "=" in line)


def status_of(out):
    return dict(line.split(":\t", 1) for line in (out / "status").read_text().splitlines() if ":\t" in line)


def numbers_of(pair):
    return tuple((pair or {}).get(name, {}).get("value") for name in ("soft", "hard"))


def asked_and_had(out, version):
    facts = facts_of(out / "root.ihc.tar.zst")
    service, show = unit_of(facts), shown(out)
    worker = next(worker for worker in facts["workers"] if worker.get("unit") == "inference-vllm.service")
    check(service["holds_worker"], f"{version}: the unit holds the worker")
    equal(str(service["main_pid"]), show["MainPID"], f"{version}: its main process")
    declared, effective = service["declared"], service["effective"]
    for name, value in (("cpu_affinity", "0"), ("numa_policy", "bind"), ("numa_mask", "0"), ("nice", -5), ("cpu_quota_cpus", 0.6), ("oom_score_adjust", -200)):
        equal(declared.get(name), value, f"{version}: the file says {name}")
        equal(effective.get(name), value, f"{version}: the service manager has {name}")
    for whose, limit in (("the file says", declared["limits"].get("NOFILE")), ("the service manager has", effective["limits"].get("NOFILE")),
                         ("the process has", worker["limits"].get("open_files"))):
        equal(numbers_of(limit), (4096, 8192), f"{version}: {whose} the limits of open files")
    # A container may not raise every limit, nor lower its score: what the process has is then not what the unit asks for.
    has_all = re.search(r"Max locked memory +unlimited", (out / "limits").read_text()) is not None
    equal(effective["limits"]["MEMLOCK"]["soft"]["unlimited"], True, f"{version}: the unit asks for any locked memory")
    equal(worker["limits"]["locked_memory_bytes"]["soft"]["unlimited"], has_all, f"{version}: the process has what the kernel gave it")
    status = status_of(out)
    equal(worker["cpus_allowed"], status["Cpus_allowed_list"], f"{version}: CPUs of the process")
    equal(worker["cpus_allowed"], "0", f"{version}: are those asked for")
    equal(worker["min_nice"], -5, f"{version}: and its niceness")
    equal(worker["oom_score_adjust"], int((out / "oom_score_adj").read_text()), f"{version}: and its score, whatever the unit asks for")
    equal(worker["scheduling_policies"], ["batch"], f"{version}: and its scheduling")
    check(any("bind" in policy for policy in worker.get("memory_policies", [])), f"{version}: and its memory policy {worker.get('memory_policies')}")
    check(not service.get("need_daemon_reload"), f"{version}: the file is what was loaded")
    paths = worker["cgroup_paths"]
    equal(paths["" if version == "v2" else "name=systemd"], "/system.slice/inference-vllm.service", f"{version}: its own control group")
    # The quota is the unit's wish; it is in force only where the container was given the controller.
    if version == "v1" and paths.get("cpu") == "/":
        print("not shown: v1: the container was given no cpu controller: the process stays in its root, without a quota")
        equal([group["path"] for group in facts["cgroups"] if "cpu_limit_cpus" in group], [], "v1: and no quota is made up")
        return
    groups = [group for group in facts["cgroups"] if group.get("unit") == "inference-vllm.service"]
    equal([group["version"] for group in groups], [version], f"{version}: and of that version")
    limited = [group["cpu_limit_cpus"] for group in groups if "cpu_limit_cpus" in group]
    if limited:
        equal(limited, [0.6], f"{version}: the quota is in force")
    else:
        print(f"not shown: {version}: the container was given no cpu controller, and no quota is in its control group")


def edited(out, version):
    service = unit_of(facts_of(out / "edited.ihc.tar.zst"))
    equal(service["need_daemon_reload"], True, f"{version}: a file changed and not loaded is seen")
    equal(service["declared"]["nice"], 3, f"{version}: what it says now")
    equal(service["effective"]["nice"], -5, f"{version}: is not what runs")


def as_others(out, version):
    root = facts_of(out / "root.ihc.tar.zst")
    for who in ("nobody", "pod"):
        facts = facts_of(out / f"{who}.ihc.tar.zst")
        workers = [worker for worker in facts["workers"] if worker.get("unit") == "inference-vllm.service"]
        check(workers, f"{version}: {who} finds the worker and its unit")
        if workers:
            equal(workers[0]["key"], next(w["key"] for w in root["workers"] if w["pid"] == workers[0]["pid"]), f"{version}: {who} gives it the same name")
            equal(workers[0]["cpus_allowed"], "0", f"{version}: {who} sees its CPUs")
    nobody = facts_of(out / "nobody.ihc.tar.zst")
    check(any("permission" == why["reason"] for pointer, why in nobody["missing"].items() if pointer.startswith("/workers/")), f"{version}: nobody is told what it may not see")
    equal(unit_of(nobody)["effective"].get("nice"), -5, f"{version}: nobody may ask the service manager")
    alone = facts_of(out / "alone.ihc.tar.zst")
    equal(alone["workers"], [], f"{version}: in a process namespace of one's own there is no worker, and none is made up")


if os.geteuid() != 0:
    skip("booting a container needs root")
need_tools("systemd-nspawn", "unshare")
tree = tree_of()
with temporary_directory() as directory:
    for version in ("v2", "v1"):
        out = boot(tree, directory, version)
        asked_and_had(out, version)
        edited(out, version)
        as_others(out, version)
finish()
