#!/usr/bin/env python3
"""Spans in, blocks out: what `traceql ingest` writes, read back by pyarrow and DuckDB.

  ingest.py --binary .build/release/traceql [--seed N]

The spans are made here and encoded by OpenTelemetry's own protobuf classes; every attribute, event and link has to come back from
the columns, whichever format carried it. The last line is "N passed, N failed".
"""
import argparse, base64, gzip, json, math, os, random, struct, subprocess, sys, tempfile

import duckdb
import pyarrow.parquet as pq
from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

KEYS = ["a", "b", "http.method", "http.status_code", "service.name", "cluster", "k8s.pod.name", "ключ", "x.y-z", "", "url.path"]
TEXTS = ["", "x", "GET", "ein längerer Text mit Umlauten", "\U0001F600", "nil", "a\"b\\c\n", "y" * 300]


class Checks:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, what, condition, detail=""):
        if condition:
            self.passed += 1
        else:
            self.failed += 1
            print("FAIL %s %s" % (what, str(detail)[:600]))


# MARK: Random requests

def value(r, depth=0):
    v = AnyValue()
    kind = r.randrange(12 if depth == 0 else 6)
    if kind <= 1:
        v.string_value = r.choice(TEXTS)
    elif kind == 2:
        v.int_value = r.choice([0, 1, -7, 500, 2**63 - 1, -2**63])
    elif kind == 3:
        v.double_value = r.choice([0.0, -0.0, 1.5, math.nan, math.inf, -math.inf, 1e300])
    elif kind == 4:
        v.bool_value = r.random() < .5
    elif kind == 5:
        v.bytes_value = bytes(r.randrange(256) for _ in range(r.randrange(4)))
    elif kind == 6:
        v.array_value.SetInParent()
        for _ in range(r.randrange(4)):
            v.array_value.values.add().string_value = r.choice(TEXTS)
    elif kind == 7:
        v.array_value.SetInParent()
        for _ in range(1 + r.randrange(3)):
            v.array_value.values.add().int_value = r.randrange(-5, 5)
    elif kind == 8:
        v.array_value.SetInParent()
        for _ in range(2 + r.randrange(2)):
            v.array_value.values.add().CopyFrom(value(r, 1))
    elif kind == 9:
        v.kvlist_value.SetInParent()
        for i in range(r.randrange(3)):
            v.kvlist_value.values.add(key="k%d" % i).value.CopyFrom(value(r, 1))
    elif kind == 10:
        v.array_value.SetInParent()
        v.array_value.values.add().double_value = 2.5
    # kind 11: no value at all
    return v


def attributes(r, most=6):
    """Keys are different within a list: of a repeated key a column of its own keeps one value only."""
    keys = r.sample(KEYS, r.randrange(min(most, len(KEYS))))
    return [KeyValue(key=k, value=value(r)) for k in keys]


def request(r, traces, copies):
    q = ExportTraceServiceRequest()
    for _ in range(1 + r.randrange(3)):
        rs = q.resource_spans.add()
        rs.resource.attributes.extend(attributes(r))
        rs.resource.dropped_attributes_count = r.choice([0, 0, 3])
        for _ in range(1 + r.randrange(2)):
            ss = rs.scope_spans.add()
            if r.random() < .8:
                ss.scope.name, ss.scope.version = r.choice(["lib", ""]), r.choice(["1.2", ""])
                ss.scope.attributes.extend(attributes(r, 3))
            for _ in range(1 + r.randrange(6)):
                add_span(r, ss, traces)
    if copies and r.random() < .3:
        q.resource_spans.add().CopyFrom(r.choice(copies).resource_spans[0])
    return q


def add_span(r, ss, traces):
    s = ss.spans.add()
    s.trace_id = r.choice(traces)
    ids = traces_ids.setdefault(s.trace_id, [])
    s.span_id = r.choice(ids) if ids and r.random() < .1 else r.randbytes(8)
    s.parent_span_id = r.choice(ids + [b"", b"\0" * 8, r.randbytes(8)]) if ids else b""
    ids.append(s.span_id)
    s.name, s.kind, s.trace_state = r.choice(TEXTS), r.randrange(6), r.choice(["", "a=b"])
    s.start_time_unix_nano = r.choice([0, BASE + r.randrange(10**12), BASE])
    s.end_time_unix_nano = max(0, s.start_time_unix_nano + r.choice([0, 1, 10**9, -5]))
    s.attributes.extend(attributes(r))
    s.dropped_attributes_count, s.dropped_events_count, s.dropped_links_count = r.choice([0, 1, 2**32 - 1]), r.randrange(2), r.randrange(2)
    if r.random() < .7:
        s.status.code, s.status.message = r.randrange(3), r.choice(["", "boom"])
    for _ in range(r.choice([0, 0, 1, 3])):
        e = s.events.add(time_unix_nano=BASE + r.randrange(-100, 10**6), name=r.choice(TEXTS), dropped_attributes_count=r.randrange(2))
        e.attributes.extend(attributes(r, 3))
    for _ in range(r.choice([0, 0, 0, 2])):
        l = s.links.add(trace_id=r.randbytes(16), span_id=r.randbytes(8), trace_state=r.choice(["", "c=d"]))
        l.attributes.extend(attributes(r, 3))


BASE = 1_768_435_200_000_000_000
traces_ids = {}


# MARK: What should be stored (the specification's rules, on protobuf objects)

def plain(v):
    kind = v.WhichOneof("value")
    if kind is None:
        return ("json", "{}")
    if kind == "array_value":
        kinds = {e.WhichOneof("value") for e in v.array_value.values}
        if len(kinds) <= 1 and kinds <= {"string_value", "int_value", "double_value", "bool_value"}:
            return ("array",) + tuple(plain(e) for e in v.array_value.values)
    if kind in ("array_value", "kvlist_value", "bytes_value"):
        return ("json", same_json(json.dumps(MessageToDict(v))))
    x = getattr(v, kind)
    return (kind, repr(x) if kind == "double_value" else x)


def same_json(text):
    """Members sorted, doubles spelled alike: 2 and 2.0 are one number, 0 and -0 are two."""
    def doubles(x):
        if isinstance(x, dict):
            return {k: repr(float(v)) if k == "doubleValue" else doubles(v) for k, v in x.items()}
        return [doubles(v) for v in x] if isinstance(x, list) else x
    return json.dumps(doubles(json.loads(text, parse_int=lambda s: -0.0 if s == "-0" else int(s))), sort_keys=True)


def listed(pairs):
    return sorted(((p.key, plain(p.value)) for p in pairs), key=repr)


def signed(n):
    return n - 2**32 if n >= 2**31 else n


def expected(requests, takes_arrays, dedicated):
    """(trace, span id, kind) -> everything that is stored of the first such span."""
    spans = {}
    for q in requests:
        for rs in q.resource_spans:
            resource = listed(rs.resource.attributes)
            service = dict(resource).get("service.name", (None, ""))
            service = service[1] if service[0] == "string_value" else ""
            resource = [p for p in resource if not (p[0] == "service.name" and p[1][0] == "string_value")]
            for ss in rs.scope_spans:
                scope = (ss.scope.name, ss.scope.version, listed(ss.scope.attributes), signed(ss.scope.dropped_attributes_count))
                for s in ss.spans:
                    key = (s.trace_id, s.span_id, s.kind)
                    if key in spans:
                        continue
                    spans[key] = {
                        "parent": b"" if s.parent_span_id == b"\0" * 8 else s.parent_span_id, "name": s.name, "state": s.trace_state, "start": s.start_time_unix_nano,
                        "duration": (s.end_time_unix_nano - s.start_time_unix_nano) % 2**64, "status": (s.status.code, s.status.message),
                        "attributes": stored(listed(s.attributes), "span", takes_arrays, dedicated),
                        "dropped": tuple(map(signed, (s.dropped_attributes_count, s.dropped_events_count, s.dropped_links_count))),
                        "events": [((e.time_unix_nano - s.start_time_unix_nano) % 2**64, e.name, listed(e.attributes), e.dropped_attributes_count) for e in s.events],
                        "links": [(l.trace_id, l.span_id, l.trace_state, listed(l.attributes), l.dropped_attributes_count) for l in s.links],
                        "resource": (service, stored(resource, "resource", takes_arrays, dedicated), signed(rs.resource.dropped_attributes_count)), "scope": scope}
    return spans


def stored(pairs, scope, takes_arrays, dedicated):
    """Columns of their own change two things: an array of one reads back as its element, an empty array is lost (blocks.md 3.6)."""
    result = []
    for key, v in pairs:
        kind = dedicated.get((scope, key))
        element = v[1][0] if v[0] == "array" and len(v) > 1 else None
        if takes_arrays and v[0] == "array" and kind and (element == kind or (element is None and kind == "string_value")):
            if len(v) == 1:
                continue
            if len(v) == 2:
                v = v[1]
        result.append((key, v))
    return sorted(result, key=repr)


# MARK: What is stored, read by pyarrow

def stored_attributes(rows):
    result = []
    for a in rows:
        lists = [("string_value", a["Value"]), ("int_value", a["ValueInt"]), ("double_value", [repr(x) for x in a["ValueDouble"]]), ("bool_value", a["ValueBool"])]
        full = [(k, l) for k, l in lists if l]
        assert len(full) <= 1, "more than one list of values"
        if a["ValueUnsupported"] is not None:
            text = a["ValueUnsupported"]
            v = ("json", same_json(text))
        elif a["IsArray"]:
            v = ("array",) + tuple((k, x) for k, l in full for x in l)
        else:
            assert full and len(full[0][1]) == 1, "a scalar has one value"
            v = (full[0][0], full[0][1][0])
        result.append((a["Key"], v))
    return result


def dedicated_values(row, names):
    result = []
    for column, (key, kind) in names.items():
        got = row["DedicatedAttributes"][column]
        got = [] if got is None else got if isinstance(got, list) else [got]
        if len(got) == 1:
            result.append((key, (kind, got[0])))
        elif got:
            result.append((key, ("array",) + tuple((kind, x) for x in got)))
    return result


FIXED = {"Cluster": "cluster", "Namespace": "namespace", "Pod": "pod", "Container": "container", "K8sClusterName": "k8s.cluster.name", "K8sNamespaceName": "k8s.namespace.name",
         "K8sPodName": "k8s.pod.name", "K8sContainerName": "k8s.container.name", "HttpMethod": "http.method", "HttpUrl": "http.url"}


def fixed_values(row):
    found = [(key, ("string_value", row[c])) for c, key in FIXED.items() if row.get(c) is not None]
    if row.get("HttpStatusCode") is not None:
        found.append(("http.status_code", ("int_value", row["HttpStatusCode"])))
    return found


def columns(meta, scope):
    """Spare column -> (attribute, kind), assigned by position."""
    used, names = {}, {}
    for d in meta.get("dedicatedColumns", []):
        if d.get("s", "span") != scope:
            continue
        kind = "int_value" if d.get("t") == "int" else "string_value"
        used[kind] = used.get(kind, 0) + 1
        names["%s%02d" % ("Int" if kind == "int_value" else "String", used[kind])] = (d["n"], kind)
    return names


def read_block(folder):
    meta = json.load(open(os.path.join(folder, "meta.json")))
    table = pq.read_table(os.path.join(folder, "data.parquet"))
    spans, of_resource, of_span = {}, columns(meta, "resource"), columns(meta, "span")
    for row in table.to_pylist():
        for rs in row["rs"]:
            res = rs["Resource"]
            resource = (res["ServiceName"], sorted(stored_attributes(res["Attrs"]) + (dedicated_values(res, of_resource) if of_resource else []) + fixed_values(res), key=repr),
                        res["DroppedAttributesCount"])
            for ss in rs["ss"]:
                sc = ss["Scope"]
                scope = (sc["Name"], sc["Version"], sorted(stored_attributes(sc["Attrs"]), key=repr), sc["DroppedAttributesCount"])
                for s in ss["Spans"]:
                    key = (row["TraceID"], s["SpanID"], s["Kind"])
                    assert key not in spans, "a span twice"
                    spans[key] = {
                        "parent": s["ParentSpanID"], "name": s["Name"], "state": s["TraceState"], "start": s["StartTimeUnixNano"], "duration": s["DurationNano"],
                        "status": (s["StatusCode"], s["StatusMessage"]),
                        "attributes": sorted(stored_attributes(s["Attrs"]) + (dedicated_values(s, of_span) if of_span else []) + fixed_values(s), key=repr),
                        "dropped": (s["DroppedAttributesCount"], s["DroppedEventsCount"], s["DroppedLinksCount"]),
                        "events": [(e["TimeSinceStartNano"], e["Name"], sorted(stored_attributes(e["Attrs"]), key=repr), e["DroppedAttributesCount"]) for e in s["Events"]],
                        "links": [(l["TraceID"], l["SpanID"], l["TraceState"], sorted(stored_attributes(l["Attrs"]), key=repr), l["DroppedAttributesCount"]) for l in s["Links"]],
                        "resource": resource, "scope": scope}
    return meta, table, spans


# MARK: Derived columns, computed here by the rules of the format

def numbering(spans):
    """Spans in stored order -> {(id, kind)-> (left, right, parent, children)}; blocks.md 3.9."""
    groups, numbers = {}, [[0, 0, 0, 0] for _ in spans]
    for i, s in enumerate(spans):
        groups.setdefault(s["SpanID"], []).append(i)
    roots = [i for i, s in enumerate(spans) if not s["ParentSpanID"]]
    if not roots or any(len(g) > 2 for g in groups.values()):
        return numbers
    children = {}
    for i, s in enumerate(spans):
        group = groups.get(s["ParentSpanID"], []) if s["ParentSpanID"] else []
        if len(group) == 2:
            wanted = 3 if s["Kind"] == 2 else 2
            group = [g for g in group if spans[g]["Kind"] == wanted][:1]
        if group:
            children.setdefault(group[0], []).append(i)
    for i, below in children.items():
        numbers[i][3] = len(below)
    counter = 1
    for root in roots:
        stack = [(root, -1, iter(children.get(root, [])))]
        numbers[root][0], numbers[root][2] = counter, -1
        counter += 1
        while stack:
            node, _, below = stack[-1]
            child = next(below, None)
            if child is None:
                numbers[node][1] = counter
                counter += 1
                stack.pop()
            else:
                numbers[child][0], numbers[child][2] = counter, numbers[node][0]
                counter += 1
                stack.append((child, node, iter(children.get(child, []))))
    return numbers


def check_derived(checks, what, meta, table, newest, level=0):
    ids = table.column("TraceID").to_pylist()
    checks.check(what + ": traces in order, each once", ids == sorted(set(ids)))
    checks.check(what + ": counts of meta.json", meta["totalObjects"] == len(ids) and meta["replicationFactor"] == 1 and meta["compactionLevel"] == level, meta)
    wrong = []
    for row in table.to_pylist():
        spans = [s for rs in row["rs"] for ss in rs["ss"] for s in ss["Spans"]]
        start = 0
        for s in spans:
            if start == 0 or s["StartTimeUnixNano"] < start:
                start = s["StartTimeUnixNano"]
        if row["StartTimeUnixNano"] != start:
            wrong.append(("start", row["TraceID"]))
        end = max((s["StartTimeUnixNano"] + s["DurationNano"]) % 2**64 for s in spans)
        if row["EndTimeUnixNano"] != end or row["DurationNano"] != (end - start) % 2**64:
            wrong.append(("end", row["TraceID"]))
        if row["TraceIDText"] != row["TraceID"].hex().lstrip("0"):
            wrong.append(("text", row["TraceIDText"]))
        stats = {}
        for rs in row["rs"]:
            entry = stats.setdefault(rs["Resource"]["ServiceName"], [0, 0])
            for ss in rs["ss"]:
                entry[0] += len(ss["Spans"])
                entry[1] += sum(s["StatusCode"] == 2 for s in ss["Spans"])
                if newest and ss["SpanCount"] != len(ss["Spans"]):
                    wrong.append(("span count", row["TraceID"]))
        stored = [(x["ServiceName"], [x["SpanCount"], x["ErrorCount"]]) for x in row["ServiceStats"]] if newest else \
            [(k, [v["SpanCount"], v["ErrorCount"]]) for k, v in row["ServiceStats"]]
        if stored != sorted(stats.items(), key=lambda x: x[0].encode()):
            wrong.append(("statistics", stored, stats))
        for s, (left, right, parent, children) in zip(spans, numbering(spans)):
            got = (s["NestedSetLeft"], s["NestedSetRight"], s["ParentID"])
            if got != (left, right, parent) or newest and s["ChildCount"] != children:
                wrong.append(("numbers", row["TraceID"].hex(), s["SpanID"].hex(), got, (left, right, parent, children)))
            for step in (15, 60, 300, 3600) if newest else ():
                ns, t = step * 10**9, s["StartTimeUnixNano"]
                if s["StartTimeRounded%d" % step] != (0 if t == 0 else -(-t // ns) - 1):
                    wrong.append(("rounded", t, step))
    checks.check(what + ": derived columns", not wrong, wrong[:3])


def murmur3(data):
    """MurmurHash3 x64 128, seed 0, for 16 and 17 bytes."""
    mask = 2**64 - 1
    rotl = lambda x, r: ((x << r) | (x >> (64 - r))) & mask
    def mix(k):
        k ^= k >> 33; k = k * 0xFF51AFD7ED558CCD & mask; k ^= k >> 33; k = k * 0xC4CEB9FE1A85EC53 & mask
        return k ^ k >> 33
    c1, c2, h1, h2 = 0x87C37B91114253D5, 0x4CF5AD432745937F, 0, 0
    for i in range(0, len(data) // 16 * 16, 16):
        k1, k2 = struct.unpack_from("<QQ", data, i)
        h1 ^= rotl(k1 * c1 & mask, 31) * c2 & mask
        h1 = ((rotl(h1, 27) + h2) * 5 + 0x52DCE729) & mask
        h2 ^= rotl(k2 * c2 & mask, 33) * c1 & mask
        h2 = ((rotl(h2, 31) + h1) * 5 + 0x38495AB5) & mask
    tail = data[len(data) // 16 * 16:]
    if tail:
        h1 ^= rotl(int.from_bytes(tail[:8], "little") * c1 & mask, 31) * c2 & mask
    h1 ^= len(data); h2 ^= len(data)
    h1 = (h1 + h2) & mask; h2 = (h2 + h1) & mask
    h1, h2 = mix(h1), mix(h2)
    h1 = (h1 + h2) & mask
    return h1, (h2 + h1) & mask


def check_bloom(checks, what, folder, meta, ids):
    """Every trace is in its shard (blocks.md 5)."""
    shards = []
    for i in range(meta["bloomShards"]):
        data = open(os.path.join(folder, "bloom-%d" % i), "rb").read()
        m, k, length = struct.unpack_from(">QQQ", data)
        shards.append((m, k, struct.unpack_from(">%dQ" % ((length + 63) // 64), data, 24)))
    missing = 0
    for i in ids:
        h = 2166136261
        for b in i:
            h = (h * 16777619 & 0xFFFFFFFF) ^ b
        m, k, words = shards[h % len(shards)]
        h0, h1 = murmur3(i)
        h2, h3 = murmur3(i + b"\1")
        hs = (h0, h1, h2, h3)
        for n in range(k):
            bit = ((hs[n % 2] + n * hs[2 + (n + n % 2) % 4 // 2]) % 2**64) % m
            if not words[bit // 64] >> bit % 64 & 1:
                missing += 1
    checks.check(what + ": bloom filter", missing == 0, missing)


def check_file(checks, what, folder, meta):
    path = os.path.join(folder, "data.parquet")
    file = pq.ParquetFile(path)
    footer = struct.unpack("<I", open(path, "rb").read()[-8:-4])[0]
    checks.check(what + ": sizes of meta.json", meta["size"] == os.path.getsize(path) and meta["footerSize"] == footer and meta["totalRecords"] == file.metadata.num_row_groups, meta)
    index = json.load(open(os.path.join(folder, "index")))["rowGroups"]
    last = [file.read_row_group(i, columns=["TraceID"]).column("TraceID").to_pylist()[-1] for i in range(file.metadata.num_row_groups)]
    checks.check(what + ": index", [base64.b64decode(x) for x in index] == last)
    wrong = []
    for g in range(file.metadata.num_row_groups):
        for c in range(file.metadata.num_columns):
            chunk = file.metadata.row_group(g).column(c)
            if chunk.path_in_schema.endswith("Key") and "RLE_DICTIONARY" not in chunk.encodings:
                wrong.append(chunk.path_in_schema)
    checks.check(what + ": keys are dictionary coded", not wrong, wrong)
    count = duckdb.sql("select count(*), sum(len(rs)) from read_parquet('%s')" % path).fetchall()[0]
    checks.check(what + ": DuckDB reads it", count[0] == meta["totalObjects"], count)


# MARK: Files

def varint(n):
    out = b""
    while n >= 0x80:
        out, n = out + bytes([n & 0x7F | 0x80]), n >> 7
    return out + bytes([n])


def otlp_json(q):
    """OTLP's JSON: protobuf's, with identifiers in hex and enums as numbers."""
    d = MessageToDict(q, use_integers_for_enums=True)
    def fix(x):
        if isinstance(x, dict):
            for k, v in x.items():
                if k in ("traceId", "spanId", "parentSpanId"):
                    x[k] = base64.b64decode(v).hex()
                else:
                    fix(v)
        elif isinstance(x, list):
            for v in x:
                fix(v)
    fix(d)
    return json.dumps(d)


def files(requests):
    messages = [q.SerializeToString() for q in requests]
    whole = ExportTraceServiceRequest()
    for q in requests:
        whole.MergeFrom(q)
    lines = "".join(otlp_json(q) + "\n" for q in requests).encode()
    framed = b"".join(struct.pack(">I", len(m)) + m for m in messages)
    yield "one message", whole.SerializeToString()
    yield "varint-delimited", b"".join(varint(len(m)) + m for m in messages)
    yield "big-endian delimited", framed
    yield "JSON lines", lines
    yield "one JSON object", json.dumps(json.loads(otlp_json(whole)), indent=1).encode()
    yield "JSON lines, gzip", gzip.compress(lines)
    zstd = subprocess.run(["zstd", "-q", "-c"], input=framed, stdout=subprocess.PIPE) if which("zstd") else None
    if zstd:
        yield "big-endian delimited, zstd", zstd.stdout


def which(name):
    return any(os.access(os.path.join(d, name), os.X_OK) for d in os.environ["PATH"].split(":"))


def run(binary, arguments, stdin=b""):
    return subprocess.run([binary] + arguments, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def only_block(root):
    tenant = os.path.join(root, "single-tenant")
    names = os.listdir(tenant)
    assert len(names) == 1, names
    return os.path.join(tenant, names[0])


def round_trips(checks, binary, r, work):
    traces = [r.randbytes(16) for _ in range(40)] + [b"\0" * 12 + r.randbytes(4)]
    requests = []
    for _ in range(60):
        requests.append(request(r, traces, requests))
    variants = [("vParquet5", "auto"), ("vParquet4", "tempo"), ("vParquet5", "none"), ("vParquet5", "tempo"), ("vParquet4", "auto"), ("vParquet5", "auto"), ("vParquet4", "none")]
    for (name, content), (version, dedicated) in zip(files(requests), variants):
        what = "%s, %s, %s" % (name, version, dedicated)
        root = tempfile.mkdtemp(dir=work)
        p = run(binary, ["ingest", "-", "--to", root, "--block-format", version, "--dedicated", dedicated], content)
        checks.check(what + ": ingested", p.returncode == 0, p.stderr)
        if p.returncode:
            continue
        folder = only_block(root)
        meta, table, spans = read_block(folder)
        own = {(s, n): k for s in ("span", "resource") for n, k in columns(meta, s).values()}
        want = expected(requests, version == "vParquet5", own)
        checks.check(what + ": the same spans", set(want) == set(spans), len(want) - len(spans))
        different = [(k, f, want[k][f], spans[k][f]) for k in want if k in spans for f in want[k] if want[k][f] != spans[k][f]]
        checks.check(what + ": every field", not different, different[:2])
        check_derived(checks, what, meta, table, version == "vParquet5")
        check_bloom(checks, what, folder, meta, table.column("TraceID").to_pylist())
        check_file(checks, what, folder, meta)
        found = run(binary, ["query", "--source", root, "--output", "json", "--limit", "0", "{ }"])
        checks.check(what + ": the engine finds every trace", len(json.loads(found.stdout)["traces"]) == meta["totalObjects"], found.stderr)


def looks_like_json(checks, binary, work):
    """A line feed, then 91 or 123: the beginning of a protobuf message, and of JSON."""
    for size in (91, 123):
        for delimited in (False, True):
            message = ExportTraceServiceRequest()
            message.resource_spans.add().scope_spans.add().spans.add(trace_id=b"\1" * 16, span_id=b"\2" * 8, name="n")
            span = message.resource_spans[0].scope_spans[0].spans[0]
            while (message.ByteSize() if delimited else message.resource_spans[0].ByteSize()) < size:
                span.name += "n"
            content = message.SerializeToString()
            content = varint(len(content)) + content if delimited else content
            p = run(binary, ["ingest", "-", "--to", tempfile.mkdtemp(dir=work)], content)
            checks.check("a message of %d bytes, %s" % (size, "delimited" if delimited else "alone"), p.returncode == 0 and size in content[:2], p.stderr)


def refusals(checks, binary, work):
    looks_like_json(checks, binary, work)
    good = ExportTraceServiceRequest()
    good.resource_spans.add().scope_spans.add().spans.add(trace_id=b"\1" * 16, span_id=b"\2" * 8)
    bad = ExportTraceServiceRequest()
    bad.CopyFrom(good)
    bad.resource_spans[0].scope_spans[0].spans.add(trace_id=b"\1" * 16)
    for what, content, part in [
            ("no span id", bad.SerializeToString(), b"span ids must be 64 bit"), ("text", b"hello", b"not a file of spans"), ("cut message", good.SerializeToString()[:-3], b""),
            ("cut gzip", gzip.compress(good.SerializeToString())[:-9], b"gzip"), ("JSON that ends early", b'{"resourceSpans":[{', b"at byte"),
            ("an id that is no hex", b'{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"zz"}]}]}]}', b"not the hex of 16 bytes"),
            ("Zipkin without id", b'[{"traceId":"1"}]', b"valid span id required")]:
        root = tempfile.mkdtemp(dir=work)
        p = run(binary, ["ingest", "-", "--to", root], content)
        checks.check("refused: " + what, p.returncode == 4 and part in p.stderr and not os.listdir(root), (p.returncode, p.stderr, os.listdir(root)))
    p = run(binary, ["ingest", "/nowhere/at/all", "--to", work])
    checks.check("refused: a file that is not there", p.returncode == 4 and b"/nowhere/at/all" in p.stderr, p.stderr)
    p = run(binary, ["ingest", "-"], b"")
    checks.check("refused: no --to", p.returncode == 2 and b"--to" in p.stderr, p.stderr)
    full = run(binary, ["ingest", "-", "--to", "/proc/nothing"], good.SerializeToString())
    checks.check("refused: a folder that cannot be made", full.returncode == 4 and b"cannot be written" in full.stderr, full.stderr)


def fetch_trace(binary, root, trace):
    p = run(binary, ["api", "--source", root, "/api/v2/traces/" + trace])
    body = p.stdout.split(b"\n\n")[-1]
    return json.loads(body)["trace"]["resourceSpans"]


def attributes_of(x):
    return {a["key"]: next(iter(a["value"].values()), None) for a in x.get("attributes", [])}


def foreign_formats(checks, binary, work):
    """The captured examples of the ingest specification."""
    zipkin = [{"traceId": "abc123", "id": "a001", "kind": "CLIENT", "name": "get /api", "timestamp": 1768435200000000, "duration": 1500, "localEndpoint": {"serviceName": "fe", "ipv4": "10.0.0.1", "port": 8080},
               "remoteEndpoint": {"serviceName": "be", "ipv4": "10.0.0.2", "ipv6": "::1", "port": 9000}, "annotations": [{"timestamp": 1768435200000001, "value": "start"}],
               "tags": {"http.method": "GET", "http.status_code": "200", "error": "true", "otel.status_code": "Error", "otel.status_description": "bad", "otel.library.name": "lib",
                        "otel.library.version": "2", "w3c.tracestate": "a=b", "process.pid": "42"}}]
    root = tempfile.mkdtemp(dir=work)
    p = run(binary, ["ingest", "-", "--to", root], json.dumps(zipkin).encode())
    checks.check("Zipkin: ingested", p.returncode == 0, p.stderr)
    rs = fetch_trace(binary, root, "abc123")[0]
    span = rs["scopeSpans"][0]["spans"][0]
    checks.check("Zipkin: resource", attributes_of(rs["resource"]) == {"service.name": "fe", "process.pid": "42"}, rs["resource"])
    checks.check("Zipkin: scope", rs["scopeSpans"][0]["scope"] == {"name": "lib", "version": "2"}, rs["scopeSpans"][0]["scope"])
    checks.check("Zipkin: span", span["kind"] == "SPAN_KIND_CLIENT" and span["traceState"] == "a=b" and span["status"] == {"code": "STATUS_CODE_ERROR", "message": "bad"}, span)
    checks.check("Zipkin: times", span["startTimeUnixNano"] == "1768435200000000000" and span["endTimeUnixNano"] == "1768435200001500000", span)
    checks.check("Zipkin: attributes", attributes_of(span) == {
        "http.method": "GET", "http.status_code": "200", "network.local.address": "10.0.0.1", "net.host.port": "8080", "service.peer.name": "be", "network.peer.address": "::1",
        "net.peer.port": "9000"}, attributes_of(span))
    checks.check("Zipkin: event", [e["name"] for e in span["events"]] == ["start"], span.get("events"))

    def jaeger(span_id, kind, *tags, **more):
        return dict({"traceID": "0af7651916cd43dd8448eb211c80319c", "spanID": span_id, "operationName": span_id, "startTime": 1768435200000000, "duration": 10, "processID": "p1",
                     "tags": [{"key": "span.kind", "type": "string", "value": kind}] + [{"key": k, "type": t, "value": v} for k, t, v in tags]}, **more)
    trace = {"data": [{"traceID": "0af7651916cd43dd8448eb211c80319c", "processes": {"p1": {"serviceName": "s", "tags": [{"key": "hostname", "type": "string", "value": "h"}]}}, "spans": [
        jaeger("00000000000000a1", "server", ("http.status_code", "int64", 503)),
        jaeger("00000000000000a2", "client", ("http.status_code", "int64", 404), ("otel.status_code", "string", "OK"),
               references=[{"refType": "CHILD_OF", "traceID": "0af7651916cd43dd8448eb211c80319c", "spanID": "00000000000000a1"}]),
        jaeger("00000000000000a3", "client", ("http.status_code", "int64", 404)),
        jaeger("00000000000000a4", "internal", ("error", "string", "true"), logs=[{"timestamp": 1768435200000005, "fields": [{"key": "event", "type": "string", "value": "e"}, {"key": "n", "type": "int64", "value": 7}]}],
               references=[{"refType": "FOLLOWS_FROM", "traceID": "0000000000000000000000000000dead", "spanID": "00000000000000b1"}])]}]}
    root = tempfile.mkdtemp(dir=work)
    p = run(binary, ["ingest", "-", "--to", root], json.dumps(trace).encode())
    checks.check("Jaeger: ingested", p.returncode == 0, p.stderr)
    found = fetch_trace(binary, root, "0af7651916cd43dd8448eb211c80319c")
    spans = {s["name"][-2:]: s for rs in found for ss in rs["scopeSpans"] for s in ss["spans"]}
    checks.check("Jaeger: resource", attributes_of(found[0]["resource"]) == {"service.name": "s", "host.name": "h"}, found[0]["resource"])
    codes = {n: s.get("status", {}).get("code", "STATUS_CODE_UNSET") for n, s in spans.items()}
    checks.check("Jaeger: status", codes == {"a1": "STATUS_CODE_ERROR", "a2": "STATUS_CODE_OK", "a3": "STATUS_CODE_ERROR", "a4": "STATUS_CODE_UNSET"}, codes)
    checks.check("Jaeger: parent", base64.b64decode(spans["a2"]["parentSpanId"]).hex() == "00000000000000a1", spans["a2"])
    checks.check("Jaeger: a text 'error' stays", attributes_of(spans["a4"]) == {"error": "true"}, spans["a4"])
    event = spans["a4"]["events"][0]
    checks.check("Jaeger: event", event["name"] == "e" and attributes_of(event) == {"n": "7"} and event["timeUnixNano"] == "1768435200000005000", event)
    checks.check("Jaeger: link", attributes_of(spans["a4"]["links"][0]) == {"opentracing.ref_type": "follows_from"}, spans["a4"])


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--binary", required=True)
    p.add_argument("--seed", type=int, default=1)
    a = p.parse_args()
    binary, checks = os.path.abspath(a.binary), Checks()
    with tempfile.TemporaryDirectory() as work:
        round_trips(checks, binary, random.Random(a.seed), work)
        refusals(checks, binary, work)
        foreign_formats(checks, binary, work)
    print("%d passed, %d failed" % (checks.passed, checks.failed))
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
