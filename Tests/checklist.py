#!/usr/bin/env python3
"""The writer's checklist (blocks.md 8), point by point, over blocks that ingest, a server's flush and compaction write.

  checklist.py --binary .build/release/traceql [--seed N]

Pages, levels and footers are taken apart here (parquet_places.py), values are read by pyarrow and DuckDB; the exact schema is that of
the blocks Tempo wrote (Conformance/blocks). The last line is "N passed, N failed".
"""
import argparse, datetime, glob, json, math, os, random, struct, sys, tempfile

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from compaction import HERE, fault_library, in_merge_order, live, run_failing
from ingest import BASE, Checks, check_bloom, check_derived, columns, expected, read_block, request, run, traces_ids
from parquet_places import CompactReader
sys.path.insert(0, os.path.join(HERE, "Ingest"))
import receiving

CODECS = {0: None, 1: "snappy", 2: "gzip", 6: "zstd"}
PLAIN, RLE_DICTIONARY = 0, 8
BOOLEAN, INT32, INT64, DOUBLE, BYTE_ARRAY = 0, 1, 2, 5, 6


def hybrid(data, width, count):
    """Runs of repeated and packed numbers (Parquet's RLE)."""
    reader, out, size = CompactReader(data), [], (width + 7) // 8
    while len(out) < count:
        head = reader.varint()
        if head & 1:
            bits = int.from_bytes(data[reader.position:reader.position + (head >> 1) * width], "little")
            reader.position += (head >> 1) * width
            out += [bits >> width * i & (1 << width) - 1 for i in range((head >> 1) * 8)]
        else:
            out += [int.from_bytes(data[reader.position:reader.position + size], "little")] * (head >> 1)
            reader.position += size
    return out[:count]


class Page:
    """A data page: its header, its levels, its values as they are stored."""
    def __init__(self, data, start, leaf, codec):
        reader = CompactReader(data, start)
        header = reader.struct()
        self.kind, self.size, self.end = header[1], header[3], reader.position + header[3]
        body = data[reader.position:self.end]
        if self.kind != 3:
            self.dictionary, self.body = header[7], body
            return
        self.header = header[8]
        rep, dfn = self.header[6], self.header[5]
        count = self.header[1]
        self.level_bytes = rep, dfn
        self.repetition = hybrid(body[:rep], leaf.max_rep.bit_length(), count) if leaf.max_rep and rep else [0] * count
        self.definition = hybrid(body[rep:rep + dfn], leaf.max_def.bit_length(), count) if leaf.max_def and dfn else [0] * count
        self.value_count = sum(d == leaf.max_def for d in self.definition)
        values = body[rep + dfn:]
        size = header[2] - rep - dfn
        self.values = values if codec is None or not size or not self.header.get(7, True) else pa.decompress(values, size, codec).to_pybytes()


class LeafPath:
    def __init__(self, path, types, max_def, max_rep):
        self.path, self.types, self.max_def, self.max_rep = path, types, max_def, max_rep


def schema_of(footer):
    """[(path, repetition, physical, converted, children)] of every element, and the leaves with their levels."""
    elements, leaves, position = [], [], [1]
    def walk(path, dfn, rep):
        e = footer[2][position[0]]
        position[0] += 1
        path = path + [e[4].decode()]
        dfn, rep = dfn + (e[3] != 0), rep + (e[3] == 2)
        elements.append((".".join(path), e[3], e.get(1), e.get(6), e.get(5)))
        for _ in range(e.get(5, 0)):
            walk(path, dfn, rep)
        if 5 not in e:
            leaves.append(LeafPath(".".join(path), e.get(1), dfn, rep))
    for _ in range(footer[2][0][5]):
        walk([], 0, 0)
    return elements, leaves


class Block:
    def __init__(self, folder):
        self.folder, self.path = folder, os.path.join(folder, "data.parquet")
        self.meta = json.load(open(os.path.join(folder, "meta.json")))
        self.newest = self.meta["format"] == "vParquet5"
        self.data = open(self.path, "rb").read()
        self.footer = CompactReader(self.data, len(self.data) - 8 - int.from_bytes(self.data[-8:-4], "little")).struct()
        self.elements, self.leaves = schema_of(self.footer)
        self.file = pq.ParquetFile(self.path)

    def chunks(self):
        """(leaf, column chunk, its metadata, dictionary page, data pages, row group) of every chunk."""
        for number, group in enumerate(self.footer[4]):
            for leaf, chunk in zip(self.leaves, group[1]):
                metadata = chunk[3]
                position = min(p for p in (metadata.get(9), metadata.get(11)) if p)
                end, pages, dictionary = position + metadata[7], [], None
                while position < end:
                    page = Page(self.data, position, leaf, CODECS[metadata[4]])
                    if page.kind == 2:
                        dictionary = page
                    else:
                        pages.append(page)
                    position = page.end
                yield leaf, chunk, metadata, dictionary, pages, number

    def values(self, leaf, group):
        """The non-null values of a leaf of a row group, in their order, as pyarrow reads them."""
        array = self.file.read_row_group(group, columns=[leaf.path]).combine_chunks().columns[0]
        array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
        while pa.types.is_nested(array.type):
            if pa.types.is_struct(array.type):
                array = array.field(0)
            elif pa.types.is_map(array.type):
                array = array.items if ".value." in leaf.path else array.keys
            else:
                array = array.flatten()
        return array.drop_null().to_pylist()


# MARK: The points

def point_1(b, checks, what, level):
    m, times = b.meta, []
    for row in b.rows:
        for s in (s for rs in row["rs"] for ss in rs["ss"] for s in ss["Spans"]):
            times += [s["StartTimeUnixNano"], s["StartTimeUnixNano"] + (s["DurationNano"] if s["DurationNano"] < 2**63 else 0)]
    def ns(text):
        whole, _, fraction = text.rstrip("Z").partition(".")
        return int(datetime.datetime.fromisoformat(whole + "+00:00").timestamp()) * 10**9 + int(fraction.ljust(9, "0") or 0)
    written = {n: os.stat(os.path.join(b.folder, n)).st_mtime_ns for n in os.listdir(b.folder)}
    good = {
        "blockID": m["blockID"] == os.path.basename(b.folder), "tenantID": m["tenantID"] == "single-tenant", "size": m["size"] == len(b.data),
        "footerSize": m["footerSize"] == int.from_bytes(b.data[-8:-4], "little"), "bloomShards": m["bloomShards"] == len(glob.glob(b.folder + "/bloom-*")),
        "totalObjects": m["totalObjects"] == len(b.rows), "times": ns(m["startTime"]) <= min(times) and ns(m["endTime"]) >= max(times) and m["startTime"] <= m["endTime"],
        "compactionLevel": m["compactionLevel"] == level, "replicationFactor": m["replicationFactor"] == 1, "indexPageSize": m["indexPageSize"] == 0,
        "dedicatedColumns": m.get("dedicatedColumns") != [], "written last": max(written.values()) == written["meta.json"]}
    checks.check(what + "1 meta.json", all(good.values()), [k for k, v in good.items() if not v] + [m, min(times), max(times)])


def dedicated_paths(b):
    """Leaves of dedicated columns as the meta list assigns them, by the group they are in."""
    found = {}
    for scope, group in (("resource", "rs.Resource"), ("span", "rs.ss.Spans"), ("event", "rs.ss.Spans.Events")):
        names = columns(b.meta, scope)
        found[group] = sorted((n for n in names if n.startswith("String"))) + sorted(n for n in names if n.startswith("Int"))
    return found


def point_2(b, checks, what, tempo):
    paths, groups = [l.path for l in b.leaves], dedicated_paths(b)
    if b.newest:
        base = [p for p in paths if ".DedicatedAttributes." not in p]
        want = [l.path for l in tempo.leaves if ".DedicatedAttributes." not in l.path]
        own = {}
        for p in paths:
            if ".DedicatedAttributes." in p:
                group, name = p.split(".DedicatedAttributes.")
                own.setdefault(group, []).append(name)
        # Where the groups stand: behind the leaf that is before them in Tempo's blocks.
        behind = {g: paths[min(i for i, p in enumerate(paths) if p.startswith(g + ".DedicatedAttributes.")) - 1] for g in own}
        places = {"rs.Resource": "rs.Resource.DroppedAttributesCount", "rs.ss.Spans": "rs.ss.Spans.DroppedLinksCount", "rs.ss.Spans.Events": "rs.ss.Spans.Events.DroppedAttributesCount"}
        checks.check(what + "2 leaves in exact order", base == want and own == {g: n for g, n in groups.items() if n} and all(behind[g] == places[g] for g in behind), (own, groups, behind))
    else:
        checks.check(what + "2 leaves in exact order", paths == [l.path for l in tempo.leaves], len(paths))


def point_3(b, checks, what, tempo):
    def of(block):
        return {e[0]: e[1:] if ".DedicatedAttributes" not in e[0] else e[1:4] for e in block.elements if block is b or ".DedicatedAttributes" not in e[0]}
    own, theirs = of(b), of(tempo)
    # How many children a group has depends on the dedicated columns below it.
    wrong = [(p, own[p], theirs[p]) for p in theirs if own.get(p, ())[:3] != theirs[p][:3]]
    spare = 2 if b.newest else 1
    wrong += [(p, e) for p, e in own.items() if ".DedicatedAttributes." in p and e[0] != spare]
    checks.check(what + "3 repetition, types and annotations", not wrong, wrong[:3])


def point_4(b, checks, what):
    ids = [row["TraceID"] for row in b.rows]
    checks.check(what + "4 rows sorted by trace ID, 16 bytes each", ids == sorted(set(ids)) and {len(i) for i in ids} == {16})


def point_5(b, checks, what):
    check_bloom(checks, what + "5", b.folder, b.meta, [row["TraceID"] for row in b.rows])


def point_6(b, checks, what):
    checks.check(what + "6 totalRecords", b.meta["totalRecords"] == len(b.footer[4]) > 0)


def point_7(b, checks, what):
    wrong = [leaf.path for leaf, _, _, _, pages, _ in b.chunks() for p in pages
             if not p.repetition or (leaf.max_rep > 0 and not p.level_bytes[0]) or (leaf.max_def > 0 and not p.level_bytes[1])]
    checks.check(what + "7 rows in groups, entries in pages, level bytes", not wrong and all(g[3] > 0 for g in b.footer[4]), wrong[:3])


def point_8(b, checks, what):
    mixed, unused, keys = [], [], []
    for leaf, _, metadata, dictionary, pages, _ in b.chunks():
        encodings = {p.header[4] for p in pages}
        if RLE_DICTIONARY in encodings and (len(encodings) > 1 or not dictionary) or dictionary and RLE_DICTIONARY not in encodings:
            mixed.append(leaf.path)
        if leaf.path.endswith(".Key") and encodings != {RLE_DICTIONARY}:
            keys.append(leaf.path)
        if dictionary:
            used = set()
            for p in pages:
                if p.value_count:
                    used |= set(hybrid(p.values[1:], p.values[0], p.value_count) if p.values[0] else [0])
            if used != set(range(dictionary.dictionary[1])):
                unused.append((leaf.path, len(used), dictionary.dictionary[1]))
    checks.check(what + "8 a dictionary for all pages of a chunk or none, with used values only", not mixed and not unused, (mixed[:3], unused[:3]))
    checks.check(what + "8 keys are dictionary coded", not keys, keys[:3])


def point_9(b, checks, what):
    wrong = [leaf.path for leaf, _, _, _, pages, _ in b.chunks() if leaf.types == BOOLEAN and {p.header[4] for p in pages} - {PLAIN}]
    checks.check(what + "9 booleans are plain", not wrong, wrong[:3])


def point_10(b, checks, what):
    wrong = []
    for leaf, _, metadata, _, pages, group in b.chunks():
        rows = 0
        for p in pages:
            if p.repetition[0] != 0 or p.header[3] != p.repetition.count(0) or p.header[2] != len(p.definition) - p.value_count:
                wrong.append(leaf.path)
            rows += p.header[3]
        if rows != b.footer[4][group][3] or metadata[5] != sum(len(p.repetition) for p in pages):
            wrong.append(leaf.path + ": sums")
    checks.check(what + "10 pages hold whole rows, and count them", not wrong, wrong[:3])


def bound(raw, leaf, unsigned):
    if leaf.types in (INT32, INT64):
        return int.from_bytes(raw, "little", signed=not unsigned)
    if leaf.types == DOUBLE:
        return struct.unpack("<d", raw)[0]
    return raw[0] != 0 if leaf.types == BOOLEAN else raw


def point_11(b, checks, what):
    widths, wrong, compared = {INT32: 4, INT64: 8, DOUBLE: 8, BOOLEAN: 1}, [], 0
    unsigned = {e[0] for e in b.elements if e[3] in (13, 14)}
    for leaf, chunk, metadata, _, pages, group in b.chunks():
        values = [v.encode() if isinstance(v, str) else v for v in b.values(leaf, group)]
        values = [v for v in values if not (isinstance(v, float) and math.isnan(v))] if leaf.types == DOUBLE and any(isinstance(v, float) and math.isnan(v) for v in values) else values
        has_nan = leaf.types == DOUBLE and len(values) < sum(p.value_count for p in pages)
        statistics = metadata.get(12, {})
        if statistics.get(3) != sum(p.header[2] for p in pages):
            wrong.append((leaf.path, "null count"))
        if 5 in statistics and values:
            compared += 1
            least, most = bound(statistics[6], leaf, leaf.path in unsigned), bound(statistics[5], leaf, leaf.path in unsigned)
            if not (least <= min(values) and max(values) <= most) or len(statistics[5]) != widths.get(leaf.types, len(statistics[5])):
                wrong.append((leaf.path, "chunk", least, most))
        if 6 not in chunk:
            continue
        index = CompactReader(b.data, chunk[6]).struct()
        start = 0
        for number, p in enumerate(pages):
            own = values[start:start + p.value_count]
            start += p.value_count
            raw = index[2][number], index[3][number]
            if index[1][number] and p.value_count or index[5][number] != p.header[2]:
                wrong.append((leaf.path, "null page"))
            if has_nan or not own or raw == (b"", b"") and leaf.types == BYTE_ARRAY and not any(own):
                continue
            if raw == (b"", b""):  # unknown
                continue
            compared += 1
            least, most = (bound(x, leaf, leaf.path in unsigned) for x in raw)
            if not (least <= min(own) and max(own) <= most) or any(len(x) != widths.get(leaf.types, len(x)) for x in raw):
                wrong.append((leaf.path, "page", least, most, min(own), max(own)))
        offsets = CompactReader(b.data, chunk[4]).struct()[1]
        if len(offsets) != len(pages) or [o[3] for o in offsets] != [sum(q.header[3] for q in pages[:i]) for i in range(len(pages))]:
            wrong.append((leaf.path, "offset index"))
    orders = b.footer.get(7, [])
    checks.check(what + "11 statistics and page index are right", not wrong and compared > 20 and len(orders) == len(b.leaves), (wrong[:3], compared))


def point_12(b, checks, what):
    wrapped, wrong = 0, []
    for leaf, chunk, metadata, _, pages, group in b.chunks():
        if not leaf.path.endswith(("DurationNano", "TimeSinceStartNano")):
            continue
        values = b.values(leaf, group)
        if any(v >= 2**63 for v in values):
            wrapped += 1
            # Read as signed numbers, bounds would hide the others; so there is no page index.
            if 6 in chunk:
                index = CompactReader(b.data, chunk[6]).struct()
                start = 0
                for number, p in enumerate(pages):
                    own = [v - 2**64 if v >= 2**63 else v for v in values[start:start + p.value_count]]
                    start += p.value_count
                    raw = index[2][number], index[3][number]
                    least, most = (int.from_bytes(x, "little", signed=True) for x in raw)
                    if own and raw != (b"", b"") and not (least <= min(own) and max(own) <= most):
                        wrong.append((leaf.path, least, most))
    checks.check(what + "12 wrapped durations hide nothing", wrapped > 0 and not wrong, (wrapped, wrong[:3]))


def point_13(b, checks, what, level):
    check_derived(checks, what + "13", b.meta, b.file.read(), b.newest, level)
    roots = []
    for row in b.rows:
        spans = [(rs["Resource"]["ServiceName"], s) for rs in row["rs"] for ss in rs["ss"] for s in ss["Spans"]]
        named = [(service, s) for service, s in spans if not s["ParentSpanID"]]
        # Of several roots any may give the name.
        if len(named) == 1 and (row["RootServiceName"], row["RootSpanName"]) != (named[0][0], named[0][1]["Name"]):
            roots.append(row["TraceID"].hex())
    checks.check(what + "13 root names", not roots, roots[:3])


def all_spans(b):
    return [s for row in b.rows for rs in row["rs"] for ss in rs["ss"] for s in ss["Spans"]]


def point_14(b, checks, what):
    spans = all_spans(b)
    checks.check(what + "14 roots have no parent ID; span IDs have 8 bytes", {len(s["SpanID"]) for s in spans} == {8} and any(not s["ParentSpanID"] for s in spans)
                 and not any(s["ParentSpanID"] == bytes(8) for s in spans) and {len(s["ParentSpanID"]) for s in spans} <= {0, 8})


def point_15(b, checks, what, requests):
    sent = sorted((s.span_id, s.start_time_unix_nano + (e.time_unix_nano - s.start_time_unix_nano)) for q in requests for rs in q.resource_spans for ss in rs.scope_spans
                  for s in ss.spans for e in s.events)
    stored = {(s["SpanID"], (s["StartTimeUnixNano"] + e["TimeSinceStartNano"]) % 2**64) for s in all_spans(b) for e in s["Events"]}
    checks.check(what + "15 event offsets count from the span's start", stored and stored <= set(sent), [x for x in stored if x not in set(sent)][:3])


def point_16(b, checks, what, requests):
    own = {(s, n): k for s in ("span", "resource") for n, k in columns(b.meta, s).values()}
    want = expected(requests, b.newest, own)
    _, _, spans = read_block(b.folder)  # asserts one list of values at most, one value of a scalar
    different = [(f, want[k][f], spans[k][f]) for k in want if k in spans for f in want[k] if want[k][f] != spans[k][f]]
    checks.check(what + "16 attributes as they were sent", set(want) == set(spans) and not different, different[:2])
    twice, lists = [], {"string_value": "Value", "int_value": "ValueInt"}
    for row in b.rows:
        for rs in row["rs"]:
            owners = [("resource", rs["Resource"])] + [("span", s) for ss in rs["ss"] for s in ss["Spans"]]
            for scope, owner in owners:
                twice += [a["Key"] for a in owner["Attrs"] if (scope, a["Key"]) in own and (b.newest or not a["IsArray"]) and a[lists[own[scope, a["Key"]]]]]
    checks.check(what + "16 a value of a dedicated column is not in the group too", not twice, twice[:3])


def point_17(b, checks, what):
    checks.check(what + "17 a row group for what is less than 100 MB", len(b.footer[4]) == 1)


def point_18(b, checks, what, tempo):
    def of(block):
        return {leaf.path: (metadata[4], frozenset(p.header[4] for p in pages)) for leaf, _, metadata, _, pages, _ in block.chunks() if ".DedicatedAttributes." not in leaf.path}
    own, theirs = of(b), of(tempo)
    wrong = [(p, own[p], theirs[p]) for p in theirs if own[p] != theirs[p]]
    checks.check(what + "18 codecs and encodings are Tempo's", not wrong, wrong[:3])


def point_19(checks, binary, work, content):
    library, failed = fault_library(work), 0
    for call, error, number in (("write", 28, 1), ("write", 28, 20), ("fsync", 5, 1), ("fsync", 5, 3), ("rename", 28, 1)):
        root = tempfile.mkdtemp(dir=work)
        p = run_failing(binary, ["ingest", "-", "--to", root], library, call, number, error, content)
        failed += p.returncode == 4
        left = glob.glob(root + "/**/meta*.json*", recursive=True)
        checks.check("19 no meta.json after %s number %d failed" % (call, number), p.returncode == 0 or not left, (p.returncode, left, p.stderr))
    checks.check("19 writing did fail", failed >= 4, failed)


def readers(b, checks, what):
    """Every column, by two readers that others wrote."""
    def plain(x):
        if isinstance(x, dict):
            # A map of DuckDB's, or a group.
            return {k: plain(v) for k, v in x.items()}
        if isinstance(x, (list, tuple)):
            return [plain(v) for v in x]
        return "NaN" if isinstance(x, float) and math.isnan(x) else x
    theirs = duckdb.sql("select * from read_parquet('%s')" % b.path).arrow()
    theirs = theirs.read_all() if hasattr(theirs, "read_all") else theirs
    other = theirs.to_pylist()
    different = [name for row, mine in zip(other, b.rows) for name in mine if plain(row[name]) != plain(mine[name])]
    checks.check(what + "DuckDB and pyarrow read the same in every column", len(other) == len(b.rows) and not different and theirs.column_names == b.file.schema_arrow.names, set(different))


# MARK: Blocks

def requests_of(r, count):
    """Random requests whose times a block can cover."""
    traces_ids.clear()
    traces, made = [r.randbytes(16) for _ in range(25)] + [bytes(13) + r.randbytes(3)], []
    for _ in range(count):
        made.append(request(r, traces, made))
    for s in (s for q in made for rs in q.resource_spans for ss in rs.scope_spans for s in ss.spans):
        if s.start_time_unix_nano == 0:
            length = s.end_time_unix_nano
            s.start_time_unix_nano, s.end_time_unix_nano = BASE, BASE + length
    # One that ends before it starts, wherever chance did not make one.
    span = made[0].resource_spans[0].scope_spans[0].spans[0]
    span.end_time_unix_nano = span.start_time_unix_nano - 5
    return made


def together(requests):
    whole = type(requests[0])()
    for q in requests:
        whole.MergeFrom(q)
    return whole


def by_ingest(r, binary, work, version, dedicated):
    root, requests = tempfile.mkdtemp(dir=work), requests_of(r, 25)
    p = run(binary, ["ingest", "-", "--to", root, "--block-format", version, "--dedicated", dedicated], together(requests).SerializeToString())
    assert p.returncode == 0, p.stderr
    return live(root)[0], requests, 0


def by_flush(r, binary, work, version, dedicated):
    root, requests = tempfile.mkdtemp(dir=work), requests_of(r, 25)
    server = receiving.Receiving(binary, root, "storage.trace.block.version=" + version, "traceql.ingest.dedicated_columns=" + dedicated, "distributor.max_attribute_bytes=0")
    try:
        for q in requests:
            assert server.send(q) == 200
        server.flush()
    finally:
        server.stop()
    return receiving.blocks(root)[0], requests, 0


def by_compaction(r, binary, work, version, dedicated):
    root, made = tempfile.mkdtemp(dir=work), {}
    for _ in range(3):
        requests = requests_of(r, 10)
        known = set(live(root)) if made else set()
        p = run(binary, ["ingest", "-", "--to", root, "--block-format", version, "--dedicated", dedicated], together(requests).SerializeToString())
        assert p.returncode == 0, p.stderr
        made[(set(live(root)) - known).pop()] = requests
    order = in_merge_order(made)
    p = run(binary, ["blocks", "compact", "--window", "100000h", "--grace", "0", root])
    assert p.returncode == 0 and len(live(root)) == 1, p.stderr
    return live(root)[0], order, 1


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--binary", required=True)
    p.add_argument("--seed", type=int, default=1)
    a = p.parse_args()
    binary, checks, r = os.path.abspath(a.binary), Checks(), random.Random(a.seed)
    tempo = {v: Block(os.path.dirname(glob.glob(os.path.join(HERE, "Conformance", "blocks", v, "**", "data.parquet"), recursive=True)[0])) for v in ("vParquet4", "vParquet5")}
    with tempfile.TemporaryDirectory() as work:
        for write, version, dedicated in ((by_ingest, "vParquet5", "auto"), (by_ingest, "vParquet4", "tempo"), (by_ingest, "vParquet5", "none"), (by_flush, "vParquet5", "tempo"),
                                          (by_flush, "vParquet4", "none"), (by_compaction, "vParquet5", "tempo"), (by_compaction, "vParquet4", "none")):
            folder, requests, level = write(r, binary, work, version, dedicated)
            b, what, theirs = Block(folder), "%s, %s, %s: " % (write.__name__.replace("_", " "), version, dedicated), tempo[version]
            b.rows = b.file.read().to_pylist()
            point_1(b, checks, what, level)
            for point in (point_2, point_3, point_18):
                point(b, checks, what, theirs)
            for point in (point_4, point_5, point_6, point_7, point_8, point_9, point_10, point_11, point_12, point_14, point_17, readers):
                point(b, checks, what)
            point_13(b, checks, what, level)
            for point in (point_15, point_16):
                point(b, checks, what, requests)
        point_19(checks, binary, work, together(requests_of(r, 10)).SerializeToString())
    print("%d passed, %d failed" % (checks.passed, checks.failed))
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
