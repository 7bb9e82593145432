#!/usr/bin/env python3
"""What a comparison of large benchmarks costs: two bundles of ten runs with 10,000 requests each, in the program's own format; wall and
processor time and peak memory of `ihc compare`. A program that measures, no test.
    IHC_BUILD_DIR=build/release tests/bench/compare_cost.py [--requests 10000] [--tokens 100] [--times 3]

The manifest and the conditions are of a real, short benchmark here; the requests are drawn, the second arm's a tenth faster."""
import argparse
import hashlib
import json
import math
import os
import pathlib
import random
import struct
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ihc_test import IHC, ihc, temporary_directory

RUNS = 10
DRAWN = 500  # different requests a run; the others are these again, at their own times
WALL_GOAL_S = 6
MEMORY_GOAL_MIB = 500


def varint(value):
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def template(folder):
    """A real bundle as a folder: all that is not the requests."""
    server = subprocess.Popen([str(IHC), "mock-server", "--for", "120s"], stdout=subprocess.PIPE, text=True)
    archive = folder / "template.ihc.tar.zst"
    outcome = ihc("bench", "--url", server.stdout.readline().strip(), "--runs", RUNS, "--n-requests", 10, "--max-tokens", 4, "--quiet", "-o", archive)
    server.terminate()
    server.wait()
    if not archive.exists():
        sys.exit(f"no bundle to start from: {outcome.stderr}")
    subprocess.run(["tar", "--zstd", "-xf", archive, "-C", folder], check=True)
    return next(path.parent for path in folder.glob("*/manifest.json"))


def draw_request(generator, level, tokens):
    """Nanoseconds after `at` of first and last token, and the chunks that follow in the file on the request's number and time."""
    first = int(200e6 * level * math.exp(0.3 * generator.gauss(0, 1)))
    gaps = [int(20e6 * level * math.exp(0.3 * generator.gauss(0, 1))) for _ in range(tokens - 1)]
    chunks = b"".join(varint(gap) + b"\x01" + varint(6) + varint(0) for gap in [first, *gaps])
    return first, first + sum(gaps), varint(tokens) + chunks


def write_run(folder, run, requests, tokens, level, seed):
    generator = random.Random(seed)
    level *= math.exp(0.03 * generator.gauss(0, 1))
    drawn = [draw_request(generator, level, tokens) for _ in range(DRAWN)]
    summary = json.loads((folder / "summary.json").read_text())
    at = summary["window"]["started_ns"]
    lines = []
    chunk_times = [b"ihcchunk" + struct.pack("<II", 1, 0)]
    for index in range(requests):
        first, last, chunks = generator.choice(drawn)
        lines.append(json.dumps({"at": at, "bytes": 6 * tokens, "chunks": [0, tokens], "finish": "length", "http": 200, "i": index, "in": 128, "max": tokens, "out": tokens,
                                 "outcome": "ok", "run": run, "seed": index, "t": [1000, None, 50000, first, first, first, first, first, last, last]}, separators=(",", ":")))
        chunk_times.append(varint(index) + struct.pack("<Q", at) + chunks)
        at += 10_000_000
    (folder / "requests.ndjson").write_text("\n".join(lines) + "\n")
    (folder / "chunks.bin").write_bytes(b"".join(chunk_times))
    summary["outcomes"] = {"ok": requests}
    summary["settings"].update(max_tokens=tokens, requests=requests)
    (folder / "summary.json").write_text(json.dumps(summary, indent=2) + "\n")


def write_arm(source, folder, arguments, level, seed):
    subprocess.run(["cp", "-r", source, folder], check=True)
    for run in range(1, RUNS + 1):
        write_run(folder / "bench" / str(run), run, arguments.requests, arguments.tokens, level, 100 * seed + run)
    manifest = json.loads((folder / "manifest.json").read_text())
    for member in manifest["members"]:
        if member["path"].startswith("bench/"):
            content = (folder / member["path"]).read_bytes()
            member.update(sha256=hashlib.sha256(content).hexdigest(), size_bytes=len(content))
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    outcome = ihc("verify", folder, "--quiet")
    if outcome.returncode != 0:
        sys.exit(f"the bundle made here is not whole: {outcome.stdout}{outcome.stderr}")


def measure(before, after, output):
    with open(output, "w") as answer:
        began = time.monotonic()
        pid = os.posix_spawn(str(IHC), [str(IHC), "compare", str(before), "--after", str(after), "--format", "json"], os.environ,
                             file_actions=[(os.POSIX_SPAWN_DUP2, answer.fileno(), 1)])
        _, status, usage = os.wait4(pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit("ihc compare failed")
    return time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=10000, help="of a run")
    parser.add_argument("--tokens", type=int, default=100, help="of an answer")
    parser.add_argument("--times", type=int, default=3, help="how often; the least counts: what else the machine did only adds")
    parser.add_argument("--keep", type=pathlib.Path, help="leave the bundles in this folder")
    arguments = parser.parse_args()
    with temporary_directory() as directory:
        folder = arguments.keep or pathlib.Path(directory)
        folder.mkdir(parents=True, exist_ok=True)
        before, after = folder / "before", folder / "after"
        if not after.exists():
            source = template(pathlib.Path(directory))
            write_arm(source, before, arguments, 1.0, 1)
            write_arm(source, after, arguments, 0.9, 2)
        results = [measure(before, after, f"{directory}/compare.json") for _ in range(arguments.times)]
        answer = json.loads(pathlib.Path(directory, "compare.json").read_text())
    wall, cpu, memory = (min(column) for column in zip(*results))
    found = next(row for row in answer["metrics"] if (row["name"], row["stat"]) == ("ttft_ms", "p95"))
    rows = [answer["comparison"][arm] for arm in ("before", "after")]
    print("requests " + " and ".join(f"{row['requests_ok']} in {row['runs']} runs" for row in rows) + f", {arguments.tokens} tokens each; "
          f"ttft_ms p95 {found['change_pct']:.1f} %, 95 % interval {found['change_lower_pct']:.1f} to {found['change_upper_pct']:.1f}")
    print(f"wall {wall:.2f} s (goal {WALL_GOAL_S}), CPU {cpu:.2f} s, peak memory {memory:.0f} MiB (goal {MEMORY_GOAL_MIB})")
    sys.exit(0 if wall < WALL_GOAL_S and memory < MEMORY_GOAL_MIB else 1)


if __name__ == "__main__":
    main()
