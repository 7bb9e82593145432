"""What the tests of the real program share: running it, a worker to look at, and words for failures.

A test is a script; it prints what it checked, exits 0 when all held, 1 when something did not, and 77 when this machine
cannot show it (ctest counts that as skipped, with the printed reason).
"""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SKIPPED = 77
SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("IHC_BUILD_DIR", SOURCE / "build" / "release"))
IHC = BUILD / "ihc"

_failures = []


def check(holds, what):
    """Notes one expectation; the script goes on so that one run shows every difference."""
    print(("ok    " if holds else "FAIL  ") + what)
    if not holds:
        _failures.append(what)


def equal(actual, expected, what):
    check(actual == expected, f"{what}: {actual!r}" + ("" if actual == expected else f", expected {expected!r}"))


def finish():
    print(f"{len(_failures)} failed" if _failures else "all held")
    sys.exit(1 if _failures else 0)


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def need_tools(*names):
    missing = [name for name in names if shutil.which(name) is None]
    if missing:
        skip(f"not installed: {', '.join(missing)}")


def run(arguments, **options):
    options = {"timeout": 240, "text": True, "errors": "replace", **options}
    return subprocess.run([str(a) for a in arguments], capture_output=True, **options)


def ihc(*arguments, **options):
    return run([IHC, *arguments], **options)


def temporary_directory():
    return tempfile.TemporaryDirectory(prefix="ihc-test-")


# A multi-threaded process with something to see: one thread pinned elsewhere than the rest, and some resident memory.
WORKER_PROGRAM = r"""
import os, sys, threading, time
block = bytearray(32 * 1024 * 1024)
for at in range(0, len(block), 4096): block[at] = 1
def spin():
    end = time.time() + 600
    while time.time() < end:
        for _ in range(20000): pass
        time.sleep(0.002)
def pinned():
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    spin()
for target in (spin, spin, pinned): threading.Thread(target=target, daemon=True).start()
print("ready", flush=True)
time.sleep(600)
"""


class Worker:
    """A live worker process; `arguments` are appended to its command line, `environment` replaces its environment."""

    def __init__(self, *arguments, environment=None, preexec=None):
        self.process = subprocess.Popen([sys.executable, "-c", WORKER_PROGRAM, *arguments], stdout=subprocess.PIPE, text=True,
                                        env=environment, preexec_fn=preexec)
        self.process.stdout.readline()
        time.sleep(0.2)
        self.pid = self.process.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def facts_of(bundle):
    outcome = ihc("inspect", bundle, "--facts")
    if outcome.returncode != 0:
        raise SystemExit(f"inspect failed: {outcome.stderr}")
    return json.loads(outcome.stdout)


def manifest_of(bundle):
    outcome = ihc("inspect", bundle, "--manifest")
    if outcome.returncode != 0:
        raise SystemExit(f"inspect failed: {outcome.stderr}")
    return json.loads(outcome.stdout)


def cpu_list(text):
    """The kernel's list form as a set of numbers."""
    numbers = set()
    for part in filter(None, text.strip().split(",")):
        first, _, last = part.partition("-")
        numbers.update(range(int(first), int(last or first) + 1))
    return numbers
