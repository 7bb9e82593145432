#!/usr/bin/env python3
"""Runs the text cases: one file, many cases, each the real program with what it must print.

    NAME     refuses an unknown collector
    RUN      {ihc} collect --only nonsense -o {tmp}/b
    EXIT     2
    STDOUT   a substring of standard output      (repeatable)
    STDERR   a substring of standard error       (repeatable)
    NOT      a substring that neither may hold   (repeatable)
    TIMEOUT  seconds, 30 when not given

Cases are separated by blank lines; lines that begin with # are comments. {bundle} is a bundle of this machine, collected once.
RUN is split like a shell would split it, and run without one.
"""
import pathlib
import shlex
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ihc_test import BUILD, IHC, SOURCE, check, finish, ihc, run, temporary_directory

KEYS = {"NAME", "RUN", "EXIT", "STDOUT", "STDERR", "NOT", "TIMEOUT"}


def read_cases(path):
    case = {}
    for number, line in enumerate(path.read_text().splitlines() + [""], 1):
        if not line.strip():
            if case:
                yield case
            case = {}
        elif not line.startswith("#"):
            key, _, value = line.partition(" ")
            if key not in KEYS:
                raise SystemExit(f"{path}:{number}: unknown key {key!r}")
            case.setdefault(key, []).append(value.strip())


def run_case(case, names):
    arguments = [part.format(**names) for part in shlex.split(case["RUN"][0])]
    outcome = run(arguments, timeout=float(case.get("TIMEOUT", ["30"])[0]), cwd=names["tmp"])
    problems = []
    expected = int(case.get("EXIT", ["0"])[0])
    if outcome.returncode != expected:
        problems.append(f"exit {outcome.returncode}, expected {expected}")
    for key, text in (("STDOUT", outcome.stdout), ("STDERR", outcome.stderr)):
        problems += [f"{key} lacks {wanted!r}" for wanted in case.get(key, []) if wanted.format(**names) not in text]
    for unwanted in case.get("NOT", []):
        if unwanted in outcome.stdout + outcome.stderr:
            problems.append(f"prints {unwanted!r}")
    if problems:
        print(outcome.stdout[-2000:] + outcome.stderr[-2000:])
    check(not problems, case["NAME"][0] + ("" if not problems else ": " + "; ".join(problems)))


with temporary_directory() as directory:
    bundle = f"{directory}/node.ihc.tar.zst"
    collected = ihc("collect", "--window", "0.5", "-o", bundle, "--quiet")
    if collected.returncode != 0:
        raise SystemExit(f"no bundle to test with: {collected.stderr}")
    names = {"ihc": IHC, "build": BUILD, "source": SOURCE, "bundle": bundle, "tmp": directory}
    for path in sorted(SOURCE.glob("tests/cases/*.txt")):
        print(f"-- {path.name}")
        for case in read_cases(path):
            run_case(case, names)
finish()
