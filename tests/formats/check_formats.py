#!/usr/bin/env python3
"""`ihc check` in the formats that other programs read: each is accepted by its own reader, and all say the same.

promtool judges the Prometheus text; where it is not installed it is unpacked from Debian's package prometheus, which when installed would
start a server. The public JSON Schema of SARIF 2.1.0 and its validator (ajv) come from npm. Both stay in the build folder; what cannot be
had (no npm, no network) is not shown, and the script says so.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ihc_test import BUILD, SOURCE, check, equal, finish, ihc, run, temporary_directory

AJV = """
const Ajv = require('ajv-draft-04');
const fs = require('fs');
const ajv = new Ajv({strict: false, unicodeRegExp: false, validateFormats: false, allErrors: true});
const validate = ajv.compile(JSON.parse(fs.readFileSync(process.argv[2])));
for (const file of process.argv.slice(3)) {
  if (!validate(JSON.parse(fs.readFileSync(file)))) { console.log(file, JSON.stringify(validate.errors.slice(0, 5))); process.exitCode = 1; }
}
"""


def fetch(arguments, **options):
    """Without a network a package manager may try for minutes: what does not come soon is not to be had."""
    try:
        run(arguments, timeout=90, **options)
    except subprocess.TimeoutExpired:
        print(f"gave up after 90 s: {arguments[0]}")


def sarif_validator():
    """The schema's path and the script that validates against it, or the reason why there is none."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        return None, "npm is not installed"
    folder = BUILD / "sarif-schema"
    pattern = "node_modules/@microsoft/jest-sarif/**/sarif-2.1.0*.json"
    if not list(folder.glob(pattern)):
        folder.mkdir(parents=True, exist_ok=True)
        fetch(["npm", "install", "--prefix", folder, "--no-audit", "--no-fund", "--silent", "ajv@8", "ajv-draft-04@1",
               "@microsoft/jest-sarif@^1.0.0-beta.0"])
    schemas = list(folder.glob(pattern))
    if not schemas:
        return None, "the schema could not be fetched from npm"
    script = folder / "validate.js"
    script.write_text(AJV)
    return (schemas[0], script), None


def promtool():
    unpacked = BUILD / "promtool/usr/bin/promtool"
    if shutil.which("promtool") is None and not unpacked.exists() and shutil.which("apt-get"):
        with temporary_directory() as directory:
            fetch(["apt-get", "-qq", "download", "prometheus"], cwd=directory)
            for package in pathlib.Path(directory).glob("prometheus_*.deb"):
                run(["dpkg", "-x", package, BUILD / "promtool"])
    return shutil.which("promtool") or (unpacked if unpacked.exists() else None)


def in_format(bundle, name):
    outcome = ihc("check", bundle, "--format", name)
    equal(outcome.returncode, 0, f"{bundle.parent.name}: check --format {name} ends well {outcome.stderr.strip()[-200:]}")
    return outcome.stdout


def failed_of(findings):
    return sorted((f["rule"], f.get("subject_key") or "") for f in findings["findings"] if f["result"] == "fail")


def check_sarif(text, findings):
    log = json.loads(text)
    equal(log["version"], "2.1.0", "SARIF version")
    results = [r for r in log["runs"][0]["results"] if r.get("kind", "fail") == "fail"]
    equal(sorted(r["ruleId"] for r in results), [rule for rule, _ in failed_of(findings)], "SARIF results that fail")
    rules = [r["id"] for r in log["runs"][0]["tool"]["driver"]["rules"]]
    check(all(rules[r["ruleIndex"]] == r["ruleId"] for r in results), "every SARIF result points at its rule")


def check_junit(text, findings):
    suites = ElementTree.fromstring(text)
    cases = list(suites.iter("testcase"))
    equal(len(cases), len(findings["findings"]), "JUnit test cases are the findings")
    equal(len(list(suites.iter("failure"))), len(failed_of(findings)), "JUnit failures are those that fail")
    skipped = sum(f["result"] in ("not_assessed", "not_applicable") for f in findings["findings"])
    equal(len(list(suites.iter("skipped"))), skipped, "JUnit skips what was not assessed or does not apply")


def check_prometheus(text, findings):
    tool = promtool()
    if tool:
        outcome = run([tool, "check", "metrics"], input=text)
        equal((outcome.returncode, outcome.stderr.strip()), (0, ""), "promtool accepts the Prometheus text")
    else:
        print("not shown: no promtool is installed and none could be fetched")
    equal(len(re.findall(r"^ihc_finding_failed\{", text, re.M)), len(failed_of(findings)), "Prometheus samples of findings that fail")
    index = re.search(r"^ihc_risk_index(?:\{[^}]*\})? ([0-9.e+]+)$", text, re.M)
    check(index is not None and abs(float(index.group(1)) - findings["risk"]["index"]) < 0.01, "the risk index is the same")


with temporary_directory() as directory:
    logs = []
    bundles = sorted(SOURCE.glob("samples/*/node.ihc.tar.zst"))
    check(len(bundles) >= 2, f"{len(bundles)} samples")
    for bundle in bundles:
        findings = json.loads(in_format(bundle, "json"))
        sarif = in_format(bundle, "sarif")
        check_sarif(sarif, findings)
        check_junit(in_format(bundle, "junit"), findings)
        check_prometheus(in_format(bundle, "prometheus"), findings)
        logs.append(pathlib.Path(directory, bundle.parent.name + ".sarif"))
        logs[-1].write_text(sarif)
    validator, reason = sarif_validator()
    if validator is None:
        print(f"not shown: {reason}")
    else:
        schema, script = validator
        outcome = run(["node", script, schema, *logs])
        equal((outcome.returncode, outcome.stdout), (0, ""), f"SARIF is valid against {schema.name}{outcome.stderr[-300:]}")
finish()
