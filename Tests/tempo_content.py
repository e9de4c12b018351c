#!/usr/bin/env python3
"""What Tempo wrote of known spans, and what we write of the same: the same rows, column for column.

  tempo_content.py --binary .build/release/traceql [--testdata DIR]

DIR is a folder of blocks that Tempo made of input that is kept beside them (default: $TEMPO_TESTDATA, or shared/data/tempo-testdata
beside the project); it is no part of the project, and without it nothing is tested. The last line is "N passed, N failed".
"""
import argparse, json, math, os, sys, tempfile

import pyarrow.parquet as pq
from google.protobuf.json_format import ParseDict

from compaction import live
from ingest import Checks, ExportTraceServiceRequest, run

HERE = os.path.dirname(os.path.abspath(__file__))
BESIDE = os.path.join(os.path.dirname(HERE), "..", "shared", "data", "tempo-testdata")


def message(path):
    """The traces of an input file as one request."""
    whole = ExportTraceServiceRequest()
    for trace in json.load(open(path)):
        whole.MergeFrom(ParseDict(trace, ExportTraceServiceRequest(), ignore_unknown_fields=True))
    return whole.SerializeToString()


def columns(path):
    """Tempo's list as --dedicated takes it."""
    texts = []
    for entry in json.load(open(path)):
        texts.append(":".join([entry.get("s", "span") + "." + entry["n"], entry.get("t", "string")] + entry.get("o", [])))
    return ",".join(texts)


# Where Tempo's blocks are not what they should be, or we decided otherwise: (trace, last part of the path).
KNOWN = {
    # No root, so nothing is numbered (blocks.md 3.9); Tempo's numbers are those of the trace before, which has as many children.
    ("1111", "ChildCount"): "left over from another trace",
    ("5555", "Attrs"): "an attribute left over from another trace, which the README of the data says, too",
    # Sent without a resource object, so Tempo leaves the root without a name; we cannot tell it from an empty one, and name it.
    ("5555", "RootSpanName"): "a root span below no resource",
}


def comparable(x):
    """NaN equals itself, 0 and -0 are two; the services of version 4 and what belongs to a resource or scope have no order."""
    if isinstance(x, float):
        return "NaN" if math.isnan(x) else repr(x)
    if isinstance(x, dict):
        return {k: sorted(map(comparable, v), key=repr) if k == "ServiceStats" or k == "Attrs" and "DroppedEventsCount" not in x else comparable(v) for k, v in x.items()}
    return [comparable(v) for v in x] if isinstance(x, (list, tuple)) else x


def without_order(row):
    """A trace whose spans stand in no particular order; numbers that depend on it say what they mean: whose child a span is."""
    spans = [s for rs in row["rs"] for ss in rs["ss"] for s in ss["Spans"]]
    lefts = {s["NestedSetLeft"]: s["SpanID"] for s in spans if s["NestedSetLeft"] > 0}
    for s in spans:
        s["ParentID"] = lefts.get(s["ParentID"], s["ParentID"])
    for s in spans:
        s["NestedSetRight"], s["NestedSetLeft"] = (s["NestedSetRight"] - s["NestedSetLeft"], s["NestedSetLeft"] > 0)
    for rs in row["rs"]:
        for ss in rs["ss"]:
            ss["Spans"].sort(key=lambda s: (s["SpanID"], s["Kind"]))
        rs["ss"].sort(key=lambda ss: ss["Spans"][0]["SpanID"])
    row["rs"].sort(key=lambda rs: rs["ss"][0]["Spans"][0]["SpanID"])
    return row


def differences(ours, theirs, path=""):
    """Places where two values differ."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in dict.fromkeys(list(ours) + list(theirs)):
            yield from differences(ours.get(key, "(no such column)"), theirs.get(key, "(no such column)"), path + "." + key)
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for i, (a, b) in enumerate(zip(ours, theirs)):
            yield from differences(a, b, "%s[%d]" % (path, i))
    elif ours != theirs:
        yield path, ours, theirs


def same_content(checks, what, ours, theirs, ordered):
    a, b = (pq.read_table(os.path.join(f, "data.parquet")) for f in (ours, theirs))
    checks.check(what + ": the same columns", a.column_names == b.column_names, (a.column_names, b.column_names))
    rows = [comparable(x.to_pylist() if ordered else [without_order(row) for row in x.to_pylist()]) for x in (a, b)]
    checks.check(what + ": the same traces", [r["TraceID"] for r in rows[0]] == [r["TraceID"] for r in rows[1]], (len(rows[0]), len(rows[1])))
    found = [d for x, y in zip(*rows) for d in differences(x, y, x["TraceID"].hex()[:4])]
    found = [d for d in found if (d[0][:4], d[0].split(".")[-1]) not in KNOWN]
    checks.check(what + ": the same values", not found, (len(found), found[:4]))
    metas = [json.load(open(os.path.join(f, "meta.json"))) for f in (ours, theirs)]
    keys = ("format", "totalObjects", "dedicatedColumns", "compactionLevel", "replicationFactor")
    checks.check(what + ": the same metadata", all(metas[0].get(k) == metas[1].get(k) for k in keys), [{k: m.get(k) for k in keys} for m in metas])


def ingested(binary, work, content, version, dedicated):
    root = tempfile.mkdtemp(dir=work)
    p = run(binary, ["ingest", "-", "--to", root, "--block-format", version, "--dedicated", dedicated], content)
    assert p.returncode == 0, p.stderr
    return root


def all_kinds(checks, binary, work, folder):
    content, own = message(os.path.join(folder, "input-traces.json")), columns(os.path.join(folder, "input-dedicated-columns.json"))
    for name, version, dedicated in (("00000004-0000-4000-8000-000000000004", "vParquet4", own), ("00000005-0000-4000-8000-000000000005", "vParquet5", own),
                                     ("00000005-0000-4000-8000-0000000000d0", "vParquet5", "none")):
        root = ingested(binary, work, content, version, dedicated)
        same_content(checks, "all kinds, " + name, live(root)[0], os.path.join(folder, "blocks", "single-tenant", name), True)


def merged(checks, binary, work, folder):
    """Two blocks and what Tempo's compaction made of them."""
    for version in ("vParquet4", "vParquet5"):
        root, number = tempfile.mkdtemp(dir=work), version[-1]
        for name, place in (("a", "00000001"), ("b", "00000002")):
            one = ingested(binary, work, message(os.path.join(folder, name + ".json")), version, "none")
            same_content(checks, "compaction, %s, %s" % (name, version), live(one)[0], os.path.join(folder, "single-tenant", "%s-0000-4000-8000-00000000000%s" % (place, number)), False)
            os.makedirs(os.path.join(root, "single-tenant"), exist_ok=True)
            os.rename(live(one)[0], os.path.join(root, "single-tenant", os.path.basename(live(one)[0])))
        p = run(binary, ["blocks", "compact", "--window", "100000h", root])
        assert p.returncode == 0 and len(live(root)) == 1, p.stderr
        theirs = [f for f in live(folder) if json.load(open(os.path.join(f, "meta.json"))).get("compactionLevel") == 1
                  and json.load(open(os.path.join(f, "meta.json")))["format"] == version]
        same_content(checks, "compaction, merged, " + version, live(root)[0], theirs[0], False)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--binary", required=True)
    p.add_argument("--testdata", default=os.environ.get("TEMPO_TESTDATA", BESIDE))
    a = p.parse_args()
    binary, checks, folder = os.path.abspath(a.binary), Checks(), os.path.join(a.testdata, "generated")
    if not os.path.isdir(folder):
        print("skipped: Tempo's blocks of known input are not here (TEMPO_TESTDATA names their folder)")
    else:
        with tempfile.TemporaryDirectory() as work:
            all_kinds(checks, binary, work, os.path.join(folder, "all-kinds"))
            merged(checks, binary, work, os.path.join(folder, "compaction"))
    print("%d passed, %d failed" % (checks.passed, checks.failed))
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
