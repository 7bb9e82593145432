#!/usr/bin/env python3
"""Makes the studies of ../../compare.txt beside this file: small facts files of a node whose governor was changed, six runs each, and their
plans. Fixed figures: the same files every time.

    make.py"""
import json
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
NOISE = (1.0, 1.01, 0.99, 1.005, 0.995, 1.002)


def facts(hour, governor, level):
    runs = [{"tool": "ihc bench", "definition": "ihc-bench-1", "outcomes": {"ok": 500, "failed": 0},
             "conditions": {"load": {"loop": "open", "rate_rps": 10.0}, "work": {"output_tokens": 25000, "input_tokens": 50000},
                            "server": {"model": "m"}, "client": {"wall_seconds": 50.0, "cpu_seconds": 1.0, "run_delay_seconds": 0.1, "cpus_shared_with_server": ""}},
             "metrics": {"ttft_ms": {"n": 500, "p50": round(level * noise / 2, 3), "p95": round(level * noise, 3)},
                         "request_throughput_rps": {"mean": 9.95}}} for noise in NOISE]
    return {"schema_version": 1, "missing": {}, "benchmarks": runs, "gpus": [], "workers": [], "software": {"versions": {"server": "1"}},
            "node": {"label": "node", "os_name": "Debian", "system_vendor": "vendor", "system_product": "product", "is_virtual_machine": False, "collected_from": f"2026-01-01T{hour:02}:00:00Z", "collected_to": f"2026-01-01T{hour:02}:10:00Z"},
            "kernel": {"release": "6.1.0", "version": "v", "numa_balancing": 0, "thp_enabled": "madvise", "thp_defrag": "madvise", "nmi_watchdog": 0,
                       "command_line": "ro", "memory_total_bytes": 1000000},
            "topology": {"cpu_model": "CPU", "cpus_online": "0-7", "cpus_isolated": "", "cpus_nohz_full": "", "cpu_node_count": 2, "package_count": 2,
                         "threads_per_core": 1},
            "frequency": {"has_cpufreq": True, "governors": [governor], "policies": []}}


SLOW, FAST = ("powersave", 100), ("performance", 80)
BUNDLES = {"a1.json": (0, *SLOW), "b1.json": (1, *FAST), "b2.json": (2, *FAST), "a2.json": (3, *SLOW),
           "c1.json": (1, "powersave", 80), "c2.json": (3, "powersave", 100)}


def plan(order=("slow", "fast", "fast", "slow"), changed="governor", first="b1.json", control=None):
    made = {"schema_version": 1, "baseline": "slow", "arms": [{"label": "slow", "bundles": ["a1.json", "a2.json"]},
            {"label": "fast", "bundles": [first, "b2.json"], "changed": [changed]}], "order": list(order)}
    return made | ({"control": control} if control else {})


def write(folder, bundles, stated):
    folder.mkdir(exist_ok=True)
    for name in bundles:
        (folder / name).write_text(json.dumps(facts(*BUNDLES[name])) + "\n")
    (folder / "plan.json").write_text(json.dumps(stated) + "\n")


ARMS = ("a1.json", "a2.json", "b1.json", "b2.json")
write(HERE, BUNDLES, plan(control={"before": ["c1.json"], "after": ["c2.json"]}))
write(HERE.with_name("study-other-order"), ARMS, plan(order=("slow", "slow", "fast", "fast")))
write(HERE.with_name("study-leads-out"), (), plan(first="../study/b1.json"))
write(HERE.with_name("study-unknown-key"), ARMS, plan(changed="goveror"))
