"""The two forms in which a node gives itself away.

    write_bundle   the folder that `ihc collect` writes (DESIGN, "The bundle, format 1"), with readings through a window of
                   30 seconds: what grows can be planted only there
    write_tree     a tar of /proc, /sys and /etc, one look at each file, and the outputs beside it: what `ihc import` takes
"""
import hashlib
import io
import json
import os
import pathlib
import tarfile

from plan import UPTIME, WINDOW


COLLECTORS = ["cgroup", "collection", "container", "frequency", "gpu", "host", "irq", "kernel", "kernel_log", "network", "node",
              "numa_memory", "pci", "perf", "pressure", "runtime_metrics", "services",
              "software", "topology", "workers"]


def content(path, text):
    """A text as bytes; of a binary file each character is one."""
    return text.encode("latin-1" if path.endswith("/config") else "utf-8")


def packed(records, below="root/"):
    """A packed member: `records` are (path, nanoseconds, text), src/bundle/packed.h."""
    data = b"ihc-packed 1\n"
    for path, taken, text in records:
        body = content(path, text)
        data += f"ok - {taken} {len(body)} whole {below}{path}\n".encode() + body + b"\n"
    return data


def write_bundle(node, folder):
    """The bundle that a collection as root of this node, 30 seconds long, would have written."""
    begin = UPTIME * 10**9
    members = {}
    small = [(path, begin, text) for path, text in [*node.files.items(), *node.links.items()]]
    if small:
        members["packed/node/000"] = packed(sorted(small))
    readings = [(path, begin + at * 10**9, text) for path, texts in node.samples.items() for at, text in texts.items()]
    if readings:
        members["samples/node"] = packed(sorted(readings, key=lambda reading: (reading[1], reading[0])))
    scrapes = [(path, begin + at * 10**9, text) for path, texts in node.scrapes.items() for at, text in texts.items()]
    if scrapes:
        members["samples/metrics"] = packed(sorted(scrapes, key=lambda reading: (reading[1], reading[0])), below="")
    commands = []
    for slug, command in sorted(node.commands.items()):
        if command.only_saved:
            continue
        members[f"commands/{slug}/stdout"] = command.stdout.encode()
        members[f"commands/{slug}/stderr"] = command.stderr.encode()
        commands.append({"slug": slug, "argv": command.argv, "status": command.status, "duration_ms": int(command.seconds * 1000),
                         "started_ns": begin, "cpu_seconds": 0.01, "exit_code": command.exit_code})
    for name, value in node.probes.items():
        members[f"probes/{name}.json"] = json.dumps(value, indent=2).encode()
    manifest = {"format": 1, "tool_version": "0.1.0", "node": "gpu-01", "started_utc": "2026-11-21T08:00:00Z",
                "ended_utc": "2026-11-21T08:00:32Z", "started_ns": begin - 10**9,
                "ended_ns": begin + (WINDOW + 1) * 10**9, "boot_id": "5f1c2f0e-3c0e-4b8e-9a51-6d7d2c1f9a10",
                "arguments": ["collect"], "labels": {}, "effective_uid": 0, "capabilities": [],
                "window_s": WINDOW, "window_observed_s": WINDOW, "interrupted": False, "scrubbed": {}, "redacted": False,
                "collectors": [{"name": name, "status": "collected", "reason": "", "hint": ""} for name in COLLECTORS],
                "members": [{"path": path, "size_bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()} for path,
                            data in sorted(members.items())], "commands": commands,
                "not_read": [{"path": path, "collector": name, "status": "absent", "reason": "file_absent"}
                             for path, name in node.not_there.items()],
                "cost": {"cpu_seconds": node.cost_seconds, "commands_cpu_seconds": 0.3, "peak_memory_bytes": 8000000,
                         "bytes_read": 900000, "reads": 2000, "slowest": []}}
    members["manifest.json"] = json.dumps(manifest).encode()
    for path, data in members.items():
        target = pathlib.Path(folder) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder


def real_path(node, path):
    """Where a file lies once the links above it are followed: /sys/class/net/eth0/mtu is a file of the device."""
    parts = path.split("/")
    for count in range(len(parts) - 1, 0, -1):
        above = "/".join(parts[:count])
        if above in node.links:
            return os.path.normpath("/".join([*parts[:count - 1], node.links[above], *parts[count:]]))
    return path


def write_tree(node, archive, folder):
    """A tar of the node's files, each as it was last read. Gives the arguments for `ihc import`."""
    texts = {**node.files, **{path: readings[max(readings)] for path, readings in node.samples.items()}}
    with tarfile.open(archive, "w") as tar:
        for path, text in sorted(texts.items()):
            data = content(path, text)
            entry = tarfile.TarInfo("gpu-01/" + real_path(node, path))
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
        for path, target in sorted(node.links.items()):
            entry = tarfile.TarInfo("gpu-01/" + real_path(node, path))
            entry.type, entry.linkname = tarfile.SYMTYPE, target
            tar.addfile(entry)
    sources = [str(archive)]
    for slug, command in sorted(node.commands.items()):
        if command.kind is None or not command.stdout:
            continue
        saved = pathlib.Path(folder) / f"{slug}.txt"
        saved.write_text(command.stdout)
        sources.append(f"{command.kind}:{saved}")
    return sources
