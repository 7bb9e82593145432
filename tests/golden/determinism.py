#!/usr/bin/env python3
"""The same bundle gives the same bytes: facts, findings, Markdown, HTML and PDF, twice, and under another system date."""
import hashlib
import os
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ihc_test import BUILD, IHC, Worker, check, equal, finish, ihc, need_tools, run, temporary_directory

need_tools("faketime", "qpdf", "pdffonts", "pdfinfo", "pdftotext")


def hashes(directory):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(pathlib.Path(directory).iterdir())}


def outputs(bundle, directory, prefix=()):
    outcome = run([*prefix, IHC, "report", bundle, "-o", directory, "--format", "md,html,pdf", "--client", "Müller & Söhne <AG>"],
                  cwd=pathlib.Path(directory).parent)
    equal(outcome.returncode, 0, f"report ends well {outcome.stderr.strip()[-300:]}")
    found = hashes(directory)
    for name, arguments in {"facts": ["inspect", bundle, "--facts"], "check": ["check", bundle, "--format", "json"]}.items():
        found[name] = hashlib.sha256(run([*prefix, IHC, *arguments]).stdout.encode()).hexdigest()
    return found


def check_pdf(path, expected_pages=2):
    equal(run(["qpdf", "--check", path]).returncode, 0, "qpdf accepts the PDF")
    fonts = run(["pdffonts", path]).stdout.splitlines()[2:]
    check(fonts and all(re.search(r"\byes +(yes|no) +(yes|no) +\d+ +\d+$", line) for line in fonts), f"{len(fonts)} fonts, every one embedded")
    info = dict(line.split(":", 1) for line in run(["pdfinfo", path]).stdout.splitlines() if ":" in line)
    check(info.get("Title", "").strip() != "", f"title:{info.get('Title')}")
    check(info.get("Author", "").strip() != "", f"author:{info.get('Author')}")
    check(int(info["Pages"]) >= expected_pages, f"{info['Pages'].strip()} pages")
    plain = run(["qpdf", "--qdf", "--object-streams=disable", path, "-"], text=False, errors=None).stdout
    check(b"file:" not in plain, "no link in it points at a file:")
    check(b"/Outlines" in plain, "it has an outline")
    text = run(["pdftotext", "-layout", path, "-"]).stdout
    check(f"1 / {info['Pages'].strip()}" in text or f"2 / {info['Pages'].strip()}" in text, "pages are numbered")


with temporary_directory() as directory, Worker() as worker:
    bundle = f"{directory}/node.ihc.tar.zst"
    equal(ihc("collect", "--pid", worker.pid, "--window", "1", "-o", bundle, "--quiet").returncode, 0, "collect ends well")
    first = outputs(bundle, f"{directory}/first")
    for name in ("report.md", "report.html", "report.pdf", "findings.json"):
        check(name in first, f"{name} is written")
    equal(outputs(bundle, f"{directory}/second"), first, "a second run gives the same bytes")
    equal(outputs(bundle, f"{directory}/later", ["faketime", "2031-05-06 07:08:09"]), first, "another system date gives the same bytes")
    as_folder = f"{directory}/folder"
    equal(ihc("unpack", bundle, as_folder).returncode, 0, "unpack ends well")
    check_pdf(f"{directory}/first/report.pdf")
finish()
