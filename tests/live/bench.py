#!/usr/bin/env python3
"""`ihc bench` against the stand-in server, whose times are scripted: what is reported is what is true, each way to fail has
its own word, and the known pitfalls of load generators are not fallen into. Times are held to the script plus what this
client was measured to add on this machine just then; where other work on the machine could disturb them, up to four
attempts are made and all are printed."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ihc_test import IHC, check, equal, finish, ihc, manifest_of, need_tools, run, temporary_directory

ATTEMPTS = 4


class Mock:
    """A stand-in server with this script."""

    def __init__(self, *script):
        self.process = subprocess.Popen([str(IHC), "mock-server", "--format", "json", "--for", "200s", *map(str, script)],
                                        stdout=subprocess.PIPE, text=True)
        self.url = json.loads(self.process.stdout.readline())["url"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def bench(url, *arguments, code=0, environment=None):
    """The last run of a benchmark as JSON."""
    outcome = ihc("bench", "--url", url, "--format", "json", "--quiet", *arguments, env={**os.environ, **(environment or {})})
    equal(outcome.returncode, code, f"bench {' '.join(map(str, arguments))}: exit {outcome.stderr.strip()[-200:]}")
    return json.loads(outcome.stdout)["runs"][-1] if outcome.stdout else None


def eventually(what, attempt):
    """Holds when one attempt does; `attempt` returns whether it held and what it saw."""
    seen = []
    for _ in range(ATTEMPTS):
        held, text = attempt()
        seen.append(text)
        if held:
            break
    check(held, f"{what}: {'; then '.join(seen)}")


def metric(result, name, statistic="p50"):
    return result["metrics"][name][statistic]


def near_script(result, truth):
    """Whether each median is within 1 ms of the script plus the floor."""
    held, text = True, []
    for name, scripted in truth.items():
        floor = result["floor"][name]["p50"]
        above = metric(result, name) - scripted
        held = held and -0.05 <= above <= 1 + floor
        text.append(f"{name} {scripted}{above:+.3f} (floor {floor:.3f})")
    return held, ", ".join(text)


def scripted_times():
    with Mock("--ttft", "200ms", "--gap", "20ms", "--tokens", 50) as mock:
        plain = []

        def attempt():
            plain.append(bench(mock.url, "--n-requests", 9, "--calibrate"))
            return near_script(plain[-1], {"ttft_ms": 200, "icl_ms": 20, "tpot_ms": 20, "e2e_service_ms": 200 + 49 * 20})

        eventually("200 ms to the first token, 20 ms between, 50 tokens", attempt)
    result = plain[-1]
    equal(result["tokens"], {"completion": 450, "from_usage": 9, "from_chunks": 0, "unknown": 0, "coalesced_answers": 0}, "tokens by usage")
    check(all(key in result["client"] for key in ("cpu_s", "run_delay_s", "involuntary_switches", "cpus_allowed", "governors")),
          f"the client accounts for itself: {result['client']}")
    equal(result["server"]["pid"], mock.process.pid, "the server's process is found")
    check(result["client"]["cpus_shared_with_server"] != "", "and that it shares CPUs with the client")
    equal(result["server"]["server_header"].split("/")[0], "ihc-mock-server", "and what it calls itself")

    with Mock("--ttft", "200ms", "--gap", "20ms", "--tokens", 50, "--role-first", "5ms") as mock:

        def attempt():
            role = bench(mock.url, "--n-requests", 9, "--calibrate")
            held, text = near_script(role, {"ttfc_ms": 5, "ttfb_ms": 5, "ttft_ms": 200, "tpot_ms": 20, "e2e_service_ms": 1180})
            check(any("ttfc_ms" in note for note in role["notes"]), "the early chunk is told in words")
            return held, text

        eventually("a role-only chunk at 5 ms moves ttfc_ms alone", attempt)


def queues():
    with Mock("--service", "500ms", "--tokens", 4) as mock:

        def attempt():
            result = bench(mock.url, "--rate", 10, "--arrival", "constant", "--concurrency", 1, "--n-requests", 8, "--no-stream")
            response, service = metric(result, "e2e_response_ms", "mean"), metric(result, "e2e_service_ms", "mean")
            return abs(response - 1900) < 100 and abs(service - 500) < 30, f"response {response:.0f} ms, service {service:.0f} ms"

        eventually("500 ms of service, 10 requests/s, one slot in the client, 8 requests", attempt)
    with Mock("--service", "500ms", "--tokens", 4, "--slots", 1) as mock:
        result = bench(mock.url, "--rate", 10, "--arrival", "constant", "--n-requests", 8)
        check(metric(result, "e2e_service_ms", "mean") > 1700, "the same slot in the server shows as service time")
    with Mock("--service", "500ms") as mock:
        result = bench(mock.url, "--rate", 10, "--concurrency", 1, "--n-requests", 30, "--timeout", "1s", code=4)
        check(result["outcomes"].get("dropped", 0) >= 20, f"what never had its turn is dropped, not forgotten: {result['outcomes']}")
        check(metric(result, "sched_lag_ms", "max") > 400, "and the lateness of the others is told")


def freeze():
    with Mock("--ttft", "20ms", "--tokens", 5, "--freeze", "4s:2s") as mock:
        result = bench(mock.url, "--rate", 20, "--arrival", "constant", "--duration", 10)
    check(metric(result, "e2e_response_ms", "p99") >= 1500, f"a 2 s freeze shows in an open loop: p99 {metric(result, 'e2e_response_ms', 'p99'):.0f} ms")
    check(195 <= result["requests"]["offered"] <= 201, f"the schedule was kept: {result['requests']['offered']} requests")
    with Mock("--ttft", "20ms", "--tokens", 5, "--freeze", "2s:2s") as mock:
        result = bench(mock.url, "--concurrency", 1, "--duration", 6)
    check(metric(result, "e2e_response_ms", "p99") < 1000, "a closed loop does not show it")
    check(any(note.startswith("closed loop") for note in result["notes"]), "and says what it can't show")


def few_requests():
    with Mock("--ttft", "2ms", "--tokens", 3) as mock:
        outcome = ihc("bench", "--url", mock.url, "--n-requests", 50, "--concurrency", 4, "--quiet")
        equal(outcome.returncode, 0, "50 requests: exit")
        check("interval unbounded above: needs n ≥ 72 (p99: 368)" in outcome.stdout, "p95 of 50 requests is printed as unbounded")
        enough = bench(mock.url, "--n-requests", 72, "--concurrency", 4)
        check("upper" in enough["metrics"]["ttft_ms"]["p95_interval"], "with 72 it has two ends")


def failures():
    with Mock("--ttft", "2ms", "--tokens", 20, "--fail", "error:0.05:10") as mock:
        result = bench(mock.url, "--n-requests", 60, "--concurrency", 3, code=4)
        equal(result["requests"], {"offered": 60, "ok": 57, "failed": 3}, "5 % fail in mid-stream")
        equal(result["outcomes"], {"ok": 57, "stream_error": 3}, "as errors of the stream, though HTTP said 200")
        equal({(one["failed"], one["offered"]) for one in result["metrics"].values() if "p50" in one}, {(3, 60)}, "beside every percentile")
        text = ihc("bench", "--url", mock.url, "--n-requests", 60, "--quiet").stdout
        rows = [line for line in text.splitlines() if line.split(" ")[0].endswith("_ms") and "unbounded above:" not in line]
        check(len(rows) >= 6 and all("3/60" in row for row in rows), "in words too")
    words = {"reset:1:3": "reset_in_answer", "reset-before": "reset_before_answer", "status": "http_error", "cut:1:3": "not_finished",
             "garbage:1:3": "malformed"}
    for fault, word in words.items():
        with Mock("--fail", fault, "--tokens", 5) as mock:
            equal(bench(mock.url, "--n-requests", 4, code=4)["outcomes"], {word: 4}, f"{fault} is")
    with Mock("--tokens", 0) as mock:
        equal(bench(mock.url, "--n-requests", 2, code=4)["outcomes"], {"no_token": 2}, "an answer without a token is")
    with Mock("--ttft", "2ms", "--tokens", 5, "--fail", "hang:0.2:2") as mock:
        result = bench(mock.url, "--n-requests", 20, "--concurrency", 4, "--timeout", "500ms", code=4)
        equal(result["outcomes"], {"ok": 16, "timed_out": 4}, "a server that hangs is")
        check(490 < result["metrics"]["e2e_service_ms"]["p95_at_least"] < 900, "and p95 is known to be at least the time limit")


def chunks_and_tokens():
    with Mock("--ttft", "20ms", "--gap", "4ms", "--tokens", 40, "--coalesce", 5) as mock:
        result = bench(mock.url, "--n-requests", 10)
        tpot = metric(result, "tpot_ms")
        check(abs(tpot - 35 * 4 / 39) < 0.7, f"five tokens a chunk: tpot_ms {tpot:.2f} follows the usage")
        check(any(note.startswith("tpot_ms follows the server's usage counts") for note in result["notes"]), "and says so")
        check(abs(metric(result, "icl_ms") - 20) < 3, "while chunks are 20 ms apart")
    with Mock("--tokens", 6, "--usage", "never") as mock:
        result = bench(mock.url, "--n-requests", 3)
        equal((result["tokens"]["from_chunks"], result["tokens"]["completion"]), (3, 18), "without usage, chunks are counted")
        check(any(note.startswith("tokens are counted by chunks") for note in result["notes"]), "and it is said")
        equal(bench(mock.url, "--n-requests", 3, "--no-stream")["tokens"]["unknown"], 3, "and where there are none, nothing is guessed")
    for usage in ("last-chunk", "every-chunk"):
        with Mock("--tokens", 6, "--usage", usage) as mock:
            equal(bench(mock.url, "--n-requests", 3)["tokens"]["from_usage"], 3, f"usage is found in {usage}")
    with Mock("--ttft", "10ms", "--gap", "5ms", "--tokens", 12, "--reasoning-tokens", 8, "--ping", 2) as mock:
        result = bench(mock.url, "--n-requests", 5)
        check(metric(result, "ttfot_ms") - metric(result, "ttft_ms") > 35, "reasoning comes before the first output token")
    with Mock("--ttft", "5ms", "--tokens", 4, "--drip", "9:200us") as mock:
        equal(bench(mock.url, "--n-requests", 3)["outcomes"], {"ok": 3}, "a stream in drops of 9 bytes is read")
    with Mock("--tokens", 4) as mock:
        result = bench(mock.url + "/v1/completions", "--n-requests", 3)
        equal((result["settings"]["api"], result["outcomes"]), ("completions", {"ok": 3}), "the completions API")


def many_streams():
    with Mock("--ttft", "300ms", "--gap", "50ms", "--tokens", 10) as mock:

        def attempt():
            result = bench(mock.url, "--n-requests", 512, "--concurrency", 512, "--max-tokens", 10)
            equal(result["outcomes"], {"ok": 512}, "512 streams at once")
            ttft = metric(result, "ttft_ms")
            return ttft < 500, f"ttft_ms {ttft:.0f}"

        eventually("and the client does not make them much later than scripted", attempt)


def transport(directory):
    run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{directory}/key.pem", "-out", f"{directory}/cert.pem", "-days",
         "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"])
    key_file = pathlib.Path(directory, "api-key")
    key_file.write_text("secret-of-the-test\n")
    with Mock("--tokens", 5, "--tls-certificate", f"{directory}/cert.pem", "--tls-key", f"{directory}/key.pem", "--api-key-file", key_file) as mock:
        url = mock.url.replace("127.0.0.1", "localhost")
        trusted = {"SSL_CERT_FILE": f"{directory}/cert.pem"}
        result = bench(url, "--n-requests", 6, "--concurrency", 2, "--api-key-file", key_file, environment=trusted)
        equal(result["outcomes"], {"ok": 6}, "HTTPS with a key from a file")
        equal(bench(url, "--n-requests", 2, environment={**trusted, "IHC_API_KEY": "secret-of-the-test"})["outcomes"], {"ok": 2}, "and from the environment")
        refused = ihc("bench", "--url", url, "--quiet", env={**os.environ, **trusted})
        equal((refused.returncode, "--api-key-file" in refused.stderr), (3, True), "without it: exit 3, with what to do")
        strange = ihc("bench", "--url", url, "--quiet")
        equal((strange.returncode, "certificate" in strange.stderr), (3, True), "a certificate of nobody: exit 3")
        bundle = f"{directory}/keyed"
        outcome = ihc("bench", "--url", url, "--n-requests", 4, "--api-key-file", key_file, "-o", bundle, "--quiet", env={**os.environ, **trusted})
        check(outcome.returncode in (0, 4), f"into a bundle {outcome.stderr}")
        found = run(["grep", "-rl", "secret-of-the-test", bundle]).stdout
        equal(found, "", "the key is nowhere in it")


def ends(directory):
    equal(ihc("bench", "--url", "http://127.0.0.1:9", "--quiet").returncode, 3, "a server that can't be reached: exit 3")
    for wrong in (["--url", "ftp://x"], [], ["--url", "http://h", "--slo", "speed=1"], ["--url", "http://h", "--rate", "0"],
                  ["--url", "http://h", "--arrival", "constant"]):
        equal(ihc("bench", *wrong, "--quiet").returncode, 2, f"wrong usage {wrong}: exit 2")
    with Mock("--ttft", "100ms", "--gap", "10ms") as mock:
        process = subprocess.Popen([str(IHC), "bench", "--url", mock.url, "--rate", "10", "--duration", "60", "--format", "json"],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        time.sleep(3)
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate(timeout=20)
        result = json.loads(out)["runs"][0]
        equal((process.returncode, result["window"]["interrupted"]), (4, True), f"Ctrl-C: what there is is printed {errors}")
        check(result["outcomes"].get("cancelled", 0) > 0 and result["requests"]["ok"] > 5, f"with the rest as cancelled: {result['outcomes']}")


def work_is_repeatable(directory):
    """The same seed asks the same; two runs of one benchmark ask different prompts."""
    with Mock("--tokens", 4) as mock:
        lines = []
        for name in ("one", "two"):
            bundle = f"{directory}/{name}"
            outcome = ihc("bench", "--url", mock.url, "--n-requests", 5, "--runs", 2, "--warmup", 2, "--seed", 9, "-o", bundle, "--quiet")
            check(outcome.returncode in (0, 4), f"two runs into a bundle {outcome.stderr}")
            for number in (1, 2):
                path = pathlib.Path(bundle, f"bench/{number}/requests.ndjson")
                lines.append([json.loads(line) for line in path.read_text().splitlines()])
                check(all(len(line) <= 400 for line in path.read_text().splitlines(keepends=True)), "no line is longer than 400 bytes")
        seeds = [[one["seed"] for one in run if not one.get("warm")] for run in lines]
        equal(seeds[0], seeds[2], "the seeds of a run are the same again")
        check(not set(seeds[0]) & set(seeds[1]), "and others in the next run")
        equal([sum(1 for one in run if one.get("warm")) for run in lines], [2] * 4, "warm-up requests are kept and marked")
        equal(ihc("verify", f"{directory}/one", "--quiet").returncode, 0, "the bundle holds")


def within_a_collection(directory):
    bundle = f"{directory}/both"
    with Mock("--ttft", "50ms", "--gap", "5ms", "--tokens", 20, "--remote-penalty", "1.5", "--touch", "64K") as mock:
        outcome = ihc("collect", "--bench-url", mock.url, "--rate", 10, "--duration", 4, "--window", 2, "--pid", mock.process.pid, "-o", bundle, "--quiet", "--format", "json")
        check(outcome.returncode in (0, 4), f"collect --bench-url {outcome.stderr.strip()[-300:]}")
        told = json.loads(outcome.stdout)
        facts = json.loads(ihc("inspect", bundle, "--facts").stdout)
        workers = facts.get("workers", [])
        equal([worker.get("framework") for worker in workers], ["ihc_mock"], "the stand-in is found as a worker")
    summary = json.loads(pathlib.Path(bundle, "bench/1/summary.json").read_text())
    equal(told["benchmark"]["runs"][0]["outcomes"], summary["outcomes"], "what is printed is what is kept")
    printed, known = told["benchmark"]["runs"][0]["metrics"], facts["benchmarks"][0]["metrics"]
    for name in ("ttft_ms", "icl_ms", "tpot_ms", "e2e_service_ms", "e2e_response_ms", "sched_lag_ms"):
        same = all(abs(printed[name][statistic] - known[name][statistic]) < 1e-6 for statistic in ("p50", "p95", "p99", "max", "mean"))
        check(same, f"{name} is the same number on the screen and in the facts: p95 {known[name]['p95']:.3f}")
    equal(summary["server"]["synthetic_remote_penalty"], 1.5, "a synthetic penalty is on record as such")
    manifest = manifest_of(bundle)
    begin, seconds = manifest["window_started_ns"], manifest["window_observed_s"]
    check(begin <= summary["window"]["started_ns"] and summary["window"]["ended_ns"] <= begin + seconds * 1e9, "the run lies within the window")
    check(3.5 < seconds < 15, f"which lasted as long as it did: {seconds:.1f} s of 2 asked")
    busy = summary["client"]["cpu_s"]
    check(manifest["cost"]["cpu_seconds"] < 20 and busy > 0, "and the client's processor time is its own")
    unreached = ihc("collect", "--bench-url", "http://127.0.0.1:9", "--only", "pressure", "--window", "1", "-o", f"{directory}/without", "--quiet")
    equal(unreached.returncode, 4, "a server that can't be reached: the bundle is whole, exit 4")
    equal(ihc("verify", f"{directory}/without", "--quiet").returncode, 0, "and holds")
    facts = json.loads(ihc("inspect", f"{directory}/without", "--facts").stdout)
    why = facts["missing"].get("/benchmarks", {})
    equal((why.get("reason"), "benchmarks" in facts, "127.0.0.1:9" in why.get("hint", "")), ("failed", False, True), f"and says why it has no benchmark: {why}")


def neighbours():
    """The stand-in's work is real: a neighbour on its CPU, and more memory accesses, show in the time per token."""
    cpu = min(os.sched_getaffinity(0))
    spin = f"import os\nos.sched_setaffinity(0, {{{cpu}}})\nprint('ready', flush=True)\nwhile True: pass"

    def tpot(mock):
        return metric(bench(mock.url, "--n-requests", 6, "--max-tokens", 100), "tpot_ms")

    def attempt():
        with Mock("--burn", "2ms", "--cpus", cpu) as mock:
            alone = tpot(mock)
            neighbour = subprocess.Popen([sys.executable, "-c", spin], stdout=subprocess.PIPE)
            neighbour.stdout.readline()
            shared = tpot(mock)
            neighbour.kill()
            neighbour.wait()
        return shared > 1.3 * alone, f"{alone:.2f} ms alone, {shared:.2f} ms beside a busy neighbour"

    eventually("tpot_ms with 2 ms of processor time a token", attempt)

    def penalty():
        seen = []
        for factor in (1, 4):
            with Mock("--touch", "1M", "--memory", "256M", "--remote-penalty", factor) as mock:
                seen.append(tpot(mock))
        return seen[1] > 2 * seen[0], f"{seen[0]:.2f} ms, {seen[1]:.2f} ms with a declared penalty of 4"

    eventually("tpot_ms with 1 MiB touched a token", penalty)

    with Mock("--tokens", 3) as mock:
        result = bench(mock.url, "--n-requests", 4, "--client-cpus", cpu)
        equal(result["client"]["cpus_allowed"], str(cpu), "the client can be pinned")
        equal(ihc("bench", "--url", mock.url, "--client-cpus", "65000", "--quiet").returncode, 2, "to CPUs that there are")


need_tools("openssl", "grep")
with temporary_directory() as folder:
    scripted_times()
    queues()
    freeze()
    few_requests()
    failures()
    chunks_and_tokens()
    many_streams()
    neighbours()
    transport(folder)
    ends(folder)
    work_is_repeatable(folder)
    within_a_collection(folder)
finish()
