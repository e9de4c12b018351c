#!/usr/bin/env python3
"""Run a query set against a Tempo-compatible HTTP API and record or compare.

  check.py --base http://127.0.0.1:3200 --dataset small --compare golden/small
  check.py --base ... --dataset small --record DIR [--repeat 3]
  check.py --base ... --errors errors.json            (compare error replies)
  check.py --cli "traceql api --compat tempo --source BLOCKS" ... (no server: one process per request)
  check.py --session "traceql api --compat tempo --source BLOCKS" ... (no server: one process for all requests)

--cli COMMAND: each request runs `COMMAND -i [-H 'Accept: ...'] PATH`, which prints what a server would send:
status line (`HTTP/1.1 200 OK`), header lines, an empty line, the body.

--session COMMAND: runs `COMMAND -` once, writes request paths to it line by line and reads the same frames back, the body's
length from Content-Length. A second process with `-H 'Accept: application/protobuf'` serves the requests that want protobuf.

Python 3 standard library only; trace replies in protobuf are also compared
when the package `opentelemetry-proto` is installed.  The normalisation rules
are described in README.md next to this file.
"""
import argparse, json, math, os, re, shlex, subprocess, sys, threading, time, urllib.error, urllib.parse, urllib.request
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
QT = lambda s: urllib.parse.quote(s, safe="")


def url_of(q):
    k, v = q["kind"], q.get("version", "v1")
    p = dict(q.get("params") or {})
    if q.get("q") is not None:
        p["q"] = q["q"]
    pre = "/api/v2" if v == "v2" else "/api"
    path = {"search": "/api/search", "query_range": "/api/metrics/query_range", "query": "/api/metrics/query",
            "tags": pre + "/search/tags", "tag_values": pre + "/search/tag/" + QT(q.get("tag", "")) + "/values",
            "trace": pre + "/traces/" + QT(q.get("traceID", "")), "raw": q.get("path", "")}[k]
    return path + ("?" + urllib.parse.urlencode(p, quote_via=urllib.parse.quote) if p else "")


def fetch_cli(command, q, timeout=600):
    accept = ["-H", "Accept: application/protobuf"] if q.get("accept") == "protobuf" else []
    r = subprocess.run(command + ["-i"] + accept + [url_of(q)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout)
    head, sep, body = r.stdout.partition(b"\r\n\r\n")
    if not sep:
        head, sep, body = r.stdout.partition(b"\n\n")
    lines = head.decode("latin-1").splitlines()
    if not lines or not lines[0].startswith("HTTP/"):
        raise RuntimeError("exit %d, no status line; stderr: %s" % (r.returncode, r.stderr[-300:].decode("utf8", "replace")))
    types = [l.split(":", 1)[1].strip() for l in lines[1:] if l.lower().startswith("content-type:")]
    return int(lines[0].split()[1]), body, types[0] if types else ""


class Session:
    """`COMMAND -`: one process that answers request paths from its standard input. A process that dies is started again."""

    def __init__(self, command):
        self.command = command
        self.running = {}
        self.lock = threading.Lock()

    def fetch(self, q, timeout):
        accept = ["-H", "Accept: application/protobuf"] if q.get("accept") == "protobuf" else []
        with self.lock:
            p = self.running.get(bool(accept))
            if p is None or p.poll() is not None:
                p = subprocess.Popen(self.command + accept + ["-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
                self.running[bool(accept)] = p
            watchdog = threading.Timer(timeout, p.kill)
            watchdog.start()
            try:
                p.stdin.write(url_of(q).encode() + b"\n")
                p.stdin.flush()
                return self.read_reply(p)
            finally:
                watchdog.cancel()

    @staticmethod
    def read_reply(p):
        lines = []
        while True:
            line = p.stdout.readline()
            if not line:
                raise RuntimeError("the session ended with exit code %s" % p.wait())
            if not line.strip():
                break
            lines.append(line.decode("latin-1").strip())
        headers = {k.lower(): v.strip() for k, _, v in (l.partition(":") for l in lines[1:])}
        n = int(headers["content-length"])
        body = p.stdout.read(n)
        if len(body) != n:
            raise RuntimeError("the session ended within a body")
        return int(lines[0].split()[1]), body, headers.get("content-type", "")

    def close(self):
        for p in self.running.values():
            p.stdin.close()
            try:
                p.wait(10)
            except subprocess.TimeoutExpired:
                p.kill()


def fetch(base, q, timeout=600):
    if isinstance(base, Session):
        return base.fetch(q, timeout)
    if isinstance(base, list):
        return fetch_cli(base, q, timeout)
    h = {"Accept": "application/protobuf"} if q.get("accept") == "protobuf" else {}
    r = urllib.request.Request(base + url_of(q), headers=h)
    try:
        with urllib.request.urlopen(r, timeout=timeout) as f:
            return f.status, f.read(), f.headers.get("Content-Type", "")
    except urllib.error.HTTPError as e:
        return e.code, e.read(), e.headers.get("Content-Type", "")


def canon(o):
    return json.dumps(o, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def by_canon(l):
    return sorted(l, key=canon)


def sort_attrs(o):
    """sort every list found under "attributes" or "labels" """
    if isinstance(o, dict):
        for k, v in o.items():
            sort_attrs(v)
            if k in ("attributes", "labels") and isinstance(v, list):
                o[k] = by_canon(v)
    elif isinstance(o, list):
        for x in o:
            sort_attrs(x)
    return o


def norm_trace(t):
    """ResourceSpans in any order and grouping -> one entry per (resource, scope), all sorted"""
    key = "batches" if "batches" in t else "resourceSpans"
    g = {}
    for rs in sort_attrs(t.get(key) or []):
        for ss in rs.get("scopeSpans") or []:
            k = canon([rs.get("resource") or {}, rs.get("schemaUrl") or "", ss.get("scope") or {}, ss.get("schemaUrl") or ""])
            g.setdefault(k, []).extend(ss.get("spans") or [])
    out = []
    for k in sorted(g):
        res, rurl, sc, surl = json.loads(k)
        out.append({"resource": res, "schemaUrl": rurl, "scope": sc, "scopeSchemaUrl": surl, "spans": by_canon(g[k])})
    return {key: out}


def normalise(q, d):
    k = q["kind"]
    d.pop("metrics", None)
    if k == "search":
        sort_attrs(d)
        for t in d.get("traces") or []:
            t.pop("spanSet", None)
            for ss in t.get("spanSets") or []:
                ss["spans"] = by_canon(ss.get("spans") or [])
            t["spanSets"] = by_canon(t.get("spanSets") or [])
        d["traces"] = sorted(d.get("traces") or [], key=lambda t: t["traceID"])
    elif k in ("query_range", "query"):
        sort_attrs(d)
        for s in d.get("series") or []:
            s.pop("exemplars", None)
            if "samples" in s:
                s["samples"] = sorted(s["samples"], key=lambda x: int(x.get("timestampMs", 0)))
        d["series"] = sorted(d.get("series") or [], key=lambda s: canon(s.get("labels")))
    elif k == "tags":
        if "tagNames" in d:
            d["tagNames"] = sorted(d["tagNames"])
        for s in d.get("scopes") or []:
            s["tags"] = sorted(s.get("tags") or [])
        if "scopes" in d:
            d["scopes"] = sorted(d["scopes"], key=lambda s: s["name"])
    elif k == "tag_values":
        d["tagValues"] = by_canon(d.get("tagValues") or [])
    elif k == "trace":
        if "trace" in d:
            d["trace"] = norm_trace(d["trace"])
        elif "batches" in d or "resourceSpans" in d:
            d = norm_trace(d)
    return d


def only_counts(d):
    """for queries marked "truncated": how many spans, not which"""
    for t in d.get("traces") or []:
        for ss in t.get("spanSets") or []:
            ss["spans"] = len(ss["spans"])
    return d


def without_service_stats(d):
    for t in d.get("traces") or []:
        t.pop("serviceStats", None)
    return d


def in_order(d):
    keys = [(-int(t.get("startTimeUnixNano", 0)), t.get("traceID", "").zfill(32)) for t in d.get("traces") or []]
    return keys == sorted(keys)


def pb_to_json(q, body):
    from google.protobuf.json_format import MessageToDict
    from opentelemetry.proto.trace.v1.trace_pb2 import TracesData
    if q.get("version") == "v2":            # TraceByIDResponse: field 1 is the trace
        i, out = 0, b""
        while i < len(body):
            tag, i = _uv(body, i)
            if tag & 7 == 2:
                n, i = _uv(body, i)
                if tag >> 3 == 1:
                    out += body[i:i + n]
                i += n
            elif tag & 7 == 0:
                _, i = _uv(body, i)
            else:
                i += 8 if tag & 7 == 1 else 4
        body = out
    return norm_trace(MessageToDict(TracesData.FromString(body)))


def _uv(b, i):
    r = s = 0
    while True:
        c = b[i]
        i += 1
        r |= (c & 127) << s
        s += 7
        if c < 128:
            return r, i


def num(x):
    if isinstance(x, bool):
        return None
    if isinstance(x, (int, float)):
        return float(x)
    if isinstance(x, str) and x in ("NaN", "Infinity", "-Infinity"):
        return float(x.replace("Infinity", "inf"))
    return None


def diff(a, b, path="", tol=1e-9):
    """first difference as text, or None"""
    if type(a) is type(b) or (num(a) is not None and num(b) is not None):
        na, nb = num(a), num(b)
        if na is not None and nb is not None:
            if na == nb or (math.isnan(na) and math.isnan(nb)) or (math.isfinite(na) and math.isfinite(nb) and abs(na - nb) <= tol * max(abs(na), abs(nb))):
                return None
            return "%s: want %r, got %r" % (path, a, b)
        if isinstance(a, dict):
            for k in sorted(set(a) | set(b)):
                if k not in a:
                    return "%s.%s: unexpected %s" % (path, k, canon(b[k])[:200])
                if k not in b:
                    return "%s.%s: missing %s" % (path, k, canon(a[k])[:200])
                r = diff(a[k], b[k], path + "." + k, tol)
                if r:
                    return r
            return None
        if isinstance(a, list):
            if len(a) != len(b):
                sa, sb = {canon(x) for x in a}, {canon(x) for x in b}
                return "%s: want %d entries, got %d; missing %s; extra %s" % (path, len(a), len(b), [x[:160] for x in sorted(sa - sb)[:2]], [x[:160] for x in sorted(sb - sa)[:2]])
            for i, (x, y) in enumerate(zip(a, b)):
                r = diff(x, y, "%s[%d]" % (path, i), tol)
                if r:
                    return r
            return None
        return None if a == b else "%s: want %r, got %r" % (path, a, b)
    return "%s: want %r, got %r" % (path, a, b)


def dump(d):
    """compact JSON, but one trace / series / value per line, so that files diff well"""
    for k in ("traces", "series", "tagValues", "scopes"):
        if isinstance(d.get(k), list):
            rest = {x: y for x, y in d.items() if x != k}
            head = canon(rest)[:-1]
            return (head + ("," if rest else "") + '"%s":[\n' % k + ",\n".join(canon(x) for x in d[k]) + "\n]}\n")
    return canon(d) + "\n"


def run_one(base, q):
    st, body, ct = fetch(base, q)
    if st != 200:
        return st, None, body
    if q.get("accept") == "protobuf":
        try:
            return st, pb_to_json(q, body), body
        except ImportError:
            return st, {"bytes": len(body)}, body
    return st, normalise(q, json.loads(body)), body


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--base")
    p.add_argument("--cli", help="command that answers one request instead of a server")
    p.add_argument("--session", help="command that answers requests from its standard input, given the argument -")
    p.add_argument("--version", help="block version served (vParquet3|4|5): compare only queries whose `agree` names it, or that have an answer of their own in <compare>-VERSION")
    p.add_argument("--also", help="folder of answers that are right too (golden/small-R: what the specification's [R] gives)")
    p.add_argument("--differences", help="JSON {query id or id@version: reason}: these must differ; one that no longer does is reported as STALE")
    p.add_argument("--blocks", help="folder of the blocks that are asked: what `[counted]` differences are counted from")
    p.add_argument("--newest-first", action="store_true", help="also require search replies to be ordered newest trace first, then by trace ID")
    p.add_argument("--allow-skip", action="store_true", help="do not count skipped queries as failures")
    p.add_argument("--kinds", help="comma list: search,tags,tag_values,trace,query_range,query")
    p.add_argument("--queries", default=os.path.join(HERE, "queries.json"))
    p.add_argument("--dataset")
    p.add_argument("--record")
    p.add_argument("--compare")
    p.add_argument("--errors")
    p.add_argument("--only", help="comma list of ids, or id prefixes ending in *")
    p.add_argument("--repeat", type=int, default=1)
    p.add_argument("--jobs", type=int, default=2)
    p.add_argument("--report", help="write mismatches as JSON")
    p.add_argument("--max-body", type=int, default=0)
    a = p.parse_args()
    if [a.base, a.cli, a.session].count(None) != 2:
        p.error("one of --base, --cli and --session")
    if a.cli:
        a.base = shlex.split(a.cli)
    if a.session:
        a.base = Session(shlex.split(a.session))
    try:
        return run(a)
    finally:
        if a.session:
            a.base.close()


def run(a):
    if a.errors:
        return check_errors(a)
    qs = [q for q in json.load(open(a.queries)) if not a.dataset or q["dataset"] == a.dataset]
    if a.version and a.compare:
        own = a.compare.rstrip("/") + "-" + a.version
        qs = [q for q in qs if a.version in q.get("agree", [a.version]) or os.path.exists(os.path.join(own, q["id"] + ".json"))]
    if a.kinds:
        qs = [q for q in qs if q["kind"] in a.kinds.split(",")]
    if a.only:
        pats = a.only.split(",")
        qs = [q for q in qs if any(q["id"] == x or (x.endswith("*") and q["id"].startswith(x[:-1])) for x in pats)]
    bad, n, flaky, big = [], 0, [], []
    conditions = {i: m[1] for i, why in (differences(a) if a.differences else {}).items() if (m := re.match(r"\[(\w+)\] ", why))}
    unexplained = []

    def work(q):
        t = time.time()
        try:
            r = [run_one(a.base, q) for _ in range(a.repeat)]
        except Exception as e:          # connection refused, not JSON, ...
            return q, None, "request failed: %r" % e, time.time() - t
        why = None
        for x in r[1:]:
            if x[0] != r[0][0] or (x[1] is not None and diff(r[0][1], x[1])):
                why = "unstable between repeats: %s" % (diff(r[0][1], x[1]) if x[1] is not None and r[0][1] is not None else "status")
        return q, r[0], why, time.time() - t

    with ThreadPoolExecutor(a.jobs) as ex:
        for q, r, why, dt in ex.map(work, qs):
            n += 1
            if r is None:
                bad.append((q["id"], why))
                continue
            st, d, body = r
            if why:
                flaky.append((q["id"], why))
            if a.record:
                os.makedirs(a.record, exist_ok=True)
                if d is None:
                    bad.append((q["id"], "HTTP %d %s" % (st, body[:300].decode("utf8", "replace"))))
                    continue
                text = dump(d)
                if a.max_body and len(text) > a.max_body:
                    big.append((q["id"], len(text)))
                f = os.path.join(a.record, q["id"])
                open(f + ".json", "w", encoding="utf8").write(text)
                if q.get("accept") == "protobuf":
                    open(f + ".pb", "wb").write(body)
            elif a.compare and d is not None and list(d) == ["bytes"]:
                print("SKIP %s: needs opentelemetry-proto" % q["id"])
                if not a.allow_skip:
                    bad.append((q["id"], "skipped: install opentelemetry-proto"))
            elif a.compare:
                f = os.path.join(a.compare, q["id"] + ".json")
                if a.version and a.version not in q.get("agree", [a.version]):
                    f = os.path.join(a.compare.rstrip("/") + "-" + a.version, q["id"] + ".json")
                if not os.path.exists(f):
                    bad.append((q["id"], "no golden file"))
                    continue
                want = json.load(open(f, encoding="utf8"))
                if q.get("truncated") and d is not None:
                    want, d = only_counts(want), only_counts(d)
                if a.version == "vParquet3" and d is not None:
                    want, d = without_service_stats(want), without_service_stats(d)
                if a.newest_first and q["kind"] == "search" and st == 200 and not in_order(json.loads(body)):
                    bad.append((q["id"], "traces are not ordered newest first, ties by trace ID"))
                w = "HTTP %d %s" % (st, body[:300].decode("utf8", "replace")) if d is None else diff(want, d)
                r = os.path.join(a.also, q["id"] + ".json") if a.also else ""
                if w and d is not None and os.path.exists(r):
                    right = json.load(open(r, encoding="utf8"))
                    right = only_counts(right) if q.get("truncated") else right
                    right = without_service_stats(right) if a.version == "vParquet3" else right
                    wr = diff(right, d)
                    w = wr and "%s\n%34sfrom [R]: %s" % (w, "", wr)
                if w and d is not None and conditions.get(q["id"]) == "counted":
                    # The answer must be the one that is counted in the same blocks.
                    rest = diff(*as_counted(q, d, a.blocks))
                    if rest:
                        unexplained.append((q["id"], "not what is counted: %s" % rest))
                elif w and d is not None and q["id"] in conditions:
                    # The difference must be the one described, and no other.
                    answers = [want] + ([right] if os.path.exists(r) else [])
                    rest = [diff(*CONDITIONS[conditions[q["id"]]](x, d, q)) for x in answers]
                    if all(rest):
                        unexplained.append((q["id"], "more than '%s' differs: %s" % (conditions[q["id"]], rest[-1])))
                if w:
                    bad.append((q["id"], w))
    if a.differences:
        listed = differences(a)
        failed = {i for i, _ in bad}
        ran = {q["id"] for q in qs}
        stale = [i for i in listed if i in ran and i not in failed]
        bad = [(i, w) for i, w in bad if i not in listed] + unexplained + [(i, "STALE: listed as a difference (%s) but agrees" % listed[i]) for i in stale]
    for i, w in bad:
        print("FAIL %-28s %s" % (i, w))
    for i, w in flaky:
        print("FLAKY %-27s %s" % (i, w))
    for i, w in big:
        print("BIG %-29s %d" % (i, w))
    if a.report:
        json.dump({"fail": bad, "flaky": flaky, "big": big}, open(a.report, "w"), indent=1)
    print("%d queries, %d failed, %d unstable" % (n, len(bad), len(flaky)))
    return 1 if bad else 0


def differences(a):
    """{query id: reason}; `id@vParquet5` counts for that block version only. A reason that starts with the name of a
    condition in brackets, `[empty] ...`, holds only if the answers agree under that condition; `[counted] ...` only if the answer
    is the one that counted.py counts."""
    keys = [(k, *k.partition("@")[::2], why) for k, why in json.load(open(a.differences, encoding="utf8")).items()]
    return {i: why for _, i, version, why in keys if not version or version == a.version}


def label(series, key):
    return [l["value"] for l in series["labels"] if l["key"] == key]


def without_empty_intervals(want, got, q):
    """Quantiles: 0 is the reference's sign of an empty interval. Histograms: an interval of a group without any count."""
    series = []
    for s in want["series"]:
        group = [l for l in s["labels"] if l["key"] != "__bucket"]
        of_group = [t for t in want["series"] if [l for l in t["labels"] if l["key"] != "__bucket"] == group]
        filled = {x["timestampMs"] for t in (of_group if label(s, "__bucket") else [s]) for x in t["samples"] if x.get("value")}
        series.append(dict(s, samples=[x for x in s["samples"] if x["timestampMs"] in filled]))
    return dict(want, series=series), got


def without_events(want, got, q):
    """compare(): the reference counts no attributes of events and links."""
    outside = lambda s: not any(l["key"].startswith(("event", "link")) for l in s["labels"])
    return want, dict(got, series=[s for s in got["series"] if outside(s)])


def as_counted(q, got, blocks):
    """What Tests/Conformance/counted.py counts, and the answer beside it."""
    import counted
    if not blocks:
        raise SystemExit("--blocks names the folder that [counted] differences are counted from")
    want, got = counted.compared(json.loads(canon(got)), q, blocks)
    return (normalise(q, want), got) if "series" in want or "tagValues" in want else (want, got)


CONDITIONS = {"empty": without_empty_intervals, "events": without_events}


def check_errors(a):
    bad = texts = 0
    es = json.load(open(a.errors))
    listed = differences(a) if a.differences else {}
    if a.kinds:
        es = [e for e in es if e["kind"] in a.kinds.split(",")]
    for e in es:
        try:
            st, body, ct = fetch(a.base, e)
        except Exception as problem:
            st, body = 0, repr(problem).encode()
        if a.record:
            e["status"], e["body"] = st, body.decode("utf8", "replace")
            continue
        got = body.decode("utf8", "replace")
        if st != e["status"]:
            word, why = "FAIL", "want status %d, got %d: %s" % (e["status"], st, got[:200])
        elif e["body"] is not None and got.strip() != e["body"].strip():
            word, why = "TEXT", "want %r, got %r" % (e["body"][:160], got[:160])
        else:
            word, why = "", ""
        if e["id"] in listed:
            word, why = ("", "") if word else ("FAIL", "STALE: listed as a difference (%s) but agrees" % listed[e["id"]])
        bad += word == "FAIL"
        texts += word == "TEXT"
        if word:
            print("%s %-20s %s" % (word, e["id"], why))
    if a.record:
        json.dump(es, open(a.record, "w"), indent=1, ensure_ascii=False)
    print("%d error cases, %d with another status, %d with another text" % (len(es), bad, texts))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
