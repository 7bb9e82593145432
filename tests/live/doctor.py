#!/usr/bin/env python3
"""`doctor` keeps its word: what it says can be had is in the bundle of the collection that follows, by the same user, and what
it says can't is not; as root and as an ordinary user, with and without a worker, below --root. And it changes nothing."""
import json
import os
import pathlib
import pwd
import re
import shutil
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ihc_test import IHC, SOURCE, Worker, check, equal, finish, ihc, run, temporary_directory

CONTAINED = 5  # seconds; "a few"


def become_nobody():
    os.setgroups([])
    nobody = pwd.getpwnam("nobody")
    os.setgid(nobody.pw_gid)
    os.setuid(nobody.pw_uid)


def doctor(program, *arguments, **options):
    began = time.time()
    outcome = run([program, "doctor", "--format", "json", *arguments], **options)
    equal(outcome.returncode, 0, f"doctor {' '.join(map(str, arguments))} ends well {outcome.stderr.strip()[-200:]}")
    check(time.time() - began < 4 * CONTAINED, f"and in {time.time() - began:.1f} s")
    return json.loads(outcome.stdout)


def stored_paths(folder):
    """What `unpack` gave: single and packed files at their own paths, samples as folders of readings."""
    return ["/" + str(p.relative_to(folder / "root")) for p in (folder / "root").rglob("*") if p.is_symlink() or not p.is_dir()]


def component_pattern(pattern, workers, cgroups):
    """A row's pattern as one regular expression over stored paths; a sample's path is followed by its reading."""
    text = re.escape(pattern).replace(r"\*", "[^/]+")
    text = text.replace(re.escape("{worker}"), "(" + "|".join(map(str, workers)) + ")" if workers else "(?!)")
    text = text.replace(re.escape("{cgroup}"), "(" + "|".join(map(re.escape, cgroups)) + ")")
    return re.compile("^" + text + r"(\.samples/[0-9]+-[0-9]+)?$")


def compare(report, bundle, folder, who):
    manifest = json.loads(ihc("inspect", bundle, "--manifest").stdout)
    unpacked = run([IHC, "unpack", bundle, folder, "--quiet"])
    equal(unpacked.returncode, 0, f"{who}: the bundle is unpacked {unpacked.stderr.strip()}")
    paths = stored_paths(folder)
    states = {record["name"]: record["status"] for record in manifest["collectors"]}
    commands = {}
    for record in manifest["commands"]:
        commands.setdefault(re.sub(r"-\d+$", "", record["slug"]), []).append(record["status"])
        commands.setdefault(record["slug"], []).append(record["status"])
    probes = {p.stem for p in (folder / "probes").iterdir()}
    for collector in report["collectors"]:
        equal(collector["state"], states[collector["name"]], f"{who}: {collector['name']} is as doctor foretold")
        wrong = [row["what"] for row in collector["rows"]
                 if was_had(row, report, paths, commands, probes) != (row["good"] > 0)]
        equal(wrong, [], f"{who}: every one of the {len(collector['rows'])} sources of {collector['name']}")


def was_had(row, report, paths, commands, probes):
    if row["kind"] == "command":
        return "ok" in commands.get(row["slug"], [])
    if "instead_of" in row and "ok" in commands.get(row["instead_of"], []):
        return row["good"] > 0  # it was not needed
    if row["kind"] == "probe":
        return any(name == row["slug"] or re.fullmatch(re.escape(row["slug"]) + r"-\d+", name) for name in probes)
    pattern = component_pattern(row["what"], report["workers"]["pids"], report["workers"]["cgroups"])
    return any(pattern.match(path) for path in paths)


def keeps_its_word(program, directory, who, *arguments, **options):
    report = doctor(program, *arguments, **options)
    bundle = f"{directory}/{who.replace(' ', '-')}.ihc.tar.zst"
    outcome = run([program, "collect", *arguments, "--window", "4", "-o", bundle, "--quiet"], **options)
    check(outcome.returncode in (0, 4), f"{who}: collect ends well {outcome.stderr.strip()[-300:]}")
    if os.path.exists(bundle):
        compare(report, bundle, pathlib.Path(f"{directory}/{who.replace(' ', '-')}"), who)
    return report


def remedies_of(report):
    return {remedy["id"]: remedy for remedy in report["remedies"]}


def as_nobody(directory, worker):
    if os.geteuid() != 0:
        print("not shown: becoming nobody needs root")
        return
    target = f"{directory}/nobody"
    os.mkdir(target)
    shutil.chown(target, "nobody")
    os.chmod(directory, 0o755)
    program = shutil.copy(IHC, f"{directory}/ihc-copy")
    os.chmod(program, 0o755)
    report = keeps_its_word(program, target, "nobody", "--pid", worker.pid, preexec_fn=become_nobody)
    remedies = remedies_of(report)
    check("ptrace" in remedies, "nobody is told what root's process keeps to itself")
    equal(remedies.get("ptrace", {}).get("commands", [{}])[0].get("run"), f"sudo {program} collect --pid {worker.pid}",
          "and the exact command that would change it")
    with_capability(program, target, worker, report)
    if os.path.exists("/usr/bin/python3"):
        sys.executable = "/usr/bin/python3"  # one that nobody may run
    with Worker(preexec=become_nobody) as own:
        report = keeps_its_word(program, target, "nobody of its own", "--pid", own.pid, preexec_fn=become_nobody)
        check("perf_of_others" not in remedies_of(report), "a user's own process can be counted, if perf is there")


def with_capability(program, target, worker, before):
    """The command that doctor gives is the one that helps: tried on a copy of the program."""
    commands = remedies_of(before).get("ptrace", {}).get("commands", [])
    change = next((c for c in commands if "setcap" in c["run"]), None)
    check(change is not None, "a capability is offered in place of root")
    if change is None or shutil.which("setcap") is None or run(["sh", "-c", change["run"].replace("sudo ", "")]).returncode != 0:
        print("not shown: this file system keeps no capabilities, or setcap is not installed")
        return
    report = keeps_its_word(program, target, "nobody with a capability", "--pid", worker.pid, preexec_fn=become_nobody)
    left = [row["what"] for c in report["collectors"] for row in c["rows"] if "ptrace" in row["remedies"]]
    equal(left, [], "with it nothing of the process is kept from nobody")
    equal(run(["sh", "-c", change["undo"].replace("sudo ", "")]).returncode, 0, "and the way back works")


def empty_environment(directory, worker):
    """The PATH of the caller does not count: programs are looked for where a collection looks for them."""
    plain = doctor(IHC, "--pid", worker.pid)
    bare = doctor(IHC, "--pid", worker.pid, env={})
    had = [[(row["what"], row["had"]) for row in c["rows"]] for c in plain["collectors"]]
    equal([[(row["what"], row["had"]) for row in c["rows"]] for c in bare["collectors"]], had, "an empty environment changes nothing")


def below_root(directory):
    """A recorded tree without a program: its files can be had, its commands can't."""
    tree = pathlib.Path(directory) / "tree"
    for path in ("etc/os-release", "proc/cpuinfo", "proc/meminfo", "proc/version"):
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
    (tree / "etc/os-release").write_text('ID=rocky\nID_LIKE="rhel centos fedora"\nPRETTY_NAME="Rocky Linux 9"\n')
    (tree / "proc/cpuinfo").write_text("processor\t: 0\nflags\t\t: fpu\n")
    (tree / "proc/meminfo").write_text("MemTotal: 1 kB\n")
    (tree / "proc/version").write_text("Linux version 5.14.0\n")
    report = keeps_its_word(IHC, directory, "a recorded tree", "--root", tree)
    equal(report["node"]["os"], "Rocky Linux 9", "the tree's own distribution is named")
    if os.geteuid() == 0:
        runs = [command["run"] for command in remedies_of(report).get("install", {}).get("commands", [])]
        check(any(text.startswith("sudo dnf install ") for text in runs), f"and installs as it does: {runs}")


def changes_nothing(directory, worker):
    if shutil.which("strace") is None:
        print("not shown: strace is not installed")
        return
    trace = f"{directory}/trace"
    outcome = run(["strace", "-f", "-o", trace, "-e", "trace=%file,%process,%desc,%signal", IHC, "doctor", "--pid", worker.pid])
    if outcome.returncode != 0:
        print("not shown: strace may not trace here")
        return
    lines = pathlib.Path(trace).read_text(errors="replace").splitlines()
    check(len(lines) > 1000, f"strace saw {len(lines)} calls")
    equal([line for line in lines if re.search(r"open(at2?)?\(", line) and re.search("O_WRONLY|O_RDWR|O_CREAT|O_TRUNC", line)
           and '"/dev/null"' not in line], [], "doctor opens nothing for writing")
    changing = re.compile(r"^\d+ +(rename|unlink|mkdir|rmdir|link|symlink|truncate|chmod|fchmod|chown|fchown|utimens|mknod|setxattr|mount)\w*\(")
    equal([line for line in lines if changing.match(line)], [], "and changes no name and no mode")
    equal(len([line for line in lines if re.search(r"^\d+ +execve(at)?\(", line)]), 1, "and runs no program but itself")


def in_words(directory, worker):
    text = ihc("doctor", "--pid", worker.pid, env={**os.environ, "COLUMNS": "80"})
    equal(text.returncode, 0, "doctor speaks to people")
    check("\033" not in text.stdout, "without colour where there is no terminal")
    check(text.stdout.rstrip().endswith("Nothing was changed."), "and ends with its sum")
    long = [line for line in text.stdout.splitlines() if len(line) > 120 and not line.startswith(("[", "    and back:"))]
    equal(long, [], "only commands are longer than a line")
    equal(ihc("doctor", "--pid", "999999999").returncode, 2, "no such process: exit 2")
    equal(ihc("doctor", "--root", f"{directory}/no-such").returncode, 3, "no such tree: exit 3")


with temporary_directory() as directory, Worker() as worker:
    report = keeps_its_word(IHC, directory, "root" if os.geteuid() == 0 else "a user", "--pid", worker.pid)
    equal(report["workers"]["pids"], [worker.pid], "the worker is found")
    alone = keeps_its_word(IHC, directory, "no worker", "--match", "no process has these words 7c1e")
    check("no_worker" in remedies_of(alone), "where there is none, it says so")
    as_nobody(directory, worker)
    empty_environment(directory, worker)
    below_root(directory)
    changes_nothing(directory, worker)
    in_words(directory, worker)
finish()
