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

# What differs, and why. Answers are those recorded over the blocks that were read; what the version of the new blocks changes is listed.
CASES = [
    ("version 5 to 4", "vParquet5", ["convert", "--block-format", "vParquet4"], {"s-pipe-016": NUMBERS, "s-legacy-002": TAGS}),
    ("version 4 to 5", "vParquet4", ["convert"], {"s-pipe-016": NUMBERS, "s-legacy-002": TAGS, "s-trace-022": ONE}),
    ("version 3 to 5", "vParquet3", ["convert"], {"s-pipe-016": NUMBERS, "s-legacy-002": TAGS}),
    ("version 4 merged", "vParquet4", ["compact", "--window", "100000h", "--grace", "0"], {}),
    ("version 5 merged", "vParquet5", ["compact", "--window", "100000h", "--grace", "0"], {}),
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


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--binary", required=True)
    binary = os.path.abspath(p.parse_args().binary)
    passed = failed = 0
    known = json.load(open(os.path.join(CONFORMANCE, "differences.json")))
    with tempfile.TemporaryDirectory() as work:
        for what, version, command, differences in CASES:
            root = os.path.join(work, what.replace(" ", "-"))
            shutil.copytree(os.path.join(CONFORMANCE, "blocks", version), root)
            done = subprocess.run([binary, "blocks"] + command + (["--source", root] if command[0] == "convert" else [root]), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            keep_names(os.path.join(root, "single-tenant"))
            blocks = len(os.listdir(os.path.join(root, "single-tenant")))
            good = done.returncode == 0 and blocks == (1 if command[0] == "compact" else 3)
            passed, failed = passed + good, failed + (not good)
            if not good:
                print("FAIL %s: %d blocks, exit code %d, %s" % (what, blocks, done.returncode, done.stderr))
                continue
            list_path = os.path.join(work, "differences.json")
            json.dump(dict(known, **differences), open(list_path, "w"))
            run = subprocess.run(
                [sys.executable, os.path.join(CONFORMANCE, "check.py"), "--session", "%s api --compat tempo --source %s" % (binary, root), "--dataset", "small", "--version", version,
                 "--kinds", KINDS, "--newest-first", "--compare", "golden/small", "--also", "golden/small-R", "--differences", list_path],
                cwd=CONFORMANCE, stdout=subprocess.PIPE, text=True)
            lines = run.stdout.splitlines()
            counts = re.match(r"(\d+) queries, (\d+) failed, \d+ unstable", lines[-1] if lines else "")
            print("%s: %s" % (what, lines[-1] if counts else "check.py ended with exit code %d" % run.returncode))
            if counts:
                total, wrong = int(counts.group(1)), int(counts.group(2))
                passed, failed = passed + total - wrong, failed + wrong
                if wrong:
                    print("\n".join(lines[:-1]))
            else:
                failed += 1
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
