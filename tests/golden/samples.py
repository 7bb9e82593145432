#!/usr/bin/env python3
"""The samples are true: made again from their bundles, every output has the bytes that are kept."""
import difflib
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ihc_test import BUILD, SOURCE, check, equal, finish, run, temporary_directory

OF_A_NODE = ("facts.json", "findings.json", "report.md")
OF_A_COMPARISON = ("compare.md",)

with temporary_directory() as directory:
    outcome = run([SOURCE / "scripts/samples", directory], env={**os.environ, "IHC_BUILD_DIR": str(BUILD)})
    equal(outcome.returncode, 0, f"scripts/samples ends well {outcome.stderr.strip()[-300:]}")
    nodes = sorted(path.parent for path in SOURCE.glob("samples/*/node.ihc.tar.zst"))
    comparisons = sorted(path.parent for path in SOURCE.glob("samples/*/before"))
    check(len(nodes) >= 2 and comparisons, f"{len(nodes)} nodes, {len(comparisons)} comparisons")
    for sample in nodes + comparisons:
        pictures = sorted(path.name for path in sample.glob("*.svg"))
        for name in (*(OF_A_NODE if sample in nodes else OF_A_COMPARISON), *pictures):
            made = pathlib.Path(directory, sample.name, name)
            kept = (sample / name).read_text()
            same = made.exists() and made.read_text() == kept
            check(same, f"{sample.name}/{name}")
            if not same and made.exists():
                sys.stdout.writelines(list(difflib.unified_diff(kept.splitlines(True), made.read_text().splitlines(True), "kept", "made"))[:40])
finish()
