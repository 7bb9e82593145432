#!/usr/bin/env python3
"""A second implementation agrees: on whole answers over plain HTTP, `wrk` and `ihc bench` see the same throughput and the same
latency of one server, taken in turns within one run."""
import json
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ihc_test import IHC, check, finish, ihc, need_tools, run, temporary_directory

need_tools("wrk")
SECONDS = 4
CONNECTIONS = 8
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}

SCRIPT = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"model":"mock","messages":[{"role":"user","content":"hello"}],"max_tokens":16,"stream":false}'
"""


def by_wrk(url, script):
    text = run(["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency", "-s", script, f"{url}/v1/chat/completions"]).stdout
    median, unit = re.search(r"50%\s+([\d.]+)(us|ms|s)", text).groups()
    return float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1)), float(median) * UNITS[unit]


def by_ihc(url):
    outcome = ihc("bench", "--url", url, "--no-stream", "--concurrency", CONNECTIONS, "--duration", SECONDS, "--max-tokens", 16,
                  "--prompt-tokens", 1, "--format", "json", "--quiet")
    metrics = json.loads(outcome.stdout)["runs"][0]["metrics"]
    return metrics["request_throughput_rps"]["mean"], metrics["e2e_service_ms"]["p50"]


def compare(url, script, what, attempts=3):
    """In turns, so that both have the same neighbours; the closest of three pairs counts."""
    seen = []
    for _ in range(attempts):
        wrk, ours = by_wrk(url, script), by_ihc(url)
        seen.append((ours[0] / wrk[0], ours[1] / wrk[1]))
        print(f"{what}: wrk {wrk[0]:.0f}/s, p50 {wrk[1]:.2f} ms; ihc {ours[0]:.0f}/s, p50 {ours[1]:.2f} ms")
        if all(abs(ratio - 1) <= 0.1 for ratio in seen[-1]):
            break
    text = "; ".join(f"throughput x{rate:.3f}, latency x{latency:.3f}" for rate, latency in seen)
    check(all(abs(ratio - 1) <= 0.1 for ratio in seen[-1]), f"{what}: within 10 % of each other: {text}")


with temporary_directory() as folder:
    script = pathlib.Path(folder, "post.lua")
    script.write_text(SCRIPT)
    for service in ("5ms", "20ms"):
        server = subprocess.Popen([str(IHC), "mock-server", "--service", service, "--for", "120s"], stdout=subprocess.PIPE, text=True)
        compare(server.stdout.readline().strip(), script, f"answers that take {service}")
        server.terminate()
        server.wait()
finish()
