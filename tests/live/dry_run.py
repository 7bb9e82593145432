#!/usr/bin/env python3
"""`collect --dry-run` keeps nothing back: every file below /proc, /sys, /etc, /dev, /run and /var that a real collection opens,
lists or follows, and every program that it runs, is on one of its lines."""
import json
import os
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ihc_test import IHC, Worker, check, equal, finish, need_tools, run, skip, temporary_directory

need_tools("strace")
WATCHED = re.compile(r"^/(proc|sys|etc|dev|run|var)(/|$)")


def lines_of(*arguments):
    outcome = run([IHC, "collect", "--dry-run", "--format", "json", *arguments])
    equal(outcome.returncode, 0, "the dry run ends well")
    return json.loads(outcome.stdout)


def patterns_of(lines, worker, cgroups):
    """Regular expressions of the paths that the lines name, and the programs that they run."""
    paths, programs = [], set()
    for line in lines:
        kind, what = re.match(r"^\S+ +(\S+) +(.*)  \(.*\)$", line).groups()
        if kind == "command":
            programs.add(what.split(" ")[0])
            continue
        for path in re.findall(r"(?:\{cgroup\})?/(?:\{[^}]*\}|[^ ,;:{])+", what):
            paths += one_pattern(path, worker, cgroups)
    return [re.compile(f"^{path}$") for path in paths], programs


def alternatives(path):
    """"/proc/PID/{comm,stat}" as its parts."""
    braces = re.search(r"\{([^}]*,[^}]*)\}", path)
    if not braces:
        return [path]
    return [path[:braces.start()] + part + path[braces.end():] for part in braces.group(1).split(",")]


def one_pattern(path, worker, cgroups):
    found = []
    for one in alternatives(path):
        text = re.escape(one).replace(r"\*", "[^/]+")
        text = text.replace(re.escape("{worker}"), str(worker or "[0-9]+")).replace("/PID/", "/[0-9]+/")
        text = text.replace(re.escape("{cgroup}"), "(" + "|".join(map(re.escape, cgroups)) + ")")
        found.append(text)
    return found


def whole_calls(trace):
    """The lines of strace, those put together that another process's call came between."""
    begun = {}
    for line in pathlib.Path(trace).read_text(errors="replace").splitlines():
        pid = line.split(" ", 1)[0]
        resumed = re.match(r"^\d+ +<\.\.\. \w+ resumed>(.*)$", line)
        if line.endswith("<unfinished ...>"):
            begun[pid] = line.removesuffix("<unfinished ...>")
        else:
            yield begun.pop(pid, "") + resumed.group(1) if resumed else line


def opened(trace):
    """Process → paths it opened for reading (or linked through), in the processes that are ihc's own; and programs run."""
    paths, programs, own, foreign = {}, {}, None, set()
    for line in whole_calls(trace):
        call = re.match(r"^(\d+) +(\w+)\((.*)$", line)
        if not call:
            continue
        pid, name, rest = call.groups()
        own = own or pid
        if name in ("execve", "execveat") and rest.rstrip().endswith("= 0"):
            program = re.search(r'"([^"]*)"', rest).group(1)
            if pid != own:
                foreign.add(pid)
                programs[os.path.basename(program)] = line
        elif name in ("clone", "clone3", "fork", "vfork") and pid in foreign:
            foreign.add(rest.rsplit("= ", 1)[-1].split(" ")[0])
        elif pid not in foreign and name in ("open", "openat", "openat2", "readlink", "readlinkat"):
            at = re.match(r'(?:[\w]+<([^>]*)>, )?"([^"]*)"', rest)
            if at and "O_DIRECTORY" not in rest:
                paths.setdefault(os.path.join(at.group(1) or "/", at.group(2)).rstrip("/"), line)
    return paths, programs


def of_the_program_itself(path):
    """What a process reads for itself: its libraries, its own status, the tables of the C library."""
    return (re.match(r"^/etc/(ld\.so\.|localtime|nsswitch|openssl|ssl|gai\.conf)|^/proc/self(/|$)|^/proc/thread-self/|^/dev/null$|^/proc/[0-9]+/fd/[0-9]+$", path)
            or re.match(r"^/sys/devices/system/cpu/(online|possible)$", path))


def compare(directory, worker, name, *selection):
    trace, bundle, folder = (f"{directory}/{name}{end}" for end in (".trace", ".ihc.tar.zst", ".tree"))
    selection = [*selection, "--window", "1"]
    lines = lines_of(*selection)
    outcome = run(["strace", "-f", "-y", "-s", "400", "-o", trace, "-e",
                   "trace=open,openat,openat2,readlink,readlinkat,execve,execveat,clone,clone3,fork,vfork", IHC, "collect", *selection, "-o", bundle,
                   "--quiet"])
    check(outcome.returncode in (0, 4), f"{name}: collect under strace ends well {outcome.stderr.strip()[-300:]}")
    equal(run([IHC, "unpack", bundle, folder]).returncode, 0, f"{name}: the bundle is unpacked")
    cgroups = json.loads(pathlib.Path(f"{folder}/probes/discovery.json").read_text())["cgroups"]
    patterns, programs = patterns_of(lines, worker, cgroups)
    paths, ran = opened(trace)
    unsaid = {path: line for path, line in paths.items()
              if WATCHED.match(path) and not of_the_program_itself(path) and not any(p.match(path) for p in patterns)}
    for path, line in sorted(unsaid.items())[:40]:
        print("  not on a line:", line[:160])
    check(len(paths) > 100, f"{name}: {len(paths)} paths were opened")
    equal(sorted(unsaid), [], f"{name}: every path is on one of the {len(lines)} lines")
    equal(sorted(set(ran) - programs), [], f"{name}: every program ({', '.join(sorted(ran))}) is on one of the lines")
    return lines, paths


with temporary_directory() as directory, Worker() as worker:
    if run(["strace", "-f", "-o", f"{directory}/trace", "true"]).returncode != 0:
        skip("strace may not trace here")
    lines, paths = compare(directory, worker.pid, "a worker", "--pid", str(worker.pid))
    # A file that is not there is asked for and not opened; those that exist must have been.
    single = {line.split()[2] for line in lines if line.split()[1] in ("file", "sample")}
    equal(sorted(path for path in single if os.path.isfile(path) and path not in paths), [], "every single file on a line that exists was opened")
    compare(directory, 0, "a search")
    tree = pathlib.Path(directory) / "host"
    for path in ("etc", "proc/1", "sys/fs/cgroup"):
        (tree / path).mkdir(parents=True)
    (tree / "etc/hostname").write_text("host-1\n")
    compare(directory, 0, "below a root", "--root", str(tree))
finish()
