#!/usr/bin/env python3
"""What the load generator itself costs: its processor time per 1,000 streamed chunks with 1, 64, 512 and 1,024 streams, and how
late the median first token is above the script. A program that measures, no test.
    IHC_BUILD_DIR=build/release tests/bench/load_cost.py"""
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ihc_test import IHC, ihc

TOKENS = 100
GAP_MS = 50
TTFT_MS = 200


def measure(streams):
    server = subprocess.Popen([str(IHC), "mock-server", "--ttft", f"{TTFT_MS}ms", "--gap", f"{GAP_MS}ms", "--for", "120s"], stdout=subprocess.PIPE,
                              text=True)
    url = server.stdout.readline().strip()
    outcome = ihc("bench", "--url", url, "--concurrency", streams, "--n-requests", max(streams, 4), "--max-tokens", TOKENS, "--format", "json", "--quiet")
    server.terminate()
    server.wait()
    return json.loads(outcome.stdout)["runs"][0]


print(f"{'streams':>8}{'chunks':>10}{'ok':>8}{'CPU ms per 1,000 chunks':>26}{'% of a CPU':>12}{'ttft above script, p50 / p99 ms':>34}{'icl p99 ms':>12}")
for streams in (1, 64, 512, 1024):
    run = measure(streams)
    chunks = run["tokens"]["completion"]
    cpu = run["client"]["cpu_s"]
    ttft = run["metrics"]["ttft_ms"]
    above = f"{ttft['p50'] - TTFT_MS:.2f} / {ttft['p99'] - TTFT_MS:.2f}"
    print(f"{streams:>8}{chunks:>10}{run['requests']['ok']:>8}{cpu * 1e6 / chunks:>26.2f}{100 * cpu / run['client']['wall_s']:>12.1f}{above:>34}"
          f"{run['metrics']['icl_ms']['p99']:>12.2f}")
