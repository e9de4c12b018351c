#!/usr/bin/env python3
"""Blocks in, blocks out: what `traceql blocks compact|convert|rewrite|repair|redact|expire` leave, read back by pyarrow and DuckDB.

  compaction.py --binary .build/release/traceql [--seed N] [--kills N]

The spans are those of ingest.py. Crashes are real ones: kill -9 at random instants, and system calls that fail (faults.c). After each
of them every span is found once, and the next run puts the folder in order. The last line is "N passed, N failed".
"""
import argparse, fcntl, json, os, random, shutil, signal, subprocess, sys, tempfile, time

import pyarrow.parquet as pq

import ingest
from ingest import Checks, check_bloom, check_derived, check_file, columns, expected, read_block, request, run

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "Ingest"))
import receiving


def live(root, tenant="single-tenant"):
    """Folders of live blocks."""
    top = os.path.join(root, tenant)
    return sorted(os.path.join(top, n) for n in os.listdir(top) if os.path.exists(os.path.join(top, n, "meta.json")))


def folders(root):
    return set(os.listdir(os.path.join(root, "single-tenant")))


def make_blocks(r, binary, work, count, version="vParquet5", dedicated="none"):
    """A folder of blocks that share traces and some spans; [(folder, requests)]."""
    ingest.traces_ids.clear()
    root = tempfile.mkdtemp(dir=work)
    traces, made, everything = [r.randbytes(16) for _ in range(60)], {}, []
    for _ in range(count):
        requests = []
        for _ in range(12):
            requests.append(request(r, traces, everything + requests))
        everything += requests
        before = set(live(root)) if made else set()
        content = b"".join(ingest.varint(len(m)) + m for m in (q.SerializeToString() for q in requests))
        p = run(binary, ["ingest", "-", "--to", root, "--block-format", version, "--dedicated", dedicated], content)
        assert p.returncode == 0, p.stderr
        made[(set(live(root)) - before).pop()] = requests
    return root, made


def in_merge_order(made):
    """The requests of several blocks, those of the block that is merged first in front: the newest one."""
    def place(folder):
        return json.load(open(os.path.join(folder, "meta.json")))["startTime"], os.path.basename(folder)
    return [q for folder in sorted(made, key=place, reverse=True) for q in made[folder]]


def check_content(checks, what, binary, folder, requests, level):
    meta, table, spans = read_block(folder)
    newest = meta["format"] == "vParquet5"
    own = {(s, n): k for s in ("span", "resource") for n, k in columns(meta, s).values()}
    want = expected(requests, newest, own)
    checks.check(what + ": the same spans", set(want) == set(spans), (len(want), len(spans)))
    different = [(f, want[k][f], spans[k][f]) for k in want if k in spans for f in want[k] if want[k][f] != spans[k][f]]
    checks.check(what + ": every field", not different, different[:2])
    check_derived(checks, what, meta, table, newest, level)
    check_bloom(checks, what, folder, meta, table.column("TraceID").to_pylist())
    check_file(checks, what, folder, meta)
    p = run(binary, ["blocks", "verify", folder])
    checks.check(what + ": sound", p.returncode == 0, p.stdout)
    return meta


QUERIES = ['{ }', '{ status = error }', '{ kind = server } >> { }', '{ span.a != nil }', '{ event:name = "x" }', '{ resource.b != nil } | count() > 2',
           '{ } | by(name) | count() > 1', '{ link:traceID != "" }', '{ span:parentID = "" }', '{ duration > 500ms }']


def answers(binary, root):
    """Spans that match: what every query says of a folder. Names of traces with several roots are left out, as any of them may give it."""
    def span(line):
        return json.dumps({k: v for k, v in json.loads(line).items() if not k.startswith("root_")}, sort_keys=True)
    said = []
    for query in QUERIES:
        p = run(binary, ["query", "--source", root, "--tenant", "single-tenant", "--output", "ndjson", "--rows", "spans", "--limit", "0", query])
        assert p.returncode == 0, p.stderr
        said.append(sorted(map(span, p.stdout.splitlines())))
    return said


def span_count(binary, root):
    p = run(binary, ["query", "--source", root, "--tenant", "single-tenant", "--output", "ndjson", "--rows", "spans", "--limit", "0", "{ }"])
    return len(p.stdout.splitlines()) if p.returncode == 0 else p.stderr


# MARK: What the commands make

def merges(checks, binary, r, work):
    for version in ("vParquet5", "vParquet4"):
        what = "compact, " + version
        root, made = make_blocks(r, binary, work, 5, version)
        requests, before, old = in_merge_order(made), answers(binary, root), folders(root)
        p = run(binary, ["blocks", "compact", "--dry-run", "--window", "100000h", root])
        checks.check(what + ": --dry-run says it and does nothing", b"would merge 5 blocks" in p.stdout and folders(root) == old, p.stdout)
        p = run(binary, ["blocks", "compact", "--window", "100000h", root])
        checks.check(what + ": done", p.returncode == 0 and len(live(root)) == 1, p.stderr)
        check_content(checks, what, binary, live(root)[0], requests, 1)
        after = answers(binary, root)
        for query, a, b in zip(QUERIES, before, after):
            checks.check("%s: the same answer: %s" % (what, query), a == b, [x for x in a if x not in b][:1] + [x for x in b if x not in a][:1])
        checks.check(what + ": the old blocks stay for a time", old < folders(root))
        p = run(binary, ["blocks", "compact", "--grace", "0", root])
        checks.check(what + ": and go then", folders(root) == {os.path.basename(live(root)[0])}, p.stderr)


def names_of_roots(checks, binary, r, work):
    """Of several roots the last one names the trace, whether a block has it whole, a query puts its parts together, or a merge does."""
    import itertools
    from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, Span, TracesData
    roots = [("first", 30), ("last", 50), ("middle", 40), ("also last", 50)]
    # Of two that start together the one with the greater ID is the last.
    def message(chosen):
        resources = []
        for name, start in chosen:
            number = [n for n, _ in roots].index(name)
            span = Span(trace_id=bytes([7]) * 16, span_id=bytes([9 - number]) * 8, name=name, start_time_unix_nano=1_768_435_200_000_000_000 + start,
                        end_time_unix_nano=1_768_435_200_000_000_100, kind=2)
            one = ResourceSpans()
            one.resource.attributes.add(key="service.name").value.string_value = "of " + name
            one.scope_spans.add().spans.append(span)
            resources.append(one)
        return TracesData(resource_spans=resources).SerializeToString()

    def named(root):
        p = subprocess.run([binary, "query", "--source", root, "--output", "json", "{}"], stdout=subprocess.PIPE)
        traces = json.loads(p.stdout)["traces"]
        return [(t["rootTraceName"], t["rootServiceName"]) for t in traces]

    wanted, other = [("last", "of last")], []
    for order in r.sample(list(itertools.permutations(roots)), 6) + [tuple(roots)]:
        for cuts in ((4,), (1, 3), (2, 2), (1, 1, 1, 1)):
            root, rest = tempfile.mkdtemp(dir=work), list(order)
            for size in cuts:
                part, rest = rest[:size], rest[size:]
                p = run(binary, ["ingest", "-", "--to", root], message(part))
                assert p.returncode == 0, p.stderr
            found = named(root)
            if len(cuts) > 1 and order[0] == roots[0]:
                run(binary, ["blocks", "compact", "--window", "100000h", root])
                found += [n for n in named(root) if len(live(root)) == 1]
            if set(found) != set(wanted) or len(found) > 2:
                other.append((order, cuts, found))
            shutil.rmtree(root)
    checks.check("one rule names traces with several roots", not other, other[:3])


def conversions(checks, binary, r, work):
    root, made = make_blocks(r, binary, work, 1, "vParquet5")
    requests = in_merge_order(made)
    steps = [["convert", "--block-format", "vParquet4"], ["rewrite", "--dedicated", "tempo", "--compression", "zstd"], ["convert"],
             ["rewrite", "--row-group-size", "20kB"], ["rewrite", "--dedicated", "none", "--compression", "snappy", "--row-group-size", "1MB"]]
    loses = False
    row_groups = 1
    for step in steps:
        what = " ".join(step)
        p = run(binary, ["blocks"] + step + ["--source", root])
        checks.check(what + ": done", p.returncode == 0 and len(live(root)) == 1, p.stderr)
        # A column of its own in vParquet5 forgets that an array of one was an array (blocks.md 3.6): said by `expected` for one step only.
        if not loses:
            check_content(checks, what, binary, live(root)[0], requests, 0)
        loses = loses or what == "convert"
        groups = pq.ParquetFile(os.path.join(live(root)[0], "data.parquet")).metadata
        if "20kB" in what:
            checks.check(what + ": more row groups", groups.num_row_groups > row_groups and groups.num_rows > groups.num_row_groups, (groups.num_row_groups, groups.num_rows))
        row_groups = groups.num_row_groups
        if "zstd" in what:
            checks.check(what + ": zstd", {groups.row_group(0).column(c).compression for c in range(groups.num_columns)} == {"ZSTD"})
    p = run(binary, ["blocks", "rewrite", "--source", root])
    checks.check("rewrite of nothing is refused", p.returncode == 2, p.stderr)
    # What is wrong with the command is said before the folder is opened.
    for words, command in ((b"--dedicated cannot be 'span.'", ["rewrite", "--dedicated", "span."]), (b"--row-group-size", ["rewrite", "--row-group-size", "x"]),
                           (b"--dedicated cannot be", ["compact", "--dedicated", "span."]), (b"--window", ["compact", "--window", "x"]), (b"nothing is named", ["redact"]),
                           (b"--rewrite-at", ["expire", "--rewrite-at", "101"]), (b"--grace", ["expire", "--grace", "x"]), (b"--quota", ["expire", "--quota", "x"])):
        p = run(binary, ["blocks"] + command + ["--source", os.path.join(work, "not there")])
        checks.check("first of all: " + " ".join(command), p.returncode == 2 and words in p.stderr, (p.returncode, p.stderr))


def listed_columns(checks, binary, r, work):
    """Columns of their own by a list, and blocks of different lists in one."""
    own = "span.a,span.b:int,resource.b,span.x.y-z:string:blob"
    root, made = make_blocks(r, binary, work, 1, "vParquet5", own)
    meta = check_content(checks, "a list of columns", binary, live(root)[0], in_merge_order(made), 0)
    want = [{"n": "a"}, {"n": "b", "t": "int"}, {"s": "resource", "n": "b"}, {"n": "x.y-z", "o": ["blob"]}]
    checks.check("a list of columns: named in meta.json", meta["dedicatedColumns"] == want, meta)
    for version in ("vParquet5", "vParquet4"):
        what = "compact, different columns, " + version
        root, made = tempfile.mkdtemp(dir=work), {}
        os.makedirs(os.path.join(root, "single-tenant"))
        for dedicated in ("none", "span.a,span.x.y-z", "resource.k8s.pod.name,span.a,span.url.path", own if version == "vParquet5" else "span.b"):
            other, one = make_blocks(r, binary, work, 1, version, dedicated)
            folder = next(iter(one))
            shutil.move(folder, os.path.join(root, "single-tenant", os.path.basename(folder)))
            made[os.path.join(root, "single-tenant", os.path.basename(folder))] = one[folder]
        before, order = answers(binary, root), in_merge_order(made)
        lists = [[(d.get("s"), d["n"]) for d in json.load(open(os.path.join(f, "meta.json"))).get("dedicatedColumns", [])] for f in sorted(
            made, key=lambda f: (json.load(open(os.path.join(f, "meta.json")))["startTime"], os.path.basename(f)), reverse=True)]
        copy = tempfile.mkdtemp(dir=work)
        shutil.copytree(root, copy, dirs_exist_ok=True)
        p = run(binary, ["blocks", "compact", "--window", "100000h", root])
        checks.check(what + ": done", p.returncode == 0 and len(live(root)) == 1, p.stderr)
        meta = check_content(checks, what, binary, live(root)[0], order, 1)
        union = list(dict.fromkeys(c for columns in lists for c in columns))
        checks.check(what + ": the columns of all, the newest block's in front", [(d.get("s"), d["n"]) for d in meta["dedicatedColumns"]] == union, (meta["dedicatedColumns"], union))
        after = answers(binary, root)
        checks.check(what + ": the same answers", before == after, [q for q, a, b in zip(QUERIES, before, after) if a != b])
        p = run(binary, ["blocks", "compact", "--window", "100000h", "--dedicated", "span.b", copy])
        meta = json.load(open(os.path.join(live(copy)[0], "meta.json")))
        checks.check(what + ": or those that are asked for", len(live(copy)) == 1 and meta["dedicatedColumns"] == [{"n": "b"}], (p.stderr, meta))
        checks.check(what + ": the same answers with those", answers(binary, copy) == before)
    ingest.traces_ids.clear()
    q = request(r, [r.randbytes(16)], [])
    span = q.resource_spans[0].scope_spans[0].spans[0]
    span.events.add(name="e").attributes.add(key="message").value.string_value = "said"
    root = tempfile.mkdtemp(dir=work)
    p = run(binary, ["ingest", "-", "--to", root, "--dedicated", "event.message"], q.SerializeToString())
    checks.check("a column of events: ingested", p.returncode == 0, p.stderr)
    rows = pq.read_table(os.path.join(live(root)[0], "data.parquet")).to_pylist()
    said = [e["DedicatedAttributes"]["String01"] for t in rows for rs in t["rs"] for ss in rs["ss"] for s in ss["Spans"] for e in s["Events"]]
    checks.check("a column of events: holds it", ["said"] in said, said)
    p = run(binary, ["query", "--source", root, '{ event.message = "said" }'])
    checks.check("a column of events: is asked", b"1 trace" in p.stdout, p.stdout)
    many = ",".join("span.k%d" % i for i in range(21))
    for text in ("span", "spans.a", "link.a", "span.", "span.a,span.a", "span.a:float", "span.a:int:big", many, ",".join("span.k%d:int" % i for i in range(6))):
        for command in (["ingest", "-", "--to", root], ["blocks", "rewrite", "--source", root]):
            p = run(binary, command + ["--dedicated", text], q.SerializeToString())
            name = " ".join(command[:2 if command[0] == "blocks" else 1])
            checks.check("refused: %s --dedicated %s" % (name, text[:20]), p.returncode == 2 and b"--dedicated cannot be" in p.stderr and ("'traceql %s --help'" % name).encode() in p.stderr, p.stderr)
    checks.check("refused: nothing was written", len(live(root)) == 1)
    configured_columns(checks, binary, r, work)


def configured_columns(checks, binary, r, work):
    """Tempo's form of the list, in a server's configuration."""
    def config(text):
        path = os.path.join(work, "config.yaml")
        with open(path, "w") as f:
            f.write("storage:\n  trace:\n    block:\n" + text)
        return path
    good = """      parquet_dedicated_columns:
        - {scope: resource, name: b, type: string}
        - name: "a"
          scope: span
          options: [blob]
        - scope: span
          name: http.status_code
          type: int
          options: []
"""
    p = run(binary, ["serve", "--config", config(good), "--print-config"])
    line = [l for l in p.stdout.decode().splitlines() if "parquet_dedicated_columns" in l and "#" not in l][0].strip()
    checks.check("configuration: read", p.returncode == 0 and not p.stderr and line == "parquet_dedicated_columns: [{scope: resource, name: b, type: string}, "
                 "{scope: span, name: a, type: string, options: [blob]}, {scope: span, name: http.status_code, type: int}]", (line, p.stderr))
    again = run(binary, ["serve", "--config", config("      " + line + "\n"), "--print-config"])
    checks.check("configuration: what is printed is read again", again.stdout == p.stdout, again.stderr)
    for bad, words in (("[{scope: link, name: x}]", b"scope of a column"), ("[{scope: span}]", b"name of an attribute"), ("[{name: x, type: float}]", b"type of a column"),
                       ("[{name: x}, {name: x}]", b"comes twice"), ("[{name: x, colour: red}]", b"no 'colour'"), ("[{name: x, options: [fast]}]", b"options of a column")):
        p = run(binary, ["serve", "--config", config("      parquet_dedicated_columns: " + bad + "\n"), "--print-config"])
        checks.check("configuration: refused: " + bad, p.returncode == 2 and words in p.stderr and b"config.yaml:4: " in p.stderr, (p.returncode, p.stderr))
    deep = run(binary, ["serve", "--config", config("      parquet_dedicated_columns: [{name: {x: y}}]\n"), "--print-config"])
    checks.check("configuration: deeper mappings are said", b"parquet_dedicated_columns" in deep.stderr, deep.stderr)
    root, q = tempfile.mkdtemp(dir=work), request(r, [r.randbytes(16)], [])
    server = receiving.Receiving(binary, root, "storage.trace.block.parquet_dedicated_columns=resource.b,span.a:string:blob,span.http.status_code:int", "distributor.max_attribute_bytes=0")
    sent = server.send(q)
    server.flush()
    checks.check("configuration: a server ends well", sent == 200 and server.stop() == 0)
    meta = check_content(checks, "a server's columns", binary, live(root)[0], [q], 0)
    checks.check("a server's columns: as configured", meta["dedicatedColumns"] == [{"s": "resource", "n": "b"}, {"n": "a", "o": ["blob"]}, {"n": "http.status_code", "t": "int"}], meta)


def redactions(checks, binary, r, work):
    secret = "hunter2-" + "%x" % r.getrandbits(64)
    for version in ("vParquet5", "vParquet4"):
        root, made = make_blocks(r, binary, work, 2, version)
        requests = [q for f in sorted(made) for q in made[f]]
        # One attribute everywhere an attribute can stand.
        ingest.traces_ids.clear()
        q = request(r, [r.randbytes(16)], [])
        span = q.resource_spans[0].scope_spans[0].spans[0]
        places = [q.resource_spans[0].resource.attributes, q.resource_spans[0].scope_spans[0].scope.attributes, span.attributes,
                  span.events.add(name="e").attributes, span.links.add(trace_id=b"1" * 16, span_id=b"1" * 8).attributes]
        for place in places:
            place.add(key="user.email").value.string_value = secret
        p = run(binary, ["ingest", "-", "--to", root, "--block-format", version], q.SerializeToString())
        what = "redact, " + version
        bytes_of = lambda: [b for f in live(root) for b in texts(f)]
        checks.check(what + ": it is there", secret in bytes_of())
        old = set(live(root))
        p = run(binary, ["blocks", "redact", "--source", root, "--attribute", "user.email", "--dry-run"])
        checks.check(what + ": --dry-run counts", b"would redact 5 attributes and 0 traces" in p.stdout, p.stdout + p.stderr)
        p = run(binary, ["blocks", "redact", "--source", root, "--attribute", "user.email", "--value", secret])
        checks.check(what + ": counted", p.returncode == 0 and b"5 attributes and 0 traces redacted" in p.stderr, p.stderr)
        checks.check(what + ": only one block was written anew", len(old - set(live(root))) == 1 and len(live(root)) == 3)
        checks.check(what + ": nothing remains, not in an old block either", secret not in bytes_of() and len(folders(root)) == 3)
        for f in live(root):
            checks.check(what + ": sound", run(binary, ["blocks", "verify", f]).returncode == 0)
        trace = span.trace_id.hex()
        count = span_count(binary, root)
        p = run(binary, ["blocks", "redact", "--source", root, "--trace", trace])
        checks.check(what + ": a block of that trace alone is gone", p.returncode == 0 and len(live(root)) == 2, p.stderr)
        checks.check(what + ": so is the trace", run(binary, ["trace", "--source", root, trace]).returncode == 1)
        checks.check(what + ": others are not", span_count(binary, root) == len(expected(requests, version == "vParquet5", {})), count)
    p = run(binary, ["blocks", "redact", "--source", root])
    checks.check("redact of nothing is refused", p.returncode == 2, p.stderr)


def texts(folder):
    """Every text of a data file."""
    def walk(x):
        if isinstance(x, dict):
            for v in x.values():
                yield from walk(v)
        elif isinstance(x, (list, tuple)):
            for v in x:
                yield from walk(v)
        elif isinstance(x, str):
            yield x
    yield from walk(pq.read_table(os.path.join(folder, "data.parquet")).to_pylist())


def repairs(checks, binary, r, work):
    root, made = make_blocks(r, binary, work, 1)
    run(binary, ["blocks", "rewrite", "--source", root, "--row-group-size", "5kB"])
    folder = live(root)[0]
    path = os.path.join(folder, "data.parquet")
    groups = pq.ParquetFile(path).metadata
    column = next(c for c in range(groups.num_columns) if groups.row_group(1).column(c).path_in_schema == "rs.ss.Spans.Name")
    chunk = groups.row_group(1).column(column)
    data = bytearray(open(path, "rb").read())
    start = chunk.dictionary_page_offset or chunk.data_page_offset
    data[start:start + chunk.total_compressed_size] = b"\xff" * chunk.total_compressed_size
    open(path, "wb").write(data)
    with open(os.path.join(folder, "bloom-0"), "r+b") as f:
        f.truncate(100)
    sound = groups.num_rows - groups.row_group(1).num_rows
    checks.check("repair: it is damaged", run(binary, ["blocks", "verify", folder]).returncode == 4)
    p = run(binary, ["blocks", "repair", "--source", root])
    checks.check("repair: what is lost is said", p.returncode == 3 and b"row group 1 of" in p.stderr and b"Spans.Name" in p.stderr, p.stderr)
    checks.check("repair: sound", run(binary, ["blocks", "verify", live(root)[0]]).returncode == 0)
    checks.check("repair: the others are kept", json.load(open(os.path.join(live(root)[0], "meta.json")))["totalObjects"] == sound)


def expiry(checks, binary, r, work):
    root, made = make_blocks(r, binary, work, 3)
    sizes = {}
    for age, folder in zip((1, 100, 1000), live(root)):
        meta = json.load(open(os.path.join(folder, "meta.json")))
        meta["startTime"] = meta["endTime"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - age * 3600))
        json.dump(meta, open(os.path.join(folder, "meta.json"), "w"))
        sizes[age] = folder, meta["size"]
    p = run(binary, ["blocks", "expire", "--dry-run", root])
    checks.check("expire: --dry-run names the old one", p.stdout.count(b"would expire by age") == 1 and sizes[1000][0].encode() in p.stdout, p.stdout)
    p = run(binary, ["blocks", "expire", root])
    checks.check("expire: 336 h", live(root) == sorted([sizes[1][0], sizes[100][0]]), p.stdout + p.stderr)
    p = run(binary, ["blocks", "expire", "--retention", "0", "--quota", str(sizes[1][1] + 10), root])
    checks.check("expire: the oldest above the quota", live(root) == [sizes[1][0]] and b"by quota" in p.stdout, p.stdout)
    checks.check("expire: marked, not gone", len(folders(root)) == 3)
    run(binary, ["blocks", "expire", "--grace", "0", root])
    checks.check("expire: gone after the time of grace", len(folders(root)) == 1)


def refusals(checks, binary, r, work):
    root, made = make_blocks(r, binary, work, 2)
    with open(os.path.join(root, ".traceql.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for command in (["compact", root], ["convert", "--source", root, "--block-format", "vParquet4"], ["rewrite", "--source", root, "--dedicated", "auto"],
                        ["repair", "--source", root], ["redact", "--source", root, "--attribute", "a"], ["expire", root]):
            p = run(binary, ["blocks"] + command)
            checks.check(command[0] + ": a folder in use is refused", p.returncode == 4 and b"in use" in p.stderr, p.stderr)
        checks.check("--dry-run looks only", run(binary, ["blocks", "compact", "--dry-run", root]).returncode == 0)
    held = live(root)[0]
    open(os.path.join(held, "nocompact.flg"), "w").close()
    run(binary, ["blocks", "compact", "--window", "100000h", root])
    checks.check("nocompact.flg is honoured", len(live(root)) == 2 and held in live(root))
    for arguments, code in ((["compact", "/nowhere"], 4), (["compact", work + "/" + os.path.basename(root) + "/single-tenant/x"], 4), (["convert", "--source", root, "zzz"], 2),
                            (["redact", "--source", root, "--trace", "xyz"], 2), (["rewrite", "--source", root, "--row-group-size", "-1"], 2), (["expire", "--retention", "soon", root], 2)):
        p = run(binary, ["blocks"] + arguments)
        checks.check("refused: " + " ".join(arguments), p.returncode == code and p.stderr, (p.returncode, p.stderr))


def served(checks, binary, r, work):
    """A server that owns a folder merges its blocks while it answers, and keeps others from it."""
    root, made = make_blocks(r, binary, work, 4)
    count = span_count(binary, root)
    settings = {"traceql.compaction.enabled": "true", "compactor.compaction.compaction_cycle": "1s", "compactor.compaction.compaction_window": "100000h",
                "compactor.compaction.block_retention": "0s"}
    command = [binary, "serve", "--data", root, "--listen", "127.0.0.1:0"] + [a for k, v in settings.items() for a in ("--set", k + "=" + v)]
    log = open(os.path.join(work, "serve.log"), "wb")
    p = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        end = time.time() + 120
        while len(live(root)) > 1 and p.poll() is None and time.time() < end:
            time.sleep(0.1)
        said = open(log.name, "rb").read()
        checks.check("serve: merges", len(live(root)) == 1 and p.poll() is None, said)
        checks.check("serve: every span once", span_count(binary, root) == count, (span_count(binary, root), count))
        q = run(binary, ["blocks", "compact", root])
        checks.check("serve: its folder is its own", q.returncode == 4 and b"in use" in q.stderr, q.stderr)
    finally:
        p.terminate()
        p.wait()


# MARK: Crashes

def is_in_order(checks, what, binary, root, count):
    """Every span once, now and after the next run; nothing half written stays."""
    checks.check(what + ": every span once", span_count(binary, root) == count, (span_count(binary, root), count))
    p = run(binary, ["blocks", "compact", "--window", "100000h", "--grace", "0", root])
    checks.check(what + ": the next run finishes it", p.returncode == 0 and len(live(root)) == 1, (p.stderr, live(root)))
    checks.check(what + ": and clears up", len(folders(root)) == 1 and not os.path.exists(os.path.join(live(root)[0], "writing")), folders(root))
    checks.check(what + ": every span once after it", span_count(binary, root) == count)


def kills(checks, binary, r, work, times):
    original, made = make_blocks(r, binary, work, 6)
    count = span_count(binary, original)
    command = [binary, "blocks", "compact", "--window", "100000h", "--row-group-size", "20kB"]
    whole = tempfile.mkdtemp(dir=work)
    shutil.copytree(original, whole, dirs_exist_ok=True)
    started = time.time()
    subprocess.run(command + [whole], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    length = time.time() - started
    for i in range(times):
        root = tempfile.mkdtemp(dir=work)
        shutil.copytree(original, root, dirs_exist_ok=True)
        p = subprocess.Popen(command + [root], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(r.random() * length)
        p.kill()
        p.wait()
        is_in_order(checks, "kill -9 number %d" % i, binary, root, count)
        shutil.rmtree(root)


def fault_library(work):
    """faults.c, compiled: with it a system call of a process fails."""
    library = os.path.join(work, "faults.so")
    subprocess.run([shutil.which("clang") or shutil.which("cc"), "-shared", "-fPIC", "-o", library, os.path.join(HERE, "faults.c"), "-ldl"], check=True)
    return library


def run_failing(binary, arguments, library, call, number, error, stdin=b""):
    """Runs a command whose call of that number fails."""
    return subprocess.run([binary] + arguments, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env=dict(os.environ, LD_PRELOAD=library, FAULT="%s:%d:%d" % (call, number, error)))


def faults(checks, binary, r, work):
    library = fault_library(work)
    original, made = make_blocks(r, binary, work, 3)
    count = span_count(binary, original)
    met = 0
    for call, error, numbers in (("write", 28, (1, 5, 40)), ("fsync", 5, (1, 2, 3, 4, 5, 6)), ("rename", 28, (1, 2, 3, 4))):
        for number in numbers:
            what = "%s number %d fails" % (call, number)
            root = tempfile.mkdtemp(dir=work)
            shutil.copytree(original, root, dirs_exist_ok=True)
            p = run_failing(binary, ["blocks", "compact", "--window", "100000h", root], library, call, number, error)
            met += p.returncode == 4
            checks.check(what + ": it is said", p.returncode in (0, 4) and (p.returncode == 0 or b"cannot be written" in p.stderr), (p.returncode, p.stderr))
            is_in_order(checks, what, binary, root, count)
    checks.check("faults were met", met >= 9, met)


def interruptions(checks, binary, r, work):
    root, made = make_blocks(r, binary, work, 2)
    # A merge that takes long enough to be met: the blocks many times over, under other names.
    for i, folder in enumerate(live(root)):
        for n in range(80):
            shutil.copytree(folder, os.path.join(root, "single-tenant", "%08x-0000-4000-8000-%012x" % (n, i)))
    count, before = span_count(binary, root), folders(root)
    p = subprocess.Popen([binary, "blocks", "compact", "--window", "100000h", "--row-group-size", "1kB", root], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while folders(root) == before and p.poll() is None:
        time.sleep(0.002)
    p.send_signal(signal.SIGINT)
    err = p.communicate()[1]
    # A machine so fast that it had finished has nothing to undo.
    checks.check("Ctrl-C: 130, or it was done", p.returncode == 130 and b"interrupted" in err or p.returncode == 0, (p.returncode, err))
    checks.check("Ctrl-C: nothing half done stays", all(os.path.exists(os.path.join(root, "single-tenant", f, "meta.json"))
                 or os.path.exists(os.path.join(root, "single-tenant", f, "meta.compacted.json")) for f in folders(root)))
    checks.check("Ctrl-C: every span once", span_count(binary, root) == count, (span_count(binary, root), count, p.returncode, len(live(root))))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--binary", required=True)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--kills", type=int, default=12, help="how often compaction is killed")
    a = p.parse_args()
    binary, checks, r = os.path.abspath(a.binary), Checks(), random.Random(a.seed)
    with tempfile.TemporaryDirectory() as work:
        for part in (merges, names_of_roots, conversions, listed_columns, redactions, repairs, expiry, refusals, served, interruptions, faults):
            part(checks, binary, r, work)
        kills(checks, binary, r, work, a.kills)
    print("%d passed, %d failed" % (checks.passed, checks.failed))
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
