#!/usr/bin/env python3
"""`traceql query --follow`: every match once, as it arrives, from a folder that is served, from one that blocks are put into, and from servers.

  follow.py --binary .build/release/traceql [--seed N]

The last line is "N passed, N failed".
"""
import argparse, collections, http.server, json, os, queue, random, shutil, signal, subprocess, sys, tempfile, threading, time, urllib.parse

from ingest import Checks, ExportTraceServiceRequest, run
from compaction import HERE
sys.path.insert(0, os.path.join(HERE, "Ingest"))
import receiving

PATIENCE = 90


class Follower:
    """A running `query --follow`; its lines as they come."""
    def __init__(self, binary, *arguments):
        self.process = subprocess.Popen([binary, "query", "--follow"] + list(arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.coming, self.lines = queue.Queue(), []
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.coming.put(line.rstrip("\n"))

    def wait(self, enough):
        """Waits until `enough(lines)`; False if that does not come."""
        end = time.time() + PATIENCE
        while not enough(self.lines) and time.time() < end and (self.process.poll() is None or not self.coming.empty()):
            try:
                self.lines.append(self.coming.get(timeout=0.2))
            except queue.Empty:
                pass
        return enough(self.lines)

    def quiet(self, seconds):
        """What comes within some time; for things that must not come."""
        end, before = time.time() + seconds, len(self.lines)
        self.wait(lambda lines: time.time() > end)
        return self.lines[before:]

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(timeout=PATIENCE)
        return code, self.process.stderr.read()

    def cpu(self):
        fields = open("/proc/%d/stat" % self.process.pid).read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def spans(r, trace_ids, count, status=None):
    """A request with `count` spans and those of them that are errors: {(trace, span)}."""
    q, errors = ExportTraceServiceRequest(), set()
    rs = q.resource_spans.add()
    rs.resource.attributes.add(key="service.name").value.string_value = r.choice(["cart", "pay"])
    ss = rs.scope_spans.add()
    for _ in range(count):
        start = time.time_ns() - r.randrange(10**9)
        s = ss.spans.add(trace_id=r.choice(trace_ids), span_id=r.randbytes(8), name="work", start_time_unix_nano=start, end_time_unix_nano=start + 1000)
        s.status.code = r.randrange(3) if status is None else status
        if s.status.code == 2:
            errors.add((s.trace_id.hex(), s.span_id.hex()))
    return q, errors


def pairs(lines):
    return collections.Counter((o["trace_id"], o["span_id"]) for o in map(json.loads, lines))


def served(checks, binary, r, work):
    """Spans that are sent, while the log becomes blocks and these are merged."""
    root = os.path.join(work, "data")
    server = receiving.Receiving(
        binary, root, "traceql.compaction.enabled=true", "compactor.compaction.compaction_cycle=1s", "compactor.compaction.compaction_window=100000h",
        "ingester.max_block_duration=2s", "ingester.trace_idle_period=1s")
    follower = traces = None
    try:
        follower = Follower(binary, "--source", root, "--output", "ndjson", "--rows", "spans", "{ status = error }")
        ids = [r.randbytes(16) for _ in range(30)]
        want, rounds = set(), 0
        while rounds < 8 or len(receiving.blocks(root)) < 1 and rounds < 40:
            q, errors = spans(r, ids, 40)
            server.send(q)
            want |= errors
            rounds += 1
            arrived = follower.wait(lambda lines: len(lines) >= len(want))
            if not arrived:
                break
        checks.check("served: every match arrives", set(pairs(follower.lines)) == want, (len(follower.lines), len(want), server.log()[-1000:]))
        blocks = set(receiving.blocks(root))
        end = time.time() + PATIENCE
        while set(receiving.blocks(root)) == blocks and time.time() < end and rounds < 100:
            server.send(spans(r, ids, 5, 1)[0])
            rounds += 1
            time.sleep(0.5)
        more = follower.quiet(3)
        checks.check("served: none twice, though blocks were written and merged", not more and blocks and max(pairs(follower.lines).values()) == 1, (more[:2], len(blocks)))
        # One that begins now shows the newest first, and goes on.
        traces = Follower(binary, "--source", root, "--limit", "3", "--utc", "{ status = error }")
        checks.check("served: a table begins with the newest", traces.wait(lambda lines: len(lines) == 4) and "Trace ID" in traces.lines[0] and not traces.quiet(1.5), traces.lines)
        q, errors = spans(r, [r.randbytes(16)], 3, 2)
        server.send(q)
        name = next(iter(errors))[0]
        checks.check("served: a new trace is one row", traces.wait(lambda lines: any(l.startswith(name) for l in lines)) and sum(l.startswith(name) for l in traces.lines) == 1
                     and len(traces.lines) == 5, traces.lines)
        q, errors = spans(r, [bytes.fromhex(name)], 3, 2)
        server.send(q)
        checks.check("served: more spans of it are no new trace", not traces.quiet(2.5), traces.lines)
        before = follower.cpu()
        time.sleep(3)
        checks.check("no busy loop", follower.cpu() - before < 1.5, follower.cpu() - before)
        for what, one in (("ndjson", follower), ("table", traces)):
            code, error = one.interrupt()
            checks.check("Ctrl-C ends it, " + what, code == 130 and not error, (code, error))
        # The same answer as a query that does not follow.
        p = run(binary, ["query", "--source", root, "--output", "ndjson", "--rows", "spans", "--limit", "0", "{ status = error }"])
        checks.check("served: what a query finds", set(pairs(follower.lines)) <= set(pairs(p.stdout.splitlines())) and p.returncode == 0, p.stderr)
    finally:
        for p in (server.process, follower and follower.process, traces and traces.process):
            if p and p.poll() is None:
                p.kill()
                p.wait()


def folder(checks, binary, r, work):
    """Blocks that are put into a folder, empty at first."""
    root, made = os.path.join(work, "blocks"), os.path.join(work, "made")
    os.makedirs(root)
    follower = Follower(binary, "--source", root, "--output", "ndjson", "--rows", "spans", "--tenant", "single-tenant", "{ status = error } >> { } || { status = error }")
    checks.check("folder: waits for its first block", not follower.quiet(1.5) and follower.process.poll() is None, follower.lines)
    want, ids = set(), [r.randbytes(16) for _ in range(5)]
    for number in range(3):
        q, errors = spans(r, ids, 30)
        want |= errors
        assert run(binary, ["ingest", "-", "--to", root], q.SerializeToString()).returncode == 0
        checks.check("folder: block %d" % number, follower.wait(lambda lines: len(lines) >= len(want)) and set(pairs(follower.lines)) == want, (len(follower.lines), len(want)))
    assert run(binary, ["blocks", "compact", "--window", "100000h", "--grace", "0", root]).returncode == 0
    assert run(binary, ["blocks", "compact", "--window", "100000h", "--grace", "0", root]).returncode == 0
    checks.check("folder: a merged block brings nothing new", not follower.quiet(2.5) and len(receiving.blocks(root)) == 1)
    q, errors = spans(r, ids, 30)
    assert run(binary, ["ingest", "-", "--to", root], q.SerializeToString()).returncode == 0
    want |= errors
    checks.check("folder: and it goes on", follower.wait(lambda lines: len(lines) >= len(want)) and set(pairs(follower.lines)) == want)
    checks.check("folder: Ctrl-C", follower.interrupt() == (130, ""))
    late = Follower(binary, "--source", root, "--output", "ndjson", "--timeout", "2s", "--since", "1h", "--limit", "2", "{ status = error }")
    code = late.process.wait(timeout=PATIENCE)
    checks.check("folder: --timeout ends it, with the newest two", code == 0 and late.wait(lambda lines: len(lines) == 2), (code, late.lines, late.process.stderr.read()))
    shutil.rmtree(root)


def asked(checks, binary, r, work):
    """A server of ours, over HTTP."""
    root = os.path.join(work, "asked")
    server = receiving.Receiving(binary, root, "ingester.max_block_duration=2s", "ingester.trace_idle_period=1s")
    follower = None
    try:
        q, want = spans(r, [r.randbytes(16) for _ in range(5)], 40)
        server.send(q)
        follower = Follower(binary, "--source", "http://127.0.0.1:%d" % server.ports["api"], "--output", "ndjson", "--rows", "spans", "--limit", "0", "{ status = error }")
        for _ in range(4):
            arrived = follower.wait(lambda lines: len(lines) >= len(want))
            if not arrived:
                break
            q, errors = spans(r, [r.randbytes(16) for _ in range(5)], 40)
            server.send(q)
            want |= errors
        follower.wait(lambda lines: len(lines) >= len(want))
        checks.check("server: every match arrives", set(pairs(follower.lines)) == want, (len(follower.lines), len(want)))
        more = follower.quiet(3)
        checks.check("server: and none twice", not more and max(pairs(follower.lines).values()) == 1, more[:2])
        port = server.ports["api"]
        server.stop()
        follower.quiet(1.5)
        checks.check("server: one that stops is waited for", follower.process.poll() is None)
        checks.check("server: Ctrl-C", follower.interrupt()[0] == 130)
        p = run(binary, ["query", "--follow", "--source", "http://127.0.0.1:%d" % port, "{ }"])
        checks.check("server: none there is an error", p.returncode == 4 and str(port).encode() in p.stderr, (p.returncode, p.stderr))
    finally:
        for p in (server.process, follower and follower.process):
            if p and p.poll() is None:
                p.kill()
                p.wait()


class Tempo(http.server.BaseHTTPRequestHandler):
    """As much of Tempo's search as following needs: limits, whole seconds, refusals, answers in any order."""
    traces, requests, failures, lock = [], [], 0, threading.Lock()

    def log_message(self, *_):
        pass

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        asked = {k: v[0] for k, v in urllib.parse.parse_qs(url.query).items()}
        with Tempo.lock:
            Tempo.requests.append((url.path, asked, dict(self.headers)))
            if Tempo.failures > 0:
                Tempo.failures -= 1
                return self.answer(503, "starting", "text/plain")
            if int(asked["spss"]) > 100:
                return self.answer(400, "spans per span set exceeds 100. received %s" % asked["spss"], "text/plain")
            start, end = int(asked["start"]) * 10**9, int(asked["end"]) * 10**9
            found = [t for t in Tempo.traces if start <= int(t["startTimeUnixNano"]) <= end]
        random.Random(len(found)).shuffle(found)
        self.answer(200, json.dumps({"traces": found[:int(asked["limit"])], "metrics": {"inspectedTraces": len(found)}}), "application/json")

    def answer(self, status, text, type):
        self.send_response(status)
        self.send_header("Content-Type", type)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())


def trace(number, seconds_ago):
    start = str(time.time_ns() - int(seconds_ago * 1e9))
    set = {"spans": [{"spanID": "%016x" % number, "name": "n", "startTimeUnixNano": start, "durationNanos": "5"}], "matched": 1}
    return {"traceID": "%032x" % number, "rootServiceName": "s", "rootTraceName": "n", "startTimeUnixNano": start, "durationMs": 1, "spanSet": set, "spanSets": [set]}


def tempo(checks, binary):
    """Tempo's API: spans are found late, a second has more matches than an answer, the server is away for a while."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Tempo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = "http://127.0.0.1:%d" % server.server_address[1]
    Tempo.traces = [trace(n, 3000 - n) for n in range(1, 2501)]
    follower = Follower(binary, "--source", address, "--tenant", "acme", "--output", "ndjson", "--rows", "spans", "--limit", "0", "{ }")
    ids = lambda: collections.Counter(json.loads(l)["trace_id"] for l in follower.lines)
    try:
        checks.check("Tempo: more than one answer holds", follower.wait(lambda lines: len(lines) >= 2500) and len(ids()) == 2500, len(follower.lines))
        late = [trace(n, 200) for n in range(3001, 3011)]
        with Tempo.lock:
            Tempo.traces += late
            Tempo.failures = 3
        checks.check("Tempo: what is found minutes late, past refusals", follower.wait(lambda lines: len(lines) >= 2510) and {t["traceID"] for t in late} <= set(ids()), len(follower.lines))
        checks.check("Tempo: each once", not follower.quiet(2.5) and max(ids().values()) == 1)
        starts = [json.loads(l)["start"] for l in follower.lines[:2500]]
        checks.check("Tempo: the oldest first", starts == sorted(starts))
        with Tempo.lock:
            windows = [(int(a["start"]), int(a["end"])) for _, a, _ in Tempo.requests]
            checks.check("Tempo: its path and tenant", all(path == "/api/search" and {k.lower(): v for k, v in h.items()}["x-scope-orgid"] == "acme" for path, _, h in Tempo.requests))
        checks.check("Tempo: windows overlap", all(b[0] <= a[1] for a, b in zip(windows[-4:], windows[-3:])) and windows[-1][1] - windows[-1][0] >= 300, windows[-4:])
        code, error = follower.interrupt()
        checks.check("Tempo: Ctrl-C", code == 130, (code, error))
        p = run(binary, ["query", "--follow", "--timeout", "2s", "--source", address, "--output", "ndjson", "--limit", "3", "--since", "10m", "{ }"])
        found = [json.loads(l)["trace_id"] for l in p.stdout.splitlines()]
        checks.check("Tempo: the newest three", p.returncode == 0 and len(found) == 3 and len(set(found)) == 3, (p.returncode, p.stdout, p.stderr))
    finally:
        if follower.process.poll() is None:
            follower.process.kill()
        server.shutdown()


def refusals(checks, binary, work):
    root = os.path.join(work, "none")
    os.makedirs(root)
    file = os.path.join(work, "file")
    open(file, "w").close()
    for flags, words, code in ((["--output", "csv", "{ }"], b"--follow cannot be shown as csv", 2), (["--output", "parquet", "{ }"], b"--follow cannot be shown as parquet", 2),
                               (["--end", "now", "{ }"], b"no --end", 2), (["{ } | rate()"], b"--follow is for searches", 2), (["{ status = }"], b"status", 2)):
        p = run(binary, ["query", "--follow", "--source", root] + flags)
        checks.check("refused: " + " ".join(flags), p.returncode == code and words in p.stderr, (p.returncode, p.stderr))
    p = run(binary, ["query", "--follow", "--source", root, "--source", "http://127.0.0.1:1", "{ }"])
    checks.check("refused: folders and servers", p.returncode == 2 and b"not both" in p.stderr, p.stderr)
    for source, words, code in ((file, b"needs a folder", 2), ("-", b"needs a folder", 2), (root + "/missing", b"no such file or folder", 4)):
        p = run(binary, ["query", "--follow", "--source", source, "{ }"])
        checks.check("refused: " + os.path.basename(source), p.returncode == code and words in p.stderr, (p.returncode, p.stderr))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--binary", required=True)
    p.add_argument("--seed", type=int, default=1)
    a = p.parse_args()
    binary, checks, r = os.path.abspath(a.binary), Checks(), random.Random(a.seed)
    with tempfile.TemporaryDirectory() as work:
        served(checks, binary, r, work)
        folder(checks, binary, r, work)
        asked(checks, binary, r, work)
        tempo(checks, binary)
        refusals(checks, binary, work)
    print("%d passed, %d failed" % (checks.passed, checks.failed))
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
