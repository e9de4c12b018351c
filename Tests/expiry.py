#!/usr/bin/env python3
"""Retention by rule, and blocks that cannot be read: what `traceql blocks expire --rule` and a server leave, counted by pyarrow.

  expiry.py --binary .build/release/traceql [--seed N] [--kills N]

Which traces have to stay is worked out here from the columns of the blocks, before anything is removed. The last line is
"N passed, N failed".
"""
import argparse, collections, json, os, random, shutil, subprocess, sys, tempfile, time

import pyarrow.parquet as pq

from compaction import HERE, fault_library, folders, live, run_failing
from ingest import Checks, ExportTraceServiceRequest, run
sys.path.insert(0, os.path.join(HERE, "Ingest"))
import receiving

HOUR = 3600
RULES = ["1000h { status = error }", '50h { resource.service.name = "probe" }']
COMMAND = ["blocks", "expire", "--retention", "336h"] + [a for rule in RULES for a in ("--rule", rule)]


def spans_of(trace_id, r, count, service, status):
    q = ExportTraceServiceRequest()
    rs = q.resource_spans.add()
    rs.resource.attributes.add(key="service.name").value.string_value = service
    ss = rs.scope_spans.add()
    for i in range(count):
        s = ss.spans.add(trace_id=trace_id, span_id=r.randbytes(8), name="work", kind=2, start_time_unix_nano=1_768_435_200_000_000_000 + i)
        s.end_time_unix_nano = s.start_time_unix_nano + 1000
        s.status.code = status if i == 0 else 0
    return q


def make(r, binary, work, ages=(100, 400, 400, 2000), traces=200, shared=20):
    """Blocks that ended so many hours ago; some traces lie in two of them, and only one part has the error."""
    root, both = tempfile.mkdtemp(dir=work), [r.randbytes(16) for _ in range(shared)]
    made = []
    for number, age in enumerate(ages):
        requests = [spans_of(r.randbytes(16), r, 1 + r.randrange(5), r.choice(["cart", "probe", "pay"]), 2 if r.random() < .2 else 0) for _ in range(traces)]
        if number in (1, 2):
            requests += [spans_of(t, r, 2, "cart", 2 if number == 1 and i % 2 else 0) for i, t in enumerate(both)]
        known = set(live(root)) if made else set()
        whole = ExportTraceServiceRequest()
        for q in requests:
            whole.MergeFrom(q)
        p = run(binary, ["ingest", "-", "--to", root], whole.SerializeToString())
        assert p.returncode == 0, p.stderr
        folder = (set(live(root)) - known).pop()
        date(folder, age)
        made.append((folder, age))
    return root, made


def date(folder, age):
    meta = json.load(open(os.path.join(folder, "meta.json")))
    meta["startTime"] = meta["endTime"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - age * HOUR))
    json.dump(meta, open(os.path.join(folder, "meta.json"), "w"))


def rows(folder):
    """[(trace, service names, status codes, spans)] of a block."""
    for t in pq.read_table(os.path.join(folder, "data.parquet"), columns=["TraceID", "rs"]).to_pylist():
        spans = [s for rs in t["rs"] for ss in rs["ss"] for s in ss["Spans"]]
        yield t["TraceID"], {rs["Resource"]["ServiceName"] for rs in t["rs"]}, {s["StatusCode"] for s in spans}, frozenset(s["SpanID"] for s in spans)


def wanted(made):
    """(trace, span) of what has to stay: by the first rule that the whole trace matches."""
    services, states = collections.defaultdict(set), collections.defaultdict(set)
    for folder, age in made:
        for trace, names, codes, _ in rows(folder):
            services[age, trace] |= names
            states[age, trace] |= codes
    stay = set()
    for folder, age in made:
        for trace, _, _, spans in rows(folder):
            limit = 1000 if 2 in states[age, trace] else 50 if "probe" in services[age, trace] else 336
            stay |= {(trace, s) for s in spans if age < limit}
    return stay


def stored(root):
    return collections.Counter((trace, s) for folder in live(root) for trace, _, _, spans in rows(folder) for s in spans)


def rules(checks, binary, r, work):
    root, made = make(r, binary, work)
    stay, before, old = wanted(made), stored(root), folders(root)
    gone = {t for t, _ in before} - {t for t, _ in stay}
    p = run(binary, COMMAND + ["--dry-run", root])
    said = [int(l.split(b": ")[1].split()[0]) for l in p.stdout.splitlines() if l.startswith(b"would expire by rule: ")]
    checks.check("--dry-run: the old block", p.stdout.count(b"would expire by age") == 1 and made[3][0].encode() in p.stdout, p.stdout)
    parts = sum(len({t for t, *_ in rows(f)} & gone) for f, age in made if age < 2000)
    checks.check("--dry-run: so many traces of each block", len(said) == 3 and sum(said) == parts, (said, parts, p.stdout))
    checks.check("--dry-run changes nothing", folders(root) == old and stored(root) == before)
    p = run(binary, COMMAND + [root])
    checks.check("rule: done", p.returncode == 0 and b"3 blocks rewritten" in p.stderr, p.stdout + p.stderr)
    after = stored(root)
    checks.check("rule: what had to stay did, and nothing else", set(after) == stay and max(after.values()) == 1,
                 (len(after), len(stay), len(before)))
    for folder in live(root):
        checks.check("rule: sound", run(binary, ["blocks", "verify", folder]).returncode == 0)
        meta = json.load(open(os.path.join(folder, "meta.json")))
        checks.check("rule: no level up, same times", meta["compactionLevel"] == 0 if "compactionLevel" in meta else True, meta)
        checks.check("rule: its sources are named", os.path.exists(os.path.join(folder, "sources")))
    names = set(live(root))
    p = run(binary, COMMAND + ["--grace", "0", root])
    checks.check("rule: the next run has nothing to do but clear up", set(live(root)) == names and b"0 blocks rewritten" in p.stderr
                 and folders(root) == {os.path.basename(f) for f in names}, p.stderr)
    # Kept for ever, against a short age of all others.
    keep = {k for k in after if any(k[0] == t and 2 in codes for f in names for t, _, codes, _ in rows(f))}
    p = run(binary, ["blocks", "expire", "--retention", "1h", "--rule", "0 { status = error }", root])
    checks.check("rule: for ever", set(stored(root)) >= keep and len(stored(root)) < len(after), p.stderr)
    checks.check("rule: only what matches", all(2 in codes or t in {k[0] for k in keep} for f in live(root) for t, _, codes, _ in rows(f)))


def thresholds(checks, binary, r, work):
    root, made = make(r, binary, work, ages=(100,), traces=100)
    share = sum(1 for t, n, c, _ in rows(made[0][0]) if "probe" in n and c != {2})
    rule = ["--rule", '50h { resource.service.name = "probe" && status != error }']
    p = run(binary, ["blocks", "expire"] + rule + ["--rewrite-at", str(share + 1), root])
    checks.check("too few to write a block anew", live(root) == [made[0][0]] and b"too few by rule: %d of 100" % share in p.stdout, p.stdout)
    p = run(binary, ["blocks", "expire"] + rule + ["--rewrite-at", str(share), root])
    checks.check("just enough", live(root) != [made[0][0]] and sum(1 for _ in rows(live(root)[0])) == 100 - share, p.stdout)
    before = live(root)
    open(os.path.join(before[0], "nocompact.flg"), "w").close()
    run(binary, ["blocks", "expire", "--retention", "1h", "--rule", "0 { status = error }", root])
    checks.check("nocompact.flg is honoured", live(root) == before)
    os.unlink(os.path.join(before[0], "nocompact.flg"))
    p = run(binary, ["blocks", "expire", "--rule", "1h { }", root])
    checks.check("a block of nothing but expired traces goes", not live(root) and b"expired by rule" in p.stdout, p.stdout)


def memory(checks, binary, r, work):
    """A rule that matches very many traces takes no memory for each: a search that keeps them runs into the same limit."""
    root, limit = tempfile.mkdtemp(dir=work), ["--memory", "16MiB", "--threads", "1"]
    q = ExportTraceServiceRequest()
    ss = q.resource_spans.add().scope_spans.add()
    for i in range(60_000):
        ss.spans.add(trace_id=r.randbytes(16), span_id=r.randbytes(8), name="work", start_time_unix_nano=1_768_435_200_000_000_000 + i).status.code = 2 if i % 10 else 0
    assert run(binary, ["ingest", "-", "--to", root], q.SerializeToString()).returncode == 0
    date(live(root)[0], 400)
    p = run(binary, ["query", "--source", root, "--limit", "0", "--output", "ndjson", "{ status = error }"] + limit)
    checks.check("memory: a search that lists them is cut short", p.returncode == 3 and b"memory limit" in p.stderr, (p.returncode, p.stderr))
    p = run(binary, ["blocks", "expire", "--retention", "336h", "--rule", "1000h { status = error }", root] + limit)
    left = [codes for _, _, codes, _ in rows(live(root)[0])]
    checks.check("memory: a rule is not", p.returncode == 0 and len(left) == 54_000 and all(c == {2} for c in left), (p.returncode, p.stderr, len(left)))


def refusals(checks, binary, r, work):
    root, made = make(r, binary, work, ages=(100,), traces=5)
    for rule in ("soon { }", "5d", "", "5d { status = }", "5d { } | rate()", "-1h { }", "0"):
        p = run(binary, ["blocks", "expire", "--rule", rule, root])
        checks.check("refused: " + rule, p.returncode == 2 and b"--rule cannot be" in p.stderr and b"blocks expire --help" in p.stderr, p.stderr)
    for flags in (["--rewrite-at", "101"], ["--rewrite-at", "x"], ["--rewrite-at", "-1"], ["--retention", "soon"]):
        p = run(binary, ["blocks", "expire"] + flags + [root])
        checks.check("refused: " + " ".join(flags), p.returncode == 2 and b"'traceql blocks expire --help'" in p.stderr, p.stderr)
    for value, words in (("soon { }", b"traceql.retention.rules"), ("5h { } | rate()", b"metrics query")):
        p = run(binary, ["serve", "--data", root, "--listen", "127.0.0.1:0", "--set", "traceql.retention.rules=" + value])
        checks.check("serve refuses: " + value, p.returncode == 2 and words in p.stderr, (p.returncode, p.stderr))
    checks.check("nothing happened", live(root) == [made[0][0]])


# MARK: Crashes

def is_in_order(checks, what, binary, root, stay):
    after = stored(root)
    checks.check(what + ": nothing is lost", stay <= set(after), (len(stay), len(after)))
    p = run(binary, COMMAND + ["--grace", "0", root])
    after = stored(root)
    checks.check(what + ": the next run finishes it", p.returncode == 0 and set(after) == stay and max(after.values()) == 1, (p.stderr, len(after), len(stay)))
    checks.check(what + ": and clears up", folders(root) == {os.path.basename(f) for f in live(root)}, folders(root))


def crashes(checks, binary, r, work, times):
    original, made = make(r, binary, work)
    stay = wanted(made)

    def copy():
        root = tempfile.mkdtemp(dir=work)
        shutil.copytree(original, root, dirs_exist_ok=True)
        return root

    started = time.time()
    run(binary, COMMAND + [copy()])
    length = time.time() - started
    for i in range(times):
        root = copy()
        p = subprocess.Popen([binary] + COMMAND + [root], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(r.random() * length)
        p.kill()
        p.wait()
        is_in_order(checks, "kill -9 number %d" % i, binary, root, stay)
        shutil.rmtree(root)
    library, met = fault_library(work), 0
    for call, error, numbers in (("write", 28, (2, 30)), ("fsync", 5, (1, 4)), ("rename", 28, (1, 2, 3))):
        for number in numbers:
            root, what = copy(), "%s number %d fails" % (call, number)
            p = run_failing(binary, COMMAND + [root], library, call, number, error)
            met += p.returncode == 4
            checks.check(what + ": it is said", p.returncode in (0, 4) and (p.returncode == 0 or b"cannot be written" in p.stderr), (p.returncode, p.stderr))
            is_in_order(checks, what, binary, root, stay)
    checks.check("faults were met", met >= 5, met)


# MARK: A server, and blocks that cannot be read

class Server(receiving.Receiving):
    """A server that sees to its blocks every second, until the `with` block ends."""
    def __init__(self, binary, root, settings):
        settings = dict({"traceql.compaction.enabled": "true", "compactor.compaction.compaction_cycle": "1s"}, **settings)
        super().__init__(binary, root, *("%s=%s" % pair for pair in settings.items()))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def wait(self, condition, seconds=60):
        end = time.time() + seconds
        while not condition() and self.process.poll() is None and time.time() < end:
            time.sleep(0.1)
        return condition()

    def metrics(self):
        text = self.ask("api", "GET", "/metrics")[2].decode()
        return {l.split()[0]: float(l.split()[1]) for l in text.splitlines() if l and not l.startswith("#") and len(l.split()) == 2}


def served(checks, binary, r, work):
    root, made = make(r, binary, work)
    stay, gone = wanted(made), 0
    for folder, age in made:
        gone += age < 2000 and len({t for t, *_ in rows(folder)} - {t for t, _ in stay})
    rules = {"traceql.retention.rules": "; ".join(RULES), "compactor.compaction.block_retention": "336h", "compactor.compaction.compaction_window": "1s"}
    with Server(binary, root, rules) as server:
        checks.check("serve: takes out what a rule says", server.wait(lambda: set(stored(root)) == stay and not server_is_busy(root)), (len(stored(root)), len(stay), server.log()[-2000:]))
        time.sleep(2.5)  # two more cycles have nothing to do
        counts = server.metrics()
        checks.check("serve: counts it", counts["traceql_retention_traces_expired_total"] == gone and counts["tempodb_retention_marked_for_deletion_total"] == 1
                     and counts["tempodb_compaction_errors_total"] == 0, (gone, {k: v for k, v in counts.items() if "retention" in k or "compaction" in k}))


def server_is_busy(root):
    return any(os.path.exists(os.path.join(root, "single-tenant", f, "writing")) for f in folders(root))


def damage(folder):
    """Overwrites the pages of one column; the metadata stays as it is."""
    path = os.path.join(folder, "data.parquet")
    groups = pq.ParquetFile(path).metadata
    chunk = next(c for c in map(groups.row_group(0).column, range(groups.num_columns)) if c.path_in_schema == "rs.ss.Spans.Name")
    data = bytearray(open(path, "rb").read())
    start = chunk.dictionary_page_offset or chunk.data_page_offset
    data[start:start + chunk.total_compressed_size] = b"\xff" * chunk.total_compressed_size
    open(path, "wb").write(data)


def damaged(checks, binary, r, work):
    root, made = make(r, binary, work, ages=(1, 1, 1, 1))
    bad = made[1][0]
    sound = collections.Counter({k: 1 for f, _ in made if f != bad for k in stored_in(f)})
    damage(bad)
    copy = tempfile.mkdtemp(dir=work)
    shutil.copytree(root, copy, dirs_exist_ok=True)
    p = run(binary, ["blocks", "compact", "--window", "100000h", copy])
    moved = os.path.join(copy, "single-tenant", os.path.basename(bad))
    others = [f for f in live(copy) if f != moved]
    checks.check("compact: a damaged block is left alone and named, the others are merged", p.returncode == 3 and os.path.basename(bad).encode() in p.stderr
                 and moved in live(copy) and len(others) == 1 and stored_in(others[0]) == set(sound), (p.returncode, p.stderr))
    settings = {"compactor.compaction.compaction_window": "100000h", "compactor.compaction.block_retention": "0s"}
    with Server(binary, root, settings) as server:
        checks.check("serve: the others are merged", server.wait(lambda: len(live(root)) == 2 and bad in live(root)), server.log()[-2000:])
        time.sleep(2.5)  # two more cycles: nothing is tried again
        counts = server.metrics()
        checks.check("serve: counted once", counts["traceql_compaction_blocks_set_aside_total"] == 1 and counts["tempodb_compaction_blocks_total"] == 3, counts)
        checks.check("serve: said once", server.log().count("block set aside") == 1 and os.path.basename(bad) in server.log(), server.log()[-2000:])
    left = [f for f in live(root) if f != bad]
    checks.check("serve: every span of the sound ones", len(left) == 1 and stored_in(left[0]) == set(sound))


def stored_in(folder):
    return {(t, s) for t, _, _, spans in rows(folder) for s in spans}


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--binary", required=True)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--kills", type=int, default=10, help="how often retention is killed")
    a = p.parse_args()
    binary, checks, r = os.path.abspath(a.binary), Checks(), random.Random(a.seed)
    with tempfile.TemporaryDirectory() as work:
        for part in (rules, thresholds, memory, refusals, served, damaged):
            part(checks, binary, r, work)
        crashes(checks, binary, r, work, a.kills)
    print("%d passed, %d failed" % (checks.passed, checks.failed))
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
