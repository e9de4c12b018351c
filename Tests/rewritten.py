#!/usr/bin/env python3
"""Tempo's recorded answers over blocks that we wrote anew: its small blocks in another version, and merged.

  rewritten.py --binary .build/release/traceql

Rewritten blocks keep the IDs of the old ones here, as the ID says whose copy of a span is shown where blocks hold several. The last
line is "N passed, N failed".
"""
import argparse, json, os, re, shutil, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
CONFORMANCE = os.path.join(HERE, "Conformance")
KINDS = "search,tags,tag_values,trace,query_range,query"

NUMBERS = "blocks.md 3.10: no order of spans is promised, and ours is that of their starts; tree numbers follow the order."
TAGS = "The old tag search compares texts, and numbers where they have a column of their own (http-api.md 5.3): version 4 has one for http.status_code, version 5 only where it is configured."
ONE = "blocks.md 3.6: in a column of its own in version 5 an array of one is its element."

SORTED = "blocks.md 7.3: events and links are sorted where a trace is put together from several blocks; here it lies in one."

# Blocks, what is done with them, and what differs, with the reason. Answers are those that Tempo gave over the blocks that were read.
CONVERSIONS = [
    ("version 5 to 4", "vParquet5", ["--block-format", "vParquet4"], {"s-pipe-016": NUMBERS, "s-legacy-002": TAGS}),
    ("version 4 to 5", "vParquet4", [], {"s-pipe-016": NUMBERS, "s-legacy-002": TAGS, "s-trace-022": ONE}),
    ("version 3 to 5", "vParquet3", [], {"s-pipe-016": NUMBERS, "s-legacy-002": TAGS}),
]
# Merged blocks hold each span once, which Tempo's answers over several blocks do not. They are held against the answers over whole traces
# before the merge, which is a law: what is counted and what it is called does not depend on where spans lie.
MERGES = [
    ("version 4 merged", "vParquet4", {"s-pipe-016": NUMBERS, "s-trace-019": SORTED, "s-trace-020": SORTED}),
    ("version 5 merged", "vParquet5", {"s-pipe-016": NUMBERS, "s-legacy-002": TAGS, "s-trace-019": SORTED, "s-trace-020": SORTED}),
]


def keep_names(tenant):
    """Gives blocks that replaced one block its ID, and removes the old ones."""
    for name in os.listdir(tenant):
        if os.path.exists(os.path.join(tenant, name, "meta.compacted.json")):
            shutil.rmtree(os.path.join(tenant, name))
    for name in os.listdir(tenant):
        folder = os.path.join(tenant, name)
        sources = open(os.path.join(folder, "sources")).read().split()
        if len(sources) == 1:
            meta = json.load(open(os.path.join(folder, "meta.json")))
            meta["blockID"] = sources[0]
            json.dump(meta, open(os.path.join(folder, "meta.json"), "w"))
            os.rename(folder, os.path.join(tenant, sources[0]))


class Counts:
    def __init__(self):
        self.passed = self.failed = 0

    def blocks(self, what, root, done, count):
        """Whether the blocks were written; one check."""
        found = len(os.listdir(os.path.join(root, "single-tenant")))
        good = done.returncode == 0 and found == count
        self.passed, self.failed = self.passed + good, self.failed + (not good)
        if not good:
            print("FAIL %s: %d blocks, exit code %d, %s" % (what, found, done.returncode, done.stderr))
        return good

    def check(self, what, session, arguments):
        """A run of check.py."""
        command = [sys.executable, os.path.join(CONFORMANCE, "check.py"), "--session", session, "--dataset", "small", "--kinds", KINDS, "--newest-first"] + arguments
        lines = subprocess.run(command, cwd=CONFORMANCE, stdout=subprocess.PIPE, text=True).stdout.splitlines()
        counts = re.match(r"(\d+) queries, (\d+) failed, \d+ unstable", lines[-1] if lines else "")
        print("%s: %s" % (what, lines[-1] if counts else "check.py reported nothing"))
        total, wrong = (int(counts.group(1)), int(counts.group(2))) if counts else (1, 1)
        self.passed, self.failed = self.passed + total - wrong, self.failed + wrong
        if wrong:
            print("\n".join(lines[:-1]))


def rewritten(binary, work, name, version, command):
    """A copy of the small blocks, written anew in place."""
    root = os.path.join(work, name.replace(" ", "-"))
    shutil.copytree(os.path.join(CONFORMANCE, "blocks", version), root)
    done = subprocess.run([binary, "blocks"] + command + ["--source", root], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    keep_names(os.path.join(root, "single-tenant"))
    return root, done


def listed(work, differences):
    path = os.path.join(work, "differences.json")
    json.dump(differences, open(path, "w"))
    return ["--differences", path]


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--binary", required=True)
    binary, counts = os.path.abspath(p.parse_args().binary), Counts()
    known = json.load(open(os.path.join(CONFORMANCE, "differences.json")))
    with tempfile.TemporaryDirectory() as work:
        for what, version, flags, differences in CONVERSIONS:
            root, done = rewritten(binary, work, what, version, ["convert"] + flags)
            if counts.blocks(what, root, done, 3):
                compared = ["--version", version, "--compare", "golden/small", "--also", "golden/small-R"] + listed(work, dict(known, **differences))
                counts.check(what, "%s api --compat tempo --source %s" % (binary, root), compared)
        for what, version, differences in MERGES:
            root, done = rewritten(binary, work, what, version, ["compact", "--window", "100000h", "--grace", "0"])
            if counts.blocks(what, root, done, 1):
                session, answers = binary + " api --compat tempo --trace-scope whole --source ", os.path.join(work, version)
                counts.check(what + ", before", session + os.path.join(CONFORMANCE, "blocks", version), ["--record", answers])
                counts.check(what, session + root, ["--compare", answers] + listed(work, differences))
    print("%d passed, %d failed" % (counts.passed, counts.failed))
    return 1 if counts.failed else 0


if __name__ == "__main__":
    sys.exit(main())
