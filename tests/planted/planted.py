#!/usr/bin/env python3
"""Planted faults: nodes that are healthy but for one fault, and what the rules make of them; then evidence is taken away.

For every fault of faults.py a node is made twice: as the folder that a collection would have written, with readings through a window
(held against its manifest by `ihc verify`), and as a tree of files with the outputs beside it, which `ihc import` takes. The named rules
fail, nothing else does, and nothing fails on the healthy nodes. A collection of a healthy node is low: every rule that applies passes.
An import of the same node is not, whatever is in it: it is one look, and what grows within a window (throttling, waiting, events,
spills) is not assessed, among it rules that could be high or critical.

Then evidence is taken away from healthy and faulty nodes: each file alone, each family of files, and one after the other in a shuffled
order until nothing is left. Each time: the program does its work; no rule fails that did not; what failed fails or is not assessed;
coverage does not rise; the level does not become low; the upper end of the index does not fall.

    planted.py           every fault, and of the removals a sample drawn with a fixed seed (about a minute)
    planted.py --full    every removal (IHC_FULL=1 does the same), of files that differ in numbers alone two; takes many minutes
    planted.py --seed N  another sample
"""
import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import random
import re
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ihc_test import SOURCE, check, finish, ihc, temporary_directory  # noqa: E402
from benched import benched  # noqa: E402
from build import build  # noqa: E402
from faults import BASES, FAULTS, METAL  # noqa: E402
from forms import write_bundle, write_tree  # noqa: E402
from saved import saved_texts  # noqa: E402

PROFILE = SOURCE / "tests/planted/profile.yaml"
SERVERS = "vllm serve|VLLM::EngineCore|llama-server"
# Those of which everything is taken away; the first three in every run.
STRIPPED = ["the whole server on the far node", "one GPU at half its PCIe width", "heavy quota throttling", "memory at its high limit",
            "powersave under acpi-cpufreq", "a GPU fell off the bus", "NUMA balancing on a pinned server",
            "NIC interrupts on worker CPUs"]
DECIDED = "engagement: {client: Example GmbH}\ndecisions:\n  - {item: C3, statement: performance was measured and chosen, who: A. Person, date: 2026-11-01}\n"
UNDECIDED = "engagement: {client: Example GmbH}\ndecisions: []\n"

# Rules that say something of every real node, for information: a fault is what they say above that.
CONTEXT = {"kern-mitigations-context"}

# Where the program does not hold what is promised above, once a path is gone, and why. No rule can mend these: the facts say too much,
# or nobody could know. `alone`: already when nothing else is gone; the others need more to be gone with it. A case goes from this list
# when its cause is mended.
Known = collections.namedtuple("Known", "path rules form alone reason")
KNOWN = [
    Known("command perf-(c2c|dram|sockets|latency)", "perf-.*|sched-runqueue-latency|", "", True,
          "such a recording is made only when asked for: without it there is nothing to judge"),
    Known("command bench-serve", "bench-.*|", "", True, "a bundle without a benchmark says nothing from one: there is nothing to judge"),
    Known("sampled proc/[0-9]+/stat|file proc/[0-9]+/cmdline", ".*", "import", True,
          "an import knows of a process only by its own files: one of which it has none is no worker"),
    Known("probe discovery", ".*", "window", False,
          "without the record of the discovery, workers are the processes whose files are there"),
    Known("probe discovery", "nn-foreign-work-on-inference-cores", "window", True,
          "without the record of the discovery, workers are the processes whose files are there: the foreign one too"),
    Known("file sys/class/net/.*/queues/.*", "irq-hotspot", "window", False,
          "a card's queues are told by their files alone, where ethtool -l does not count them"),
    Known("file sys/fs/cgroup/.*/cpuset[.]cpus[.]effective", "svc-housekeeping-overlap|", "", True,
          "a group whose cpuset was not read counts as one without the controller: its parent's is taken (collectors/cgroup)"),
    Known("file sys/devices/system/edac/mc/mc[0-9]+/ce_count", "host-memory-errors|", "", True,
          "a memory controller is told by its ce_count alone: without that file its other counters are not read (collectors/host.cpp)"),
    Known("file sys/devices/system/cpu/vulnerabilities/.*", "kern-mitigations-context", "", False,
          "a vulnerability whose file was not read is not missed (collectors/kernel.cpp)"),
]


class Judge:
    """Makes bundles of nodes and has them judged; each in a folder of its own, which is removed at once."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.statements = {}
        for name, text in ((True, DECIDED), (False, UNDECIDED)):
            self.statements[name] = self.directory / f"engagement-{name}.yaml"
            self.statements[name].write_text(text)
        self.made = 0

    def __call__(self, node, form, decided=True, verified=False, waivers=None):
        """What is compared of findings.json, or a sentence that says what went wrong."""
        self.made += 1
        folder = self.directory / f"{form}-{self.made}"
        folder.mkdir()
        try:
            return self.judge(node, form, folder, decided, verified, waivers)
        finally:
            shutil.rmtree(folder)

    def judge(self, node, form, folder, decided, verified, waivers):
        bundle = folder / "bundle"
        if form == "window":
            write_bundle(node, bundle)
            if verified and (outcome := ihc("verify", bundle)).returncode != 0:
                return "verify: " + outcome.stdout + outcome.stderr
        else:
            sources = write_tree(node, folder / "tree.tar", folder)
            selection = ["--match", SERVERS] if any(re.fullmatch("proc/[0-9]+/stat", path) for path in node.samples) else []  # without a process there is nothing to match
            outcome = ihc("import", "--quiet", "-o", bundle, *selection, *sources)
            if outcome.returncode != 0:
                return "import: " + outcome.stderr
        accepted = []
        if waivers:
            (folder / "waivers.yaml").write_text(waivers)
            accepted = ["--waivers", folder / "waivers.yaml", "--as-of", "2026-11-21"]
        outcome = ihc("check", "--format", "json", "--profile", PROFILE,
                      "--engagement", self.statements[decided], *accepted, bundle)
        if outcome.returncode != 0:
            return f"check: exit {outcome.returncode}: {outcome.stderr}"
        said = json.loads(outcome.stdout)
        return {"risk": said["risk"], "findings": [{name: finding[name] for name in ("rule", "subject_key", "result", "severity", "evidence")}
                                                   for finding in said["findings"]]}


def failed_rules(findings):
    return {finding["rule"] for finding in findings["findings"]
            if finding["result"] == "fail" and not (finding["rule"] in CONTEXT and finding["severity"] == "info")}


def results(findings):
    by_rule = collections.defaultdict(dict)
    for finding in findings["findings"]:
        by_rule[finding["rule"]][finding["subject_key"]] = finding["result"]
    return by_rule


# ---- faults -------------------------------------------------------------------------------------------------------------


def check_healthy(judge):
    for name, make in BASES.items():
        plan = make()
        plan.perf_texts = saved_texts()
        benched()(plan)
        node = build(plan)
        for form in ("window", "import"):
            findings = judge(node, form, verified=True)
            if isinstance(findings, str):
                check(False, f"healthy {name}, {form}: {findings}")
                continue
            risk = findings["risk"]
            counts = collections.Counter(finding["result"] for finding in findings["findings"])
            rules = collections.Counter(next(iter(sorted(set(found.values()), key=["error", "fail", "not_assessed", "pass",
                                                                                   "not_applicable"].index)))
                                        for found in results(findings).values())
            print(f"      {name}, {form}: rules passed {rules['pass']}, not assessed "
                  f"{rules['not_assessed']}, not applicable {rules['not_applicable']}; "
                  f"coverage {risk['coverage_pct']} %, {risk['level']}, index {risk['index']} to {risk['index_upper']}")
            check(not failed_rules(findings) and not counts["error"],
                  f"healthy {name}, {form}: nothing fails" + "".join(f" {rule}" for rule in sorted(failed_rules(findings))))
            if form == "window":
                check(risk["level"] == "low" and not counts["not_assessed"],
                      f"healthy {name}, {form}: low, with nothing left unassessed")
            else:
                check(risk["level"] != "low", f"healthy {name}, {form}: one look is never low")


def check_fault(judge, fault):
    """What is wrong with the outcome of one fault, as sentences; and its findings, where it is told best."""
    node = build(fault.plan())
    said, told = [], None
    for form in ("window", "import"):
        if fault.seen == "import" and form == "window":
            continue
        findings = judge(node, form, fault.decided, verified=True, waivers=fault.waivers)
        if isinstance(findings, str):
            said.append(findings)
            continue
        told = told or findings
        expected = set() if fault.seen == "window" and form == "import" else fault.imported if form == "import" else fault.expected()
        found = failed_rules(findings)
        said += [f"{form}: {rule} does not fail" for rule in sorted(expected - found)] + [f"{form}: {rule} fails" for rule in sorted(found - expected)]
        if fault.seen == "window" and form == "import":
            # What one look can't tell is no pass: there is no telling either.
            now = results(findings)
            said += [f"{form}: {rule} passes" for rule in fault.rules if set(now[rule].values()) == {"pass"}]
    return said, told


# ---- evidence is taken away ------------------------------------------------------------------------------------------


def violations(before, after, is_whole):
    """(rule, sentence) for everything that less evidence may not do; the rule is empty where it is the risk. Coverage is held against
    the whole only: from one step to the next a card or group of which the last file goes takes its unassessed checks along."""
    found = []
    was, now = results(before), results(after)
    for rule, subjects in was.items():
        failed = {subject for subject, result in subjects.items() if result == "fail"}
        new = now.get(rule, {})
        if not failed and "fail" in new.values():
            found.append((rule, f"{rule} failed nowhere and fails"))
        # Subjects may be named anew with less evidence; then the rule itself has to answer.
        for subject in failed:
            answers = {new[subject]} if subject in new and set(new) == set(subjects) else set(new.values())
            if not answers & {"fail", "not_assessed"}:
                found.append((rule, f"{rule} of {subject} failed and is {', '.join(sorted(answers)) or 'gone'}"))
        if set(new) == set(subjects):
            found += [(rule, f"{rule} of {subject} was {subjects[subject]} and fails") for subject in sorted(set(subjects) - failed, key=str) if failed and new[subject] == "fail"]
    old, new = before["risk"], after["risk"]
    if is_whole and new["coverage_pct"] > old["coverage_pct"]:
        found.append(("", f"coverage rose from {old['coverage_pct']} to {new['coverage_pct']}"))
    if new["level"] == "low" and old["level"] != "low":
        found.append(("", f"{old['level']} became low"))
    if new["index_upper"] < old["index_upper"]:
        found.append(("", f"the upper end fell from {old['index_upper']} to {new['index_upper']}"))
    return found


def families(node):
    """Everything that differs in numbers alone is one family; and everything of one process or one control group."""
    groups = collections.defaultdict(set)
    for item in node.paths():
        kind, path = item
        pattern = re.sub(r"0000:[0-9a-f:.]+", "*", path)
        groups[f"{kind} {re.sub(r'[0-9]+', '*', pattern)}"].add(item)
        for folder in re.findall(r"^proc/[0-9]+/|^sys/fs/cgroup/.*/|^sys/fs/cgroup/|^sys/devices/system/node/|^sys/devices/system/cpu/cpu[0-9]+/|^sys/bus/pci/devices/[^/]+/|^sys/class/net/", path):
            groups[folder].add(item)
    return {name: items for name, items in groups.items() if len(items) > 1}


def some_of_each(entries, draw):
    """Of entries that differ in numbers alone, two."""
    alike = collections.defaultdict(list)
    for entry in entries:
        alike[re.sub("[0-9a-f]*[0-9][0-9a-f]*", "*", entry[0])].append(entry)
    return [entry for _, group in sorted(alike.items()) for entry in draw.sample(group, min(2, len(group)))]


def known_reason(rule, gone, form, alone):
    for known in KNOWN:
        if (known.alone or not alone) and form.startswith(known.form) and re.fullmatch(known.rules, rule):
            if any(re.fullmatch(known.path, f"{kind} {path}") for kind, path in gone):
                return known.reason
    return None


def is_known_path(item, form):
    return any(re.fullmatch(known.path, " ".join(item)) and form.startswith(known.form) for known in KNOWN)


def cited(node, findings):
    """What the failures of a node name as their evidence, each alone and with its like."""
    items = {**{f"root/{path}": (kind, path) for kind, path in node.paths() if kind in ("file", "link", "sampled")},
             **{f"commands/{path}/{stream}": (kind, path) for kind,
                path in node.paths() if kind == "command" for stream in ("stdout", "stderr")},
             **{f"probes/{path}.json": (kind, path) for kind, path in node.paths() if kind == "probe"}}
    paths = {file["path"] for finding in findings["findings"] if finding["result"] == "fail" for fact in finding["evidence"] for file in fact["files"]}
    found = {items[path] for path in paths if path in items}
    groups = families(node)
    alike = {name: group for name, group in groups.items() if name.partition(" ")[2] and group & found}
    return sorted([(f"{kind} {path}", {(kind, path)}) for kind, path in found] + list(alike.items()), key=lambda entry: entry[0])


class Removals:
    def __init__(self, judge, full, seed):
        self.judge, self.full, self.seed = judge, full, seed
        self.count, self.known, self.wrong, self.all_known = 0, collections.Counter(), [], collections.Counter()

    def compare(self, title, form, what, gone, before, after, alone=True, is_whole=True):
        self.count += 1
        title = f"{title} ({form})"
        if isinstance(after, str):
            self.wrong.append(f"{title}, without {what}: {after}")
            return
        for rule, sentence in violations(before, after, is_whole):
            reason = known_reason(rule, gone, form, alone)
            if reason:
                self.known[reason] += 1
            else:
                self.wrong.append(f"{title}, without {what}: {sentence}")

    def evidence(self, pool, fault, whole):
        """What the findings of a fault name as their evidence, taken away from it."""
        if whole is None:
            return
        node = build(fault.plan())
        form = "import" if fault.seen == "import" else "window"
        draw = random.Random(f"{self.seed} {fault.name}")
        entries = some_of_each(cited(node, whole), draw)
        if not self.full:
            entries = draw.sample(entries, min(1, len(entries)))
        tasks = [(what, items, pool.submit(self.judge, node.without(items), form, fault.decided, waivers=fault.waivers)) for what, items in entries]
        for what, items, task in tasks:
            self.compare(fault.name, form, what, items, whole, task.result())

    def single(self, pool, title, node, form, decided):
        """Each family and each file alone, against the whole."""
        whole = self.judge(node, form, decided)
        draw = random.Random(f"{self.seed} {title} {form}")
        groups = sorted(families(node).items())
        files = some_of_each([(f"{kind} {path}", {(kind, path)}) for kind, path in node.paths()], draw)
        if not self.full:
            groups, files = draw.sample(groups, min(10, len(groups))), draw.sample(files, min(10, len(files)))
        tasks = [(what, items, pool.submit(self.judge, node.without(items), form, decided)) for what, items in groups + files]
        for what, items, task in tasks:
            self.compare(title, form, what, items, whole, task.result())

    def cumulative(self, pool, title, node, form, decided):
        """One after the other in a shuffled order, against the step before and against the whole; what is known to go wrong comes last."""
        order = node.paths()
        random.Random(f"{self.seed} {title} {form} order").shuffle(order)
        order.sort(key=lambda item: is_known_path(item, form))
        step = max(1, len(order) // (60 if self.full else 8))
        counts = [*range(0, len(order) - 1, step), len(order) - 1]
        tasks = [pool.submit(self.judge, node.without(set(order[:count])), form, decided) for count in counts]
        outcomes = [task.result() for task in tasks]
        for number in range(1, len(outcomes)):
            what = ", ".join(path for _, path in order[counts[number - 1]:counts[number]][:3]) + f" (and {counts[number - 1]} before)"
            for before in {0, number - 1}:
                if isinstance(outcomes[before], str):
                    continue
                self.compare(title, form, what, order[:counts[number]], outcomes[before], outcomes[number], alone=False,
                             is_whole=before == 0)

    def run(self, pool, title, plan, decided, forms):
        node = build(plan)
        for form in forms:
            self.single(pool, title, node, form, decided)
            self.cumulative(pool, title, node, form, decided)
        self.say(title)

    def say(self, title):
        for sentence in self.wrong:
            print("      " + sentence)
        known = f", {sum(self.known.values())} known" if self.known else ""
        check(not self.wrong, f"{title}: {self.count} comparisons with evidence taken away, {len(self.wrong)} wrong{known}")
        for reason, count in self.known.items():
            self.all_known[reason] += count
        self.count, self.known, self.wrong = 0, collections.Counter(), []


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--full", action="store_true", default=os.environ.get("IHC_FULL") == "1")
    arguments.add_argument("--seed", default="1")
    arguments.add_argument("--only", default="", help="trees whose name holds this")
    given = arguments.parse_args()
    with temporary_directory() as directory, concurrent.futures.ThreadPoolExecutor(2) as pool:
        judge = Judge(directory)
        check_healthy(judge)
        faults = [fault for fault in FAULTS if given.only in fault.name]
        told = {}
        for fault, (said, told[fault.name]) in zip(faults, pool.map(lambda fault: check_fault(judge, fault), faults)):
            check(not said, f"{fault.name}: {', '.join(fault.rules)}" + "".join("; " + sentence for sentence in said))
        print(f"      {len(faults)} faults, {len({rule for fault in faults for rule in fault.rules})} rules")
        removals = Removals(judge, given.full, given.seed)
        for fault in faults:
            removals.evidence(pool, fault, told[fault.name])
        removals.say("every fault, without what its findings name")
        for name, make in BASES.items():
            if given.only in name and (given.full or name == METAL):
                removals.run(pool, f"healthy {name}", make(), True, ("window", "import"))
        stripped = STRIPPED if given.full else STRIPPED[:3]
        for fault in (fault for fault in faults if fault.name in stripped):
            forms = ("window", "import") if fault.seen == "both" else (fault.seen,)
            removals.run(pool, fault.name, fault.plan(), fault.decided, forms)
        for reason, count in sorted(removals.all_known.items()):
            print(f"      known, {count} times: {reason}")
    finish()


if __name__ == "__main__":
    main()
