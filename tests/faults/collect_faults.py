#!/usr/bin/env python3
"""What `collect` does when the world does not cooperate: no space, no directory, no permission, no privilege, Ctrl-C,
secrets in sight, nothing to find, a folder in place of the machine."""
import json
import os
import pathlib
import pwd
import signal
import stat
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ihc_test import IHC, Worker, check, equal, facts_of, finish, ihc, manifest_of, run, temporary_directory


def one_sentence(outcome, path, what):
    check(outcome.stderr.startswith("ihc: ") and outcome.stderr.count("\n") == 1 and path in outcome.stderr,
          f"{what} is one sentence that names the path: {outcome.stderr.strip()!r}")


def missing_directory(directory):
    target = f"{directory}/no/such/dir/b.ihc.tar.zst"
    outcome = ihc("collect", "--window", "1", "-o", target, "--quiet")
    equal(outcome.returncode, 3, "a missing directory: exit 3")
    one_sentence(outcome, f"{directory}/no/such/dir", "a missing directory")


def full_disk(directory):
    if os.geteuid() != 0:
        print("not shown: a full disk needs a mount, and this user may not mount")
        return
    mount = f"{directory}/small"
    os.mkdir(mount)
    if run(["mount", "-t", "tmpfs", "-o", "size=8k", "none", mount]).returncode != 0:
        print("not shown: a full disk needs a mount, and mounting is refused here")
        return
    try:
        outcome = ihc("collect", "--window", "0.2", "-o", f"{mount}/b.ihc.tar.zst", "--quiet")
        equal(outcome.returncode, 3, "a full disk: exit 3")
        one_sentence(outcome, mount, "a full disk")
        equal(os.listdir(mount), [], "no half bundle stays on a full disk")
        run(["mount", "-o", "remount,ro", mount])
        outcome = ihc("collect", "--window", "0.2", "-o", f"{mount}/b.ihc.tar.zst", "--quiet")
        equal(outcome.returncode, 3, "a read-only target: exit 3")
        one_sentence(outcome, mount, "a read-only target")
    finally:
        run(["umount", mount])


def interrupted(directory):
    target = f"{directory}/interrupted.ihc.tar.zst"
    process = subprocess.Popen([IHC, "collect", "--window", "60", "-o", target], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    time.sleep(3)
    process.send_signal(signal.SIGINT)
    began = time.time()
    process.communicate(timeout=60)
    equal(process.returncode, 4, "Ctrl-C: exit 4")
    check(time.time() - began < 30, "Ctrl-C ends the window early")
    equal(ihc("verify", target, "--quiet").returncode, 0, "the interrupted bundle is whole")
    equal(manifest_of(target)["interrupted"], True, "and marked as interrupted")
    equal(stat.S_IMODE(os.stat(target).st_mode), 0o600, "and readable by its owner alone")


def as_nobody(directory):
    if os.geteuid() != 0:
        print("not shown: becoming nobody needs root")
        return
    nobody = pwd.getpwnam("nobody")
    target = f"{directory}/nobody"
    os.mkdir(target)
    os.chown(target, nobody.pw_uid, nobody.pw_gid)
    os.chmod(directory, 0o755)
    program = f"{directory}/ihc-copy"
    run(["cp", IHC, program])
    os.chmod(program, 0o755)

    def become():
        os.setgroups([])
        os.setgid(nobody.pw_gid)
        os.setuid(nobody.pw_uid)

    with Worker() as worker:  # root's process, seen by nobody
        outcome = run([program, "collect", "--pid", worker.pid, "--window", "1", "-o", f"{target}/b.ihc.tar.zst", "--quiet"],
                      preexec_fn=become, cwd="/")
    equal(outcome.returncode, 0, f"as nobody: exit 0 {outcome.stderr.strip()[-300:]}")
    manifest = manifest_of(f"{target}/b.ihc.tar.zst")
    refused = [c for c in manifest["collectors"] if c["reason"] == "permission"]
    check(refused and all(c["hint"] for c in refused), f"what needs privilege says so, with a hint: {[c['name'] for c in refused]}")
    facts = facts_of(f"{target}/b.ihc.tar.zst")
    check("bytes_by_node" not in facts["workers"][0], "the placement of a foreign process is absent, not zero")
    check(any(why["reason"] == "permission" for why in facts["missing"].values()), "and the facts say why")


def secrets(directory):
    secret = "hf_" + "Zq7" * 12
    password = "correcthorsebatterystaple"
    environment = {**os.environ, "HF_TOKEN": secret, "OMP_NUM_THREADS": "4", "DATABASE_URL": f"postgres://me:{password}@db/x"}
    target = f"{directory}/secrets.ihc.tar.zst"
    with Worker("--api-key", secret, f"--db=postgres://me:{password}@db/x", "--max-tokens", "4096", environment=environment) as worker:
        equal(ihc("collect", "--pid", worker.pid, "--window", "0.5", "-o", target, "--quiet").returncode, 0, "collect ends well")
    equal(ihc("unpack", target, f"{directory}/plain").returncode, 0, "unpack ends well")
    leaks = run(["grep", "-rlE", f"{secret}|{password}", f"{directory}/plain"]).stdout.split()
    equal(leaks, [], "no secret is in the bundle")
    worker_facts = facts_of(target)["workers"][0]
    check("--max-tokens 4096" in worker_facts["command_line"], "a harmless flag is kept")
    equal(worker_facts.get("environment", {}).get("OMP_NUM_THREADS"), "4", "a harmless variable is kept")
    check(sum(manifest_of(target)["scrubbed"].values()) >= 3, "the manifest counts what was scrubbed")


def nothing_found(directory):
    target = f"{directory}/nothing.ihc.tar.zst"
    outcome = ihc("collect", "--match", "^no such command line$", "--window", "0.2", "-o", target, "--quiet")
    equal(outcome.returncode, 0, "no worker found: exit 0")
    equal(facts_of(target)["workers"], [], "and an empty list of workers")
    equal(ihc("check", target).returncode, 0, "and findings all the same")


def wrong_usage(directory):
    for arguments in (["--pid", "1", "--match", "x"], ["--only", "nonsense"], ["--match", "("], ["--window", "-1"], ["--pid", "99999999"],
                      ["--label", "novalue"], ["--unknown"]):
        outcome = ihc("collect", "--quiet", "-o", f"{directory}/usage.ihc.tar.zst", *arguments)
        equal(outcome.returncode, 2, f"{' '.join(arguments)}: exit 2 {outcome.stderr.strip().splitlines()[:1]}")
        check(not os.path.exists(f"{directory}/usage.ihc.tar.zst"), "and no bundle")


def other_root(directory):
    root = pathlib.Path(directory) / "host"
    for path, text in {"proc/sys/kernel/hostname": "elsewhere\n", "sys/devices/system/cpu/online": "0-3\n", "proc/cmdline": "quiet\n",
                       "sys/devices/system/node/online": "0\n", "sys/devices/system/node/node0/cpulist": "0-3\n"}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    (root / "etc").mkdir()
    (root / "etc/os-release").symlink_to("/../../../../../../etc/shadow")
    os.mkfifo(root / "proc/version")
    target = f"{directory}/root.ihc.tar.zst"
    outcome = ihc("collect", "--root", root, "--window", "0.2", "-o", target, "--quiet", timeout=100)
    equal(outcome.returncode, 0, f"--root: exit 0 {outcome.stderr.strip()[-200:]}")
    facts = facts_of(target)
    equal(facts["topology"]["cpus_online"], "0-3", "--root reads the tree's files")
    equal(facts["node"]["hostname"], "elsewhere", "and no others")
    equal(ihc("unpack", target, f"{directory}/root-plain").returncode, 0, "unpack ends well")
    equal(run(["grep", "-rl", "root:", f"{directory}/root-plain"]).stdout.split(), [], "a link does not lead out of the tree")


for case in (missing_directory, full_disk, interrupted, as_nobody, secrets, nothing_found, wrong_usage, other_root):
    print(f"-- {case.__name__}")
    with temporary_directory() as directory:
        case(directory)
finish()
