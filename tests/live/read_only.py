#!/usr/bin/env python3
"""`collect` changes nothing: under strace no file outside its output is opened for writing, created, renamed or removed,
and no setting of the kernel differs afterwards."""
import glob
import os
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import metrics_server
from ihc_test import IHC, Worker, check, equal, finish, need_tools, run, skip, temporary_directory

need_tools("strace")

# Device nodes that a program may open for writing without changing anything.
ALLOWED_DEVICES = {"/dev/null", "/dev/tty"}
CHANGING_CALLS = ("open,openat,openat2,creat,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,link,linkat,symlink,"
                  "symlinkat,truncate,ftruncate,chmod,fchmodat,chown,fchownat,lchown,utimensat,mknod,mknodat,setxattr,mount,umount2,"
                  "sched_setaffinity,mbind,migrate_pages,move_pages,kill,tkill,tgkill,pidfd_send_signal,bpf,"
                  "init_module,finit_module,delete_module,sethostname,settimeofday,clock_settime,swapon,swapoff,reboot")
# set_mempolicy is not watched: libnuma probes what the kernel offers by setting and restoring its own thread's policy, and the
# call can reach no other thread.
SETTINGS = ["/sys/kernel/mm/*/*", "/sys/kernel/mm/transparent_hugepage/*/*", "/sys/devices/system/cpu/cpu*/cpufreq/scaling_[gm]*",
            "/sys/devices/system/cpu/cpu*/cpuidle/state*/disable", "/sys/devices/system/cpu/cpu*/online",
            "/sys/devices/system/cpu/smt/control", "/sys/devices/system/clocksource/*/current_clocksource",
            "/sys/module/*/parameters/*", "/sys/block/*/queue/scheduler", "/sys/class/net/*/queues/*/[rx]ps_cpus",
            "/proc/irq/*/smp_affinity"]
# Counters that live among the sysctls: they move by themselves.
MOVING = re.compile(r"^(fs\.(dentry-state|file-nr|inode-nr|inode-state|quota\..*|aio-nr|epoll)|kernel\.(random\..*|pty\.nr|ns_last_pid|"
                    r"perf_event_max_sample_rate)|net\.netfilter\.nf_conntrack_count|.*\.conf\..*\.mtu|kernel\.sched_domain.*)")


def settings():
    values = {}
    for line in run(["sysctl", "-a"]).stdout.splitlines():
        name, _, value = line.partition(" = ")
        if not MOVING.match(name):
            values[name] = value
    for pattern in SETTINGS:
        for path in glob.glob(pattern):
            if not os.stat(path).st_mode & 0o222:
                continue  # a read-only attribute is a reading, not a setting
            try:
                values[path] = pathlib.Path(path).read_bytes()
            except OSError:
                continue
    return values


def offending(line, output):
    call = re.match(r"^(?:\d+ +)?(\w+)\((.*)$", line)
    if not call or line.rstrip().endswith(("ENOENT (No such file or directory)", "EACCES (Permission denied)")):
        return None
    name, rest = call.groups()
    paths = re.findall(r'"([^"]*)"', rest)
    if name in ("open", "openat", "openat2", "creat"):
        if name != "creat" and not re.search(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC", rest):
            return None
        path = paths[0] if paths else ""
        return None if path in ALLOWED_DEVICES or path.startswith(output) else f"{name} {path}"
    if name in ("kill", "tkill", "tgkill", "pidfd_send_signal"):
        return None  # ends its own helper and commands; the worker's survival is checked below
    if name in ("ftruncate",):
        return None  # works on a descriptor whose open is judged above
    return None if paths and all(path.startswith(output) for path in paths) else line.strip()


with temporary_directory() as directory, Worker() as worker:
    output = f"{directory}/out"
    os.mkdir(output)
    trace = f"{directory}/trace"
    probe = run(["strace", "-f", "-o", trace, "true"])
    if probe.returncode != 0:
        skip("strace may not trace here: " + probe.stderr.strip())
    server = metrics_server.Server(metrics_server.vllm())
    before = settings()
    outcome = run(["strace", "-f", "-o", trace, "-e", f"trace={CHANGING_CALLS}", IHC, "collect", "--pid", worker.pid, "--window", "1",
                   "--metrics-url", f"http://127.0.0.1:{server.port}",
                   "-o", f"{output}/b.ihc.tar.zst", "--quiet"])
    after = settings()
    equal(outcome.returncode, 0, f"collect under strace ends well {outcome.stderr.strip()[-300:]}")
    lines = pathlib.Path(trace).read_text(errors="replace").splitlines()
    check(len(lines) > 100, f"strace saw {len(lines)} calls")
    check(any(f"{output}/" in line and "O_CREAT" in line for line in lines), "strace saw the bundle being created")
    equal({request.split()[0] for request in server.requests}, {"GET"}, "the metrics endpoint is only read")
    bad = sorted({found for line in lines if (found := offending(line, output))})
    equal(bad, [], "nothing outside the output is written")
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    equal(changed, [], f"{len(before)} settings are as before")
    equal(worker.process.poll(), None, "the worker still runs")
    equal(sorted(os.listdir(output)), ["b.ihc.tar.zst"], "the output holds the bundle and nothing else")
finish()
