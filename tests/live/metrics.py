#!/usr/bin/env python3
"""`collect --metrics-url`: a server that works is read every second and its deltas are those of the window; one that
misbehaves, in whatever way, is named with what it did, and the window goes on."""
import json
import os
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import metrics_server as servers
from ihc_test import IHC, Worker, check, equal, facts_of, finish, ihc, manifest_of, need_tools, run, temporary_directory
from metrics_server import Server, answer, sends, vllm

need_tools("openssl", "getent")


def collect(directory, name, urls, *arguments, window=2, environment=None):
    """Exit status, facts, manifest and the scrape's record of one collection of these URLs; the folder it is in."""
    bundle = f"{directory}/{name}"
    named = [word for url in urls for word in ("--metrics-url", url)]
    began = time.monotonic()
    outcome = ihc("collect", "--only", "runtime_metrics,pressure,workers,series", "--window", window, "-o", bundle, "--quiet", "--format", "json",
                  *named, *arguments, env={**os.environ, **(environment or {})})
    took = time.monotonic() - began
    check(outcome.returncode in (0, 4), f"{name}: ends well {outcome.stderr.strip()[-300:]}")
    record = json.loads(pathlib.Path(bundle, "probes/metrics-scrape.json").read_text())
    return outcome, facts_of(bundle), manifest_of(bundle), record["endpoints"], took


def state_of(manifest):
    return next(c for c in manifest["collectors"] if c["name"] == "runtime_metrics")


def a_server_that_works(directory):
    server = Server(vllm())
    with Worker("--host", "127.0.0.1", "--port", str(server.port)) as worker:
        outcome, facts, manifest, endpoints, _ = collect(directory, "works", [f"http://127.0.0.1:{server.port}"], "--pid", worker.pid, window=4)
    equal(outcome.returncode, 0, "a server that works: exit 0")
    equal(state_of(manifest)["status"], "collected", "and the collector has all")
    second_by_second(facts)
    count = endpoints[0]["answered"]
    check(count == 5, f"read at both ends and every second between: {count} readings in 4 s")
    gaps = [later - earlier for earlier, later in zip(server.times, server.times[1:])]
    check(all(0.5 < gap < 1.5 for gap in gaps), f"a second apart: {[round(gap, 2) for gap in gaps]}")
    request = server.requests[0]
    check(request.startswith("GET /metrics HTTP/1.1\r\n"), "asked by GET, at /metrics when no path is given")
    check("accept-encoding" not in request.lower() and "authorization" not in request.lower(), "no compression asked for, no token sent")
    metrics = facts["runtime_metrics"]
    equal(metrics["servers"][0]["url"], f"http://127.0.0.1:{server.port}/metrics", "the facts name the server")
    equal(metrics["servers"][0].get("worker_key"), facts["workers"][0]["key"], "and the worker whose command line has the port")
    equal(metrics["servers"][0]["reading_count"], count, "and the readings")
    check(3.5 < metrics["window_seconds"] < 4.5, f"over {metrics['window_seconds']:.2f} s")
    roles = metrics["roles"]
    equal(roles["generation_tokens"]["delta"], 100.0 * (count - 1), "the counter's delta is the window's")
    equal(roles["requests_finished"]["delta"], 2.0 * (count - 1), "summed over its series")
    equal(roles["preemptions"]["delta"], 0.0, "a counter that did not move grew by 0")
    equal(roles["requests_waiting"]["value"], 3.0, "a gauge is that of the last reading")
    window = roles["ttft"]["window_histogram"]
    equal((window["count"], window["mean"]), (2 * (count - 1), 250.0), "the window's histogram has its own count and mean")
    equal((window["p50"], window["p95"]), ({"above": 60.0, "at_most": 80.0}, {"above": 250.0, "at_most": 500.0}), "and quantiles")
    equal(roles["ttft"]["histogram"]["p50"], {"above": 2500.0, "at_most": 5000.0}, "unlike those since the start")
    equal(facts["missing"]["/runtime_metrics/roles/e2e_latency/window_histogram"]["reason"], "needs_load", "nothing observed: needs_load")
    run([IHC, "unpack", f"{directory}/works", f"{directory}/plain"])
    kept = sorted(pathlib.Path(f"{directory}/plain/metrics/1.samples").iterdir())
    equal(len(kept), count, "every reading is in the bundle")
    check(manifest["cost"]["bytes_read"] >= endpoints[0]["bytes"] > 0, "and in the account of what was read")
    equal(ihc("verify", f"{directory}/works", "--quiet").returncode, 0, "the bundle holds")

    texts = [f"{directory}/first.txt", f"{directory}/last.txt"]
    for step, path in zip((0, count - 1), texts):
        pathlib.Path(path).write_text(servers.vllm_text(step))
    equal(ihc("import", "-o", f"{directory}/texts", "--quiet", *reversed(texts)).returncode, 0, "two saved texts are imported")
    imported = facts_of(f"{directory}/texts")["runtime_metrics"]
    equal(len(imported["servers"]), 1, "they are one server's, by its start time")
    equal(imported["roles"], roles, "and fill the same facts as the live readings")


def second_by_second(facts):
    rows = {row["name"]: row for row in facts["series"]["rows"] if row["subject"] == "metrics"}
    check(len(rows.get("requests_waiting", {}).get("values", [])) >= 3, f"its queue is a series: {rows.get('requests_waiting')}")
    equal(rows["requests_waiting"]["values"][0], 3.0, "with what it said")
    check(all(value > 0 for value in rows.get("generation_tokens", {}).get("values", [0])), f"its tokens a second too: {rows.get('generation_tokens')}")


def several_servers(directory):
    one, other = Server(vllm(started=1.7e9)), Server(vllm(started=1.8e9), address="::1")
    urls = [f"http://127.0.0.1:{one.port}/metrics", f"http://[::1]:{other.port}/metrics?token=sesame-open-1234&name[]=x"]
    outcome, facts, manifest, _, _ = collect(directory, "several", urls)
    metrics = facts["runtime_metrics"]
    equal([len(metrics["servers"]), metrics["servers"][0]["roles"]["requests_waiting"]["value"]], [2, 3.0], "two servers, each by itself")
    equal(metrics["roles"]["requests_waiting"]["value"], 6.0, "and added up for the node")
    equal(metrics["roles"]["generation_tokens"]["delta"], sum(s["roles"]["generation_tokens"]["delta"] for s in metrics["servers"]), "deltas too")
    equal(metrics["servers"][1]["url"], f"http://[::1]:{other.port}/metrics?token=[scrubbed:query]&name[]=[scrubbed:query]", "a query loses its values")
    check("GET /metrics?token=sesame-open-1234&name[]=x " in other.requests[0], "but the server gets them")
    leaks = run(["grep", "-rl", "sesame", f"{directory}/several"]).stdout.split()
    equal(leaks, [], "and they are nowhere in the bundle")


def misbehaving(directory):
    plain = Server(vllm())
    rows = [
        ("hangs", Server(servers.hangs), "timed_out", "did not answer within 0.9 s"),
        ("drips", Server(servers.drips), "timed_out", "did not"),
        ("floods", Server(servers.floods), "over_budget", "more than 4194304 bytes"),
        ("resets", Server(servers.resets, reads_request=False), "failed", "closed the connection"),
        ("stops halfway", Server(servers.stops_halfway), "failed", "closed the connection"),
        ("404", Server(sends(answer("no", status="404 Not Found"))), "failed", "answers 404 Not Found"),
        ("500", Server(sends(answer("no", status="500 Internal Server Error"))), "failed", "answers 500"),
        ("works beside them", plain, None, None),
    ]
    rows_more = [
        ("page", Server(sends(answer("<!DOCTYPE html><p>hello", kind="text/html"))), "failed", "a page, not with metrics"),
        ("redirects", Server(sends(answer("", status="302 Found", more=["Location: http://127.0.0.1:1/x"]))), "failed", "redirections are not followed"),
        ("compressed", Server(sends(answer(b"\x1f\x8b" + b"x" * 99, more=["Content-Encoding: gzip"]))), "failed", "compressed"),
        ("says it is large", Server(sends(b"HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\nx")), "over_budget", "more than"),
        ("floods heads", Server(servers.floods_heads), "failed", "does not answer as HTTP says"),
        ("no HTTP", Server(sends(b"220 mail ready\r\n\r\n")), "failed", "does not answer as HTTP says"),
        ("empty", Server(sends(answer(""))), "failed", "an empty text"),
        ("no token", Server(servers.wants_token("opensesame77")), "permission", "--metrics-token-file"),
    ]
    for name, table in (("faults", rows), ("more-faults", rows_more)):
        urls = [f"http://127.0.0.1:{server.port}/metrics" for _, server, _, _ in table]
        outcome, facts, manifest, endpoints, took = collect(directory, name, urls, window=3)
        equal(outcome.returncode, 4, f"{name}: exit 4")
        check(3 <= manifest["window_observed_s"] < 4, f"the window is as long as asked: {manifest['window_observed_s']:.2f} s")
        check(took < 12, f"and nothing hangs: {took:.1f} s")
        for (what, server, reason, said), endpoint in zip(table, endpoints):
            failures = endpoint["failures"]
            if reason is None:
                check(endpoint["answered"] == 4 and not failures, f"{what}: {endpoint['answered']} readings, {failures}")
                continue
            check(endpoint["answered"] == 0 and failures and failures[0]["reason"] == reason and said in failures[0]["said"],
                  f"{what}: {failures}")
            # Who takes the whole time of one second may be missed in the next, on a machine that is busy.
            check(3 <= sum(f["count"] for f in failures) <= 4, f"{what}: each time is counted")
        for index, (what, server, reason, _) in enumerate(table):
            if reason is not None and "runtime_metrics" in facts:
                equal(facts["missing"][f"/runtime_metrics/servers/{index}/roles"]["reason"], reason, f"{what}: a fact that says why it is absent")
        server_of_all = state_of(manifest)
        check(server_of_all["hint"].startswith("http://127.0.0.1:"), f"the collector names one of them: {server_of_all['hint']}")
        readings = [s for s in pathlib.Path(f"{directory}/{name}/samples").iterdir() if s.name != "metrics"]
        check(readings, "other samples are there")
    gaps = [later - earlier for earlier, later in zip(plain.times, plain.times[1:])]
    check(all(0.5 < gap < 1.5 for gap in gaps), f"the schedule held beside those that hang: {[round(gap, 2) for gap in gaps]}")
    nobody = Server(vllm())
    nobody.close()
    _, facts, manifest, endpoints, _ = collect(directory, "refused", [f"http://localhost:{nobody.port}"], window=1)
    equal(state_of(manifest)["status"], "failed", "nothing listens: failed")
    check("nothing listens" in facts["missing"]["/runtime_metrics"]["hint"], facts["missing"]["/runtime_metrics"]["hint"])
    _, facts, _, endpoints, _ = collect(directory, "nameless", ["http://no-such-host.invalid:8000"], window=1)
    check("without an address" in endpoints[0]["failures"][0]["said"], f"a name without address: {endpoints[0]['failures']}")


def tokens(directory):
    server = Server(servers.wants_token("opensesame77"))
    url = f"http://127.0.0.1:{server.port}/metrics"
    file = pathlib.Path(directory, "token")
    file.write_text("opensesame77\n")
    for name, arguments, environment in (("by-file", ["--metrics-token-file", file], {}), ("by-variable", [], {"IHC_METRICS_TOKEN": "opensesame77"})):
        outcome, _, _, endpoints, _ = collect(directory, name, [url], *arguments, window=1, environment=environment)
        equal((outcome.returncode, endpoints[0]["answered"]), (0, 2), f"a token {name}: read")
        leaks = run(["grep", "-rl", "opensesame77", f"{directory}/{name}"]).stdout.split()
        equal(leaks, [], "and the token is nowhere in the bundle")


def certificates(directory):
    for name, names in (("host", "IP:127.0.0.1,DNS:localhost"), ("other", "DNS:elsewhere.example")):
        run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", f"/CN={name}",
             "-addext", f"subjectAltName={names}", "-keyout", f"{directory}/{name}.key", "-out", f"{directory}/{name}.pem"], check=True)
    contexts = {name: servers.tls_context(f"{directory}/{name}.pem", f"{directory}/{name}.key") for name in ("host", "other")}
    good, other = Server(vllm(), tls=contexts["host"]), Server(vllm(), tls=contexts["other"])
    plain = Server(sends(answer("", status="400 Bad Request")), reads_request=False)
    silent = Server(servers.hangs, reads_request=False)
    url = f"https://127.0.0.1:{good.port}/metrics"
    outcome, _, _, endpoints, _ = collect(directory, "untrusted", [url, f"https://127.0.0.1:{plain.port}", f"https://127.0.0.1:{silent.port}"], window=1)
    equal(outcome.returncode, 4, "a certificate that nobody vouches for: exit 4")
    said = [endpoint["failures"][0]["said"] for endpoint in endpoints]
    check("cannot be trusted (self-signed certificate)" in said[0] and "SSL_CERT_FILE" in said[0], said[0])
    check("plain http" in said[1], said[1])
    check("TLS handshake within 0.9 s" in said[2], said[2])
    equal(good.requests, [], "and nothing was asked of it")
    trusted = {"SSL_CERT_FILE": f"{directory}/host.pem"}
    outcome, _, _, endpoints, _ = collect(directory, "trusted", [url, f"https://localhost:{good.port}/metrics"], window=1, environment=trusted)
    equal((outcome.returncode, [e["answered"] for e in endpoints]), (0, [2, 2]), "the same one vouched for, by address and by name")
    _, _, _, endpoints, _ = collect(directory, "misnamed", [f"https://127.0.0.1:{other.port}"], window=1, environment={"SSL_CERT_FILE": f"{directory}/other.pem"})
    check("IP address mismatch" in endpoints[0]["failures"][0]["said"], f"a certificate of another host: {endpoints[0]['failures']}")


def interrupted(directory):
    server = Server(vllm())
    process = subprocess.Popen([IHC, "collect", "--only", "runtime_metrics", "--window", "60", "--metrics-url", f"http://127.0.0.1:{server.port}",
                                "-o", f"{directory}/interrupted", "--quiet"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while len(server.requests) < 3:
        time.sleep(0.1)
    process.send_signal(2)
    process.communicate(timeout=30)
    equal(process.returncode, 4, "Ctrl-C: exit 4")
    metrics = facts_of(f"{directory}/interrupted")["runtime_metrics"]
    check(metrics["roles"]["generation_tokens"]["delta"] >= 200, "with what had grown until then")


def wrong_usage(directory):
    for arguments, word in ((["--metrics-url", "ftp://host/metrics"], "http://"), (["--metrics-url", "localhost:8000"], "http://"),
                            (["--metrics-url", "http://me:sesame@host/"], "password"), (["--metrics-url", "http://host:0/"], "port"),
                            (["--metrics-url", "http://a/", "--metrics-url", "http://a:80/"], "twice"),
                            (["--metrics-token-file", "/etc/hostname"], "--metrics-url"), (["--metrics-url", "http://[::1"], "host")):
        outcome = ihc("collect", "--window", "1", "-o", f"{directory}/usage", "--quiet", *arguments)
        equal(outcome.returncode, 2, f"{' '.join(arguments[-2:])}: exit 2")
        check(outcome.stderr.count("\n") == 1 and word in outcome.stderr and "sesame" not in outcome.stderr, outcome.stderr.strip())
        check(not os.path.exists(f"{directory}/usage"), "and no bundle")
    outcome = ihc("collect", "--dry-run", "--metrics-url", "http://gpu-7:8000/m?key=sesame", "--metrics-url", "https://[::1]")
    check("GET     http://gpu-7:8000/m?key=[scrubbed:query]  (every second of the window)" in outcome.stdout, "the dry run lists each URL")
    check("GET     https://[::1]:443/metrics" in outcome.stdout, "as it will be asked")
    check("getent ahosts gpu-7" in outcome.stdout and "getent ahosts ::1" not in outcome.stdout, "and the name that will be looked up")


with temporary_directory() as scratch:
    for case in (a_server_that_works, several_servers, misbehaving, tokens, certificates, interrupted, wrong_usage):
        print(f"-- {case.__name__}")
        case(scratch)
finish()
