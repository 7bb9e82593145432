#!/usr/bin/env python3
"""What `ihc compare` says of the stand-in server on a real kernel with two sockets: unpinned, pinned right, pinned away from its memory,
with a declared synthetic memory distance, and with another mode of transparent huge pages; another governor on facts files.
tests/guest/run_guest.sh boots the guest.

    comparison.py GUEST_DIRECTORY [OUT [ROUNDS RUNS]]     the directory is what make_tree.sh made; OUT keeps the bundles, and where it
                                                          has them already the guest is not booted; ROUNDS of bundles with RUNS each
                                                          [3 2]: fewer are for a look, and no verdict is asked of them

Memory has no distance in an emulator: which word a latency gets is for the data to say, but where the distance is declared."""
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ihc_test import BUILD, check, equal, facts_of, finish, ihc, skip, temporary_directory

HERE = pathlib.Path(__file__).resolve().parent
STATIC = BUILD.parent / "static" / "ihc"
MIB = 1 << 20
ROUNDS, RUNS = (int(word) for word in (sys.argv[3:5] or (3, 2)))
ENOUGH_RUNS = 6
VERDICTS = {"improved", "regressed", "equivalent", "inconclusive", "not_comparable"}
SHARED = "client_on_server_cpus"  # a server that may run anywhere may run where the client does
# An emulated CPU takes turns with seven others on fewer real ones, the client's too: what it waits says nothing of the client.
PROFILE = """profile: {name: emulated, about: "a guest whose CPUs are emulated"}
params:
  cmp-client-unhealthy: {delay_pct: 100, cpu_pct: 1000}
"""


def boot(guest, out, directory):
    rounds = pathlib.Path(directory, "rounds")
    rounds.write_text(f"{ROUNDS} {RUNS}\n")
    program = STATIC if STATIC.exists() else BUILD / "ihc"
    outcome = subprocess.run([HERE / "run_guest.sh", guest, HERE / "comparison.sh", out, program, rounds],
                             env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "IHC_GUEST_TIMEOUT": "2400"})
    log = pathlib.Path(out, "log")
    equal(outcome.returncode, 0, "the guest did its work" + ("" if outcome.returncode == 0 or not log.exists() else log.read_text()[-600:]))


class Study:
    def __init__(self, out, directory):
        self.out = pathlib.Path(out)
        self.directory = pathlib.Path(directory)
        self.profile = self.directory / "emulated.yaml"
        self.profile.write_text(PROFILE)

    def bundles(self, arm):
        return sorted(self.out.glob(f"{arm}-*.ihc.tar.zst"))

    def compare(self, before, after, expect=(), output="json"):
        expected = ["--expect", *expect] if expect else []
        outcome = ihc("compare", *before, "--after", *after, *expected, "--profile", self.profile, "--format", output)
        if outcome.returncode != 0:
            raise SystemExit(f"compare failed: {outcome.stderr}")
        return json.loads(outcome.stdout) if output == "json" else outcome.stdout

    def pair(self, before, after, expect=()):
        return self.compare(self.bundles(before), self.bundles(after), expect)


def condition(answer, key):
    return next(row for row in answer["conditions"] if row["name"] == key)


def failed_rules(answer):
    return {finding["rule"]: finding for finding in answer["judgement"] if finding["result"] == "fail"}


def verdict(answer, metric, statistic):
    return next(row for row in answer["metrics"] if (row["name"], row["stat"]) == (metric, statistic))


def changes(answer, rule):
    return {row["change"] for row in answer["findings"] if row["rule"] == rule}


# ---- each arm as it was set

def placed(study, arm, cpus, node):
    for bundle in study.bundles(arm):
        name = bundle.name.split(".")[0]
        facts = facts_of(bundle)
        equal([worker["unit"] for worker in facts["workers"]], ["inference.service"], f"{name}: one worker, of its unit")
        worker = facts["workers"][0]
        equal(worker["cpus_allowed"], cpus, f"{name}: the CPUs that it may use")
        pages = {int(key): value for key, value in worker["bytes_by_node"].items()}
        numastat = next(line for line in pathlib.Path(study.out, f"{name}.numastat").read_text().splitlines() if line.startswith("Total"))
        for at, mebibytes in enumerate(float(word) for word in numastat.split()[1:-1]):
            seen = pages.get(at, 0) / MIB
            check(abs(seen - mebibytes) <= max(8, 0.25 * mebibytes), f"{name}: node {at} holds {seen:.0f} MiB, numastat says {mebibytes:.0f}")
        if node is not None:
            share = pages.get(node, 0) / max(1, sum(pages.values()))
            check(share > 0.95, f"{name}: {share:.0%} of its memory on node {node}")
        equal(len(facts["benchmarks"]), RUNS, f"{name}: runs")


# ---- pairs

def words_are_words(answer, what):
    words = {f"{row['name']} {row['stat']}": row["verdict"] for row in answer["metrics"] if row["headline"]}
    check(len(words) == 5 and set(words.values()) <= VERDICTS, f"{what}: {words}")
    for arm in ("before", "after"):
        equal(answer["comparison"][arm]["runs"], ROUNDS * RUNS, f"{what}: runs {arm}")


def unpinned_and_pinned(study):
    answer = study.pair("free", "right")
    equal((condition(answer, "affinity")["state"], condition(answer, "affinity")["role"]), ("differs", "confounder"), "free, right: the CPUs differ")
    answer = study.pair("free", "right", ["affinity", SHARED])
    equal(condition(answer, "affinity")["role"], "treatment", "free, right: and are the change under test where that is said")
    words_are_words(answer, "free, right")
    if ROUNDS > 1:
        check(answer["comparison"]["order"]["in_turns"], f"free, right: the arms took turns: {answer['comparison']['order']['sequence']}")


def pinned_wrong(study):
    rule = "place-cpu-mem-binding-mismatch"
    answer = study.pair("right", "wrong", ["affinity"])
    equal(changes(answer, rule), {"new"}, f"right, wrong: {rule}")
    words_are_words(answer, "right, wrong")
    remote = next(row for row in answer["comparison"]["evidence"] if row["key"] == "remote_pages")
    check(remote.get("before", 100) < 10 and remote.get("after", 0) > 90,
          f"right, wrong: memory on another node than the CPUs that run it: {remote.get('before')} %, then {remote.get('after')} %")
    answer = study.pair("wrong", "right")
    equal(changes(answer, rule), {"fixed"}, f"wrong, right: {rule}")
    affinity = condition(answer, "affinity")
    equal(affinity["role"], "treatment", "wrong, right: recognised as what the report before asked for")
    check(rule in affinity["recognised_by"], f"wrong, right: by {affinity['recognised_by']}")


def declared_distance(study):
    title = "Declared synthetic memory distance"
    answer = study.pair("right", "penalty")
    row = condition(answer, "synthetic_penalty")
    equal((row["before"], row["after"], row["role"]), ("none", "8", "confounder"), "right, penalty: the distance is declared")
    equal(answer["comparable"], False, "right, penalty: and nobody said that it is what is tested")
    check(title in json.dumps(failed_rules(answer).get("cmp-stack-hardware-workload")), "right, penalty: which is the reason")
    expect = ["synthetic_penalty", "server_command"]
    answer = study.pair("right", "penalty", expect)
    equal(condition(answer, "synthetic_penalty")["role"], "treatment", "right, penalty: said so")
    text = study.compare(study.bundles("right"), study.bundles("penalty"), expect, "text")
    check(f"{title}: none → 8" in " ".join(text.split()), "right, penalty: the text names the distance as synthetic")
    if ROUNDS * RUNS < ENOUGH_RUNS:
        return
    check(answer["comparable"], f"right, penalty: may be compared: {[rule for rule, finding in failed_rules(answer).items() if finding['severity'] == 'high']}")
    for metric, statistic in (("tpot_ms", "p50"), ("e2e_response_ms", "p95")):
        found = verdict(answer, metric, statistic)
        equal(found["verdict"], "regressed", f"right, penalty: {metric} {statistic} {found.get('before')} → {found.get('after')}, p {found.get('p_adjusted')}")


def other_huge_pages(study):
    answer = study.pair("right", "thp")
    row = condition(answer, "thp")
    equal((row["state"], row["role"]), ("differs", "confounder"), f"huge pages: {row['before']}, then {row['after']}")
    check("cmp-thp" in failed_rules(answer), "huge pages: a finding of its own")
    answer = study.pair("right", "thp", ["thp"])
    equal(condition(answer, "thp")["role"], "treatment", "huge pages: until it is said that they are the change under test")
    check("cmp-thp" not in failed_rules(answer), "huge pages: then no finding")


# The guest has no frequency scaling; what a node with it would have said stands in the facts.
def other_governor(study):
    arms = {}
    for governor in ("powersave", "performance"):
        arms[governor] = []
        for at, bundle in enumerate(study.bundles("right")):
            facts = facts_of(bundle)
            facts["frequency"].update(has_cpufreq=True, governors=[governor], policies=[])
            for pointer in [pointer for pointer in facts["missing"] if pointer.startswith("/frequency")]:
                del facts["missing"][pointer]
            arms[governor].append(study.directory / f"{governor}-{at}.json")
            arms[governor][-1].write_text(json.dumps(facts))
    answer = study.compare(*arms.values())
    row = condition(answer, "governor")
    equal((row["state"], row["role"]), ("differs", "confounder"), f"governor: {row['before']}, then {row['after']}")
    check("cmp-governor" in failed_rules(answer), "governor: a finding of its own")
    answer = study.compare(*arms.values(), expect=["governor"])
    equal(condition(answer, "governor")["role"], "treatment", "governor: until it is said that it is the change under test")
    check("cmp-governor" not in failed_rules(answer), "governor: then no finding")


def main():
    if len(sys.argv) < 2 or not pathlib.Path(sys.argv[1], "vmlinuz").exists():
        skip("needs the guest that tests/guest/make_tree.sh makes")
    with temporary_directory() as directory:
        out = sys.argv[2] if len(sys.argv) > 2 else f"{directory}/out"
        if not list(pathlib.Path(out).glob("thp-*.ihc.tar.zst")):
            boot(sys.argv[1], out, directory)
        study = Study(out, directory)
        if study.bundles("thp"):
            placed(study, "free", "0-7", None)
            placed(study, "right", "4-7", 1)
            placed(study, "wrong", "1-3", 1)
            unpinned_and_pinned(study)
            pinned_wrong(study)
            declared_distance(study)
            other_huge_pages(study)
            other_governor(study)
    finish()


if __name__ == "__main__":
    main()
