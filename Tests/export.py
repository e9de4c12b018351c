#!/usr/bin/env python3
"""Answers as Parquet files: read by pyarrow and DuckDB, value for value what the same command says as ndjson.

  export.py --binary .build/release/traceql

The last line is "N passed, N failed".
"""
import argparse, collections, datetime, io, json, math, os, pty, subprocess, sys, tempfile

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ingest import Checks, ExportTraceServiceRequest, run

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "Conformance", "blocks", "vParquet5")
QUERIES = [
    ("{ }", []), ("{ status = error }", ["--limit", "0"]), ("{ } | count() > 3", ["--limit", "0"]), ("{ } | by(resource.service.name) | avg(duration) > 1ms", ["--limit", "0"]),
    ("{ }", ["--rows", "spans", "--limit", "0"]), ("{ } | select(span.http.status_code, span.http.method, kind, status)", ["--rows", "spans", "--limit", "0"]),
    ('{ name = "no such span" }', ["--rows", "spans"]), ('{ name = "no such span" }', []),
    ("{ } | rate() by (resource.service.name)", []), ("{ } | quantile_over_time(duration, .5, .9)", []), ("{ } | histogram_over_time(duration)", []),
    ("{ } | count_over_time() by (status, kind)", ["--instant"]), ("{ } | compare({ status = error })", ["--instant"]), ("{ } | rate() by (resource.service.name)", ["--limit", "2"]),
    ('{ name = "no such span" } | rate()', []),
]


def nanoseconds(text):
    """RFC 3339 to Unix nanoseconds."""
    whole, _, fraction = text.rstrip("Z").partition(".")
    seconds = int(datetime.datetime.fromisoformat(whole + "+00:00").timestamp())
    return seconds * 10**9 + int((fraction or "0").ljust(9, "0"))


def wanted(column, value):
    """What a value of ndjson is in a column of that type."""
    if value is None:
        return None
    if pa.types.is_timestamp(column):
        return nanoseconds(value)
    if pa.types.is_string(column):
        return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return value


def stored(table):
    """The rows of an Arrow table; times as Unix nanoseconds."""
    columns = []
    for column in table.columns:
        values = column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column
        columns.append(values.to_pylist())
    return list(zip(*columns)) if columns else []


def same(a, b):
    if isinstance(a, float):
        # JSON has no NaN, and writes whole numbers without a point.
        return b == "NaN" and math.isnan(a) or isinstance(b, (int, float)) and (a == b or math.isnan(a) and math.isnan(b))
    return type(a) == type(b) and a == b


def compare(checks, what, parquet, lines):
    """A Parquet file against the lines of ndjson that say the same."""
    pairs = [json.loads(line, object_pairs_hook=list) for line in lines]
    try:
        file = pq.ParquetFile(io.BytesIO(parquet))
        table = file.read()
    except Exception as error:
        return checks.check(what + ": pyarrow reads it", False, error)
    checks.check(what + ": rows", table.num_rows == len(pairs), (table.num_rows, len(pairs)))
    checks.check(what + ": each name once, whatever the case", len({n.lower() for n in table.column_names}) == table.num_columns, table.column_names)
    if not pairs:
        return
    names = [k for k, _ in pairs[0]]
    checks.check(what + ": columns", len(names) == table.num_columns and all(c == n or not n or c.startswith(n + "_") for c, n in zip(table.column_names, names)),
                 (table.column_names, names))
    wrong = []
    for row, line in zip(stored(table), pairs):
        for name, type_, value, (_, said) in zip(table.column_names, table.schema.types, row, line):
            # A column of several types holds numbers as they are spelled: 0.0 where JSON says 0.
            if isinstance(value, str) and type(said) in (int, float):
                value = int(value) if type(said) == int and "." not in value else float(value)
            elif value in ("inf", "-inf", "nan"):
                said = {"Infinity": "inf", "-Infinity": "-inf", "NaN": "nan"}.get(said, said)
            if not (value == said if type(said) in (int, float) else same(value, wanted(type_, said))):
                wrong.append((name, str(type_), value, said))
    checks.check(what + ": every value", not wrong, wrong[:3])
    # DuckDB: the same.
    with tempfile.NamedTemporaryFile(suffix=".parquet") as f:
        f.write(parquet)
        f.flush()
        duck = duckdb.connect()
        duck.execute("set timezone = 'UTC'")
        shown = ", ".join(('epoch_ns("%s"::timestamp_ns)' if pa.types.is_timestamp(t) else '"%s"') % n.replace('"', '""') for n, t in zip(table.column_names, table.schema.types))
        rows = duck.execute("select %s from '%s'" % (shown, f.name)).fetchall()
    both = [(x, y) for a, b in zip(rows, stored(table)) for x, y in zip(a, b)]
    different = [pair for pair in both if not same(*pair)]
    checks.check(what + ": DuckDB", len(rows) == table.num_rows and not different, different[:3])


def queries(checks, binary):
    for query, flags in QUERIES:
        command = ["query", "--source", DATA] + flags + [query, "--output"]
        p, q = run(binary, command + ["parquet"]), run(binary, command + ["ndjson"])
        what = " ".join([query] + flags)
        checks.check(what + ": done", p.returncode == 0 == q.returncode, (p.stderr, q.stderr))
        compare(checks, what, p.stdout, q.stdout.splitlines())


def types(checks, binary, work):
    """Attributes of one type have typed columns; of several, what holds them all."""
    q = ExportTraceServiceRequest()
    rs = q.resource_spans.add()
    rs.resource.attributes.add(key="n").value.int_value = 7
    ss = rs.scope_spans.add()
    values = {"i": [("int_value", v) for v in (1, -2**63, 2**63 - 1)], "f": [("double_value", v) for v in (0.5, math.nan, -0.0)], "b": [("bool_value", v) for v in (True, False, True)],
              "s": [("string_value", v) for v in ("x", "", "\U0001F600 é e\u0301")], "mixed": [("int_value", 1), ("string_value", "one"), ("bool_value", True)],
              "number": [("int_value", 1), ("double_value", 2.5), ("int_value", 3)], "inexact": [("int_value", 2**53 + 1), ("double_value", 2.5), ("int_value", 3)],
              "n": [("int_value", 8), None, ("int_value", 9)], "few": [None, ("bool_value", False), None]}
    for i in range(3):
        s = ss.spans.add(trace_id=bytes(15) + bytes([i + 1]), span_id=bytes(7) + bytes([i + 1]), name="s%d" % i, start_time_unix_nano=1_768_435_200_123_456_789 - i)
        s.end_time_unix_nano = s.start_time_unix_nano + 10 + i
        for key, of in values.items():
            if of[i]:
                setattr(s.attributes.add(key=key).value, *of[i])
        array = s.attributes.add(key="list").value.array_value
        for text in ("a", 'b,"c"'):
            array.values.add().string_value = text
    root = os.path.join(work, "types")
    assert run(binary, ["ingest", "-", "--to", root, "--dedicated", "none"], q.SerializeToString()).returncode == 0
    query = "{ } | select(%s, resource.n)" % ", ".join("span." + k for k in list(values) + ["list"])
    command = ["query", "--source", root, "--rows", "spans", "--limit", "0", query, "--output"]
    p, q = run(binary, command + ["parquet"]), run(binary, command + ["ndjson"])
    compare(checks, "types", p.stdout, q.stdout.splitlines())
    table = pq.read_table(io.BytesIO(p.stdout))
    kinds = {n: str(t) for n, t in zip(table.column_names, table.schema.types)}
    want = {"i": "int64", "f": "double", "b": "bool", "s": "string", "mixed": "string", "number": "double", "inexact": "string", "few": "bool", "list": "string",
            "n": "int64", "n_2": "int64", "start": "timestamp[ns, tz=UTC]", "duration_ns": "int64", "trace_id": "string"}
    checks.check("types: of every column", {k: kinds.get(k) for k in want} == want, kinds)
    by_name = {r["name"]: r for r in table.drop_columns(["start"]).to_pylist()}
    checks.check("types: bytes of texts", by_name["s2"]["s"].encode() == "\U0001F600 é e\u0301".encode() and by_name["s1"]["s"] == "", by_name)
    checks.check("types: whole numbers", [by_name["s%d" % i]["i"] for i in range(3)] == [1, -2**63, 2**63 - 1])
    checks.check("types: start to the nanosecond", sorted(table.column("start").cast(pa.int64()).to_pylist()) == [1_768_435_200_123_456_789 - i for i in (2, 1, 0)])
    # Many rows: several row groups, which readers put together.
    big = ExportTraceServiceRequest()
    ss = big.resource_spans.add().scope_spans.add()
    for i in range(120_000):
        ss.spans.add(trace_id=(i // 100 + 1).to_bytes(16, "big"), span_id=(i + 1).to_bytes(8, "big"), name="n%d" % (i % 7), start_time_unix_nano=10**18 + i)
    root = os.path.join(work, "big")
    assert run(binary, ["ingest", "-", "--to", root], big.SerializeToString()).returncode == 0
    p = run(binary, ["query", "--source", root, "--rows", "spans", "--limit", "0", "--output", "parquet", "{ }"])
    file = pq.ParquetFile(io.BytesIO(p.stdout))
    table = file.read()
    counts = collections.Counter(table.column("name").to_pylist())
    checks.check("row groups", file.metadata.num_row_groups == 2 and len(set(table.column("span_id").to_pylist())) == 120_000 and counts["n3"] == len(range(3, 120_000, 7)),
                 (file.metadata.num_row_groups, table.num_rows, counts))


def traces(checks, binary, work):
    ids = [json.loads(l)["trace_id"] for l in run(binary, ["query", "--source", DATA, "--output", "ndjson", "{ status = error }"]).stdout.splitlines()]
    command = ["trace", "--source", DATA, ids[0], "--output"]
    compare(checks, "a trace", run(binary, command + ["parquet"]).stdout, run(binary, command + ["ndjson"]).stdout.splitlines())
    command = ["trace", "--source", DATA, "-", "--output"]
    text = "\n".join(ids).encode()
    compare(checks, "several traces", run(binary, command + ["parquet"], text).stdout, run(binary, command + ["ndjson"], text).stdout.splitlines())
    parquet, lines = os.path.join(work, "out.parquet"), os.path.join(work, "out.ndjson")
    statements = ".export %s { status = error }; .export %s { status = error }" % (parquet, lines)
    p = run(binary, ["-c", statements, DATA])
    checks.check(".export: done", p.returncode == 0, p.stderr)
    whole_traces(checks, parquet, lines, ids)
    p = run(binary, ["-c", ".export %s { name = \"no such span\" }" % parquet, DATA])
    checks.check(".export: nothing found is a file without rows", p.returncode == 0 and pq.read_table(parquet).num_rows == 0, p.stderr)


def said(value):
    """An attribute of a block as a text: a text as it is, numbers as digits, anything else as JSON."""
    kind = next((k for k in ("Value", "ValueInt", "ValueDouble", "ValueBool") if value[k]), None)
    if value["ValueUnsupported"] or kind is None:
        return None
    spell = {"Value": str, "ValueInt": str, "ValueDouble": repr, "ValueBool": lambda v: "true" if v else "false"}[kind]
    if not value["IsArray"]:
        return spell(value[kind][0])
    return json.dumps(value[kind], separators=(",", ":"), ensure_ascii=False)


def maps(attributes):
    """{key: text} of a list of attributes as a block has it; the last of equal keys counts. Without those of `said` that are not simple."""
    return {a["Key"]: said(a) for a in attributes}


def whole_traces(checks, parquet, lines, ids):
    """`.export` of traces with attributes, events and links, against ndjson and what pyarrow finds in the blocks."""
    table = pq.read_table(parquet)
    # Python's own times have no nanoseconds: events as numbers.
    events = table.schema.field("events").type.value_type
    plain = pa.list_(pa.struct([f.with_type(pa.int64()) if f.name == "time" else f for f in events]))
    table = table.set_column(table.schema.get_field_index("events"), "events", table.column("events").cast(plain))
    rows = {(r["trace_id"], r["span_id"], r["kind"]): r for r in table.drop_columns(["start"]).to_pylist()}
    flat = [json.loads(line) for line in open(lines, "rb")]
    wrong = [(o, rows.get((o["trace_id"], o["span_id"], o["kind"]))) for o in flat
             if any(rows[o["trace_id"], o["span_id"], o["kind"]][c] != o[c] for c in ("parent_span_id", "service", "name", "status", "duration_ns"))]
    checks.check(".export: the rows of ndjson", len(flat) == table.num_rows and not wrong, (len(flat), table.num_rows, wrong[:1]))
    starts = table.column("start").cast(pa.int64()).to_pylist()
    checks.check(".export: starts", sorted(starts) == sorted(nanoseconds(o["start"]) for o in flat))
    different, compared, dedicated = [], 0, 0
    for folder in sorted(os.listdir(DATA)):
        for t in block_traces(os.path.join(DATA, folder)):
            if t["TraceID"].hex() not in ids:
                continue
            for rs in t["rs"]:
                for s in (s for ss in rs["ss"] for s in ss["Spans"]):
                    row = next((r for k, r in rows.items() if k[:2] == (t["TraceID"].hex(), s["SpanID"].hex())), None)
                    if row is None:
                        different.append(("no row", s["SpanID"].hex()))
                        continue
                    # Attributes with columns of their own stand in the map as well; here only the others are known by name.
                    for stored_, exported in ((s["Attrs"], dict(row["attributes"])), (rs["Resource"]["Attrs"], dict(row["resource_attributes"]))):
                        for key, text in maps(stored_).items():
                            compared += 1
                            if key not in exported or text is not None and exported[key] != text and float_of(exported[key]) != float_of(text):
                                different.append((key, text, exported.get(key)))
                        dedicated += len(exported) - len(maps(stored_))
                    events = [(e["name"], dict(e["attributes"])) for e in row["events"]]
                    if [e["time"] for e in row["events"]] != [s["StartTimeUnixNano"] + e["TimeSinceStartNano"] for e in s["Events"]]:
                        different.append(("times", row["events"]))
                    want = [(e["Name"], {k: v for k, v in maps(e["Attrs"]).items()}) for e in s["Events"]]
                    if [n for n, _ in events] != [n for n, _ in want] or any(v is not None and a[k] != v for (_, a), (_, w) in zip(events, want) for k, v in w.items()):
                        different.append(("events", events, want))
                    links = [(l["trace_id"], l["span_id"], l["trace_state"]) for l in row["links"]]
                    if links != [(l["TraceID"].hex(), l["SpanID"].hex(), l["TraceState"]) for l in s["Links"]]:
                        different.append(("links", links))
    checks.check(".export: attributes, events and links as pyarrow finds them in the blocks", compared > 100 and dedicated > 0 and not different, (compared, dedicated, different[:3]))
    duck = duckdb.connect()
    found = duck.execute("select count(*), sum(len(events)), count(attributes['http.status_code']::int), count(distinct resource_attributes['service.name']) from '%s'" % parquet).fetchone()
    want = (table.num_rows, sum(len(r["events"]) for r in rows.values()), sum("http.status_code" in dict(r["attributes"]) for r in rows.values()), len({r["service"] for r in rows.values()}))
    checks.check(".export: DuckDB", found == want, (found, want))


def float_of(text):
    try:
        return float(text)
    except ValueError:
        return text


def block_traces(folder):
    """Traces of a block, or of the blocks of a tenant's folder."""
    if os.path.exists(os.path.join(folder, "data.parquet")):
        return pq.read_table(os.path.join(folder, "data.parquet"), columns=["TraceID", "rs"]).to_pylist()
    return [t for f in os.listdir(folder) for t in block_traces(os.path.join(folder, f))] if os.path.isdir(folder) else []


def lists_of_blocks(checks, binary):
    block = os.path.join(DATA, "single-tenant", sorted(os.listdir(os.path.join(DATA, "single-tenant")))[0])
    for command in (["blocks", "--source", DATA], ["blocks", "show", "--limit", "0", block], ["blocks", "verify", "--source", DATA]):
        p, q = run(binary, command + ["--output", "parquet"]), run(binary, command + ["--output", "ndjson"])
        checks.check(" ".join(command[:2]) + ": done", p.returncode == q.returncode == 0 and (q.stdout or "verify" in command), (p.stderr, q.stderr))
        compare(checks, " ".join(command[:2]), p.stdout, q.stdout.splitlines())


def refusals(checks, binary, work):
    parent, child = pty.openpty()
    p = subprocess.Popen([binary, "query", "--source", DATA, "--output", "parquet", "{ }"], stdout=child, stderr=subprocess.PIPE)
    error = p.communicate()[1]
    os.close(child)
    os.close(parent)
    checks.check("a terminal is refused", p.returncode == 2 and b"Parquet is not for terminals" in error, (p.returncode, error))
    for command in (["tags"], ["values", "name"]):
        p = run(binary, command + ["--source", DATA, "--output", "parquet"])
        checks.check("no Parquet of " + command[0], p.returncode == 2 and b"--output cannot be 'parquet'" in p.stderr, p.stderr)
    p = run(binary, ["-c", ".export %s/x.doc { }" % work, DATA])
    checks.check("another ending is refused", p.returncode == 2 and b".parquet" in p.stderr, p.stderr)
    with open("/dev/full", "wb") as full:
        p = subprocess.run([binary, "query", "--source", DATA, "--output", "parquet", "{ }"], stdout=full, stderr=subprocess.PIPE)
    checks.check("a full disk is said", p.returncode == 4 and b"No space left" in p.stderr, (p.returncode, p.stderr))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--binary", required=True)
    a = p.parse_args()
    binary, checks = os.path.abspath(a.binary), Checks()
    with tempfile.TemporaryDirectory() as work:
        queries(checks, binary)
        types(checks, binary, work)
        traces(checks, binary, work)
        lists_of_blocks(checks, binary)
        refusals(checks, binary, work)
    print("%d passed, %d failed" % (checks.passed, checks.failed))
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
