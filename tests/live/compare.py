#!/usr/bin/env python3
"""`ihc compare` on real bundles of the stand-in server that no number of runs makes comparable: other work, requests that fail, a load that
does not arrive, a client that waits for a CPU, an arm without a benchmark. Each is `not_comparable`, with that reason and no other of
these."""
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ihc_test import IHC, check, equal, facts_of, finish, ihc, temporary_directory

REASONS = {"cmp-error-rate", "cmp-offered-load", "cmp-idle-arm"}  # a busy machine can make a client wait for real: that one is left out


def measured(bundle, script=(), load=(), tokens=8):
    """A bundle with two short runs against the stand-in server with this script."""
    with subprocess.Popen([str(IHC), "mock-server", "--ttft", "2ms", "--for", "100s", *script], stdout=subprocess.PIPE, text=True) as server:
        outcome = ihc("bench", "--url", server.stdout.readline().strip(), "--runs", 2, "--n-requests", 20, "--max-tokens", tokens, *load, "--quiet",
                      "-o", bundle)
        server.terminate()
    if not pathlib.Path(bundle).exists():
        raise SystemExit(f"no bundle to test with: {outcome.stderr}")
    return bundle


def compared(before, after):
    outcome = ihc("compare", before, "--after", after, "--format", "json")
    if outcome.returncode != 0:
        raise SystemExit(f"compare failed: {outcome.stderr}")
    return json.loads(outcome.stdout)


def blocking(answer):
    """Rules that take every verdict back, with what they say."""
    return {finding["rule"]: finding for finding in answer["judgement"]
            if finding["result"] == "fail" and finding["severity"] == "high" and finding["rule"].startswith("cmp-")}


def role(answer, key):
    return next(row["role"] for row in answer["conditions"] if row["name"] == key)


def refused(before, after, rule, what):
    answer = compared(before, after)
    equal(answer["comparable"], False, f"{what}: may not be compared")
    check(rule in blocking(answer), f"{what}: because of {rule}, of {sorted(blocking(answer))}")
    equal((REASONS & blocking(answer).keys()) - {rule}, set(), f"{what}: and of nothing else that is tested here")
    equal({row["verdict"] for row in answer["metrics"]} - {"not_comparable"}, set(), f"{what}: no metric has another word")
    equal(ihc("compare", before, "--after", after, "--fail-on", "not_comparable").returncode, 1, f"{what}: a pipeline can stop there")
    return answer


def same_twice(usual, again):
    answer = compared(usual, again)
    equal(REASONS & blocking(answer).keys(), set(), "the same twice: none of these reasons")
    equal({key: role(answer, key) for key in ("work", "output_length", "load_shape")}, dict.fromkeys(("work", "output_length", "load_shape"), "none"),
          "the same twice: the same work")


def waited_for_a_cpu(folder, usual):
    facts = facts_of(usual)
    for run in facts["benchmarks"]:
        client = run["conditions"]["client"]
        client["run_delay_seconds"] = 0.5 * client["wall_seconds"]
    path = folder / "waited.json"
    path.write_text(json.dumps(facts))
    refused(usual, path, "cmp-client-unhealthy", "a client that waited for a CPU half of its time")


with temporary_directory() as directory:
    folder = pathlib.Path(directory)
    usual = measured(folder / "usual.ihc.tar.zst")
    same_twice(usual, measured(folder / "again.ihc.tar.zst"))

    other = refused(usual, measured(folder / "longer.ihc.tar.zst", tokens=32), "cmp-stack-hardware-workload", "other max_tokens")
    equal((role(other, "work"), role(other, "output_length")), ("confounder", "confounder"), "other max_tokens: asked for, and got")
    said = json.dumps(blocking(other)["cmp-stack-hardware-workload"])
    check("What each request asks for" in said and "Tokens in an answer" in said, "other max_tokens: the reason names both")

    refused(usual, measured(folder / "failing.ihc.tar.zst", ["--fail", "status:0.5"]), "cmp-error-rate", "requests that fail")
    slow = ["--service", "100ms", "--slots", "1"]
    paced = ["--rate", "25", "--arrival", "constant"]
    refused(measured(folder / "slow.ihc.tar.zst", slow, paced), measured(folder / "slower.ihc.tar.zst", slow, paced), "cmp-offered-load",
            "a load that does not arrive")
    waited_for_a_cpu(folder, usual)

    idle = folder / "idle.ihc.tar.zst"
    ihc("collect", "--window", "0.5", "--quiet", "-o", idle)
    for before, after in ((usual, idle), (idle, usual)):
        refused(before, after, "cmp-idle-arm", f"an idle arm ({'after' if after == idle else 'before'})")
finish()
