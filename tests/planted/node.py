"""What a collection or an import of a node would find: files, links, readings, outputs and probes, by their paths."""
import re


KINDS = {"file": "files", "link": "links", "sampled": "samples", "command": "commands", "probe": "probes",
         "scrape": "scrapes"}  # what a Node holds
OPEN_FILE = re.compile("(proc/[0-9]+/fd)/")


class Command:
    """`kind` is the word under which an import takes the output; only_saved: no collection runs it."""

    def __init__(self, argv, stdout, kind=None, stderr="", status="ok", exit_code=0, seconds=0.02, only_saved=False):
        self.argv, self.stdout, self.kind, self.stderr = argv, stdout, kind, stderr
        self.status, self.exit_code, self.seconds, self.only_saved = status, exit_code, seconds, only_saved


class Node:
    """Paths without their first slash. `samples` holds what is read again: path → {second of the window: text}, `scrapes` the same of
    the servers' own metrics."""

    def __init__(self):
        self.files, self.links, self.samples, self.commands, self.probes, self.scrapes = {}, {}, {}, {}, {}, {}
        self.not_there = {}  # what a collection looked for and did not find: pattern → the collector that looked
        self.cost_seconds = 0.9

    def paths(self):
        """Everything that can be taken away, each with what it is. A process's open files come from one look at its folder."""
        items = {("open files", found[1]) if (found := OPEN_FILE.match(path)) else ("link", path) for path in self.links}
        for kind, name in KINDS.items():
            items |= {(kind, path) for path in getattr(self, name) if kind != "link"}
        return sorted(items)

    def without(self, gone):
        """The same node with that much less evidence."""
        less = Node()
        less.cost_seconds = self.cost_seconds
        less.not_there = self.not_there
        for kind, name in KINDS.items():
            setattr(less, name, {path: value for path, value in getattr(self, name).items() if (kind, path) not in gone})
        for path in list(less.links):
            found = OPEN_FILE.match(path)
            if found and ("open files", found[1]) in gone:
                del less.links[path]
        return less
