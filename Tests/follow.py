#!/usr/bin/env python3
"""`traceql query --follow`: every match once, as it arrives, from a folder that is served and from one that blocks are put into.

  follow.py --binary .build/release/traceql [--seed N]

The last line is "N passed, N failed".
"""
import argparse, collections, json, os, queue, random, shutil, signal, subprocess, sys, tempfile, threading, time

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


def refusals(checks, binary, work):
    root = os.path.join(work, "none")
    os.makedirs(root)
    file = os.path.join(work, "file")
    open(file, "w").close()
    for flags, words, code in ((["--output", "csv", "{ }"], b"--follow cannot be shown as csv", 2), (["--output", "parquet", "{ }"], b"--follow cannot be shown as parquet", 2),
                               (["--end", "now", "{ }"], b"no --end", 2), (["{ } | rate()"], b"--follow is for searches", 2), (["{ status = }"], b"status", 2)):
        p = run(binary, ["query", "--follow", "--source", root] + flags)
        checks.check("refused: " + " ".join(flags), p.returncode == code and words in p.stderr, (p.returncode, p.stderr))
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
        refusals(checks, binary, work)
    print("%d passed, %d failed" % (checks.passed, checks.failed))
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
