#!/usr/bin/env python3
"""Blocks that have had their time: kill -9 while they go, beside spans that come in; and others who write to a folder that is served.

  retention.py --binary .build/release/traceql [--kills N] [--seed N]

A block that is retired is there with all its spans or not at all, whatever the instant; those that are young, and spans that were
acknowledged, are there exactly once; the next run ends what was begun.
"""
import json, os, random, shutil, struct, subprocess, tempfile, time

import pyarrow.parquet as pq
from receiving import Receiving, blocks, logs  # before what lies one folder up
import crash, ingest, protocols

SPANS = crash.SPANS


def block(binary, root, traces):
    """Ingests a block of SPANS spans a trace; its folder."""
    before = set(blocks(root)) if os.path.isdir(os.path.join(root, "single-tenant")) else set()
    content = b"".join(ingest.varint(len(m)) + m for m in (protocols.message(t, spans=SPANS).SerializeToString() for t in traces))
    p = subprocess.run([binary, "ingest", "-", "--to", root], input=content, capture_output=True)
    if p.returncode:
        raise RuntimeError(p.stderr.decode())
    return (set(blocks(root)) - before).pop()


# Whenever the tests run: what ended in 1990 is too old, what ended when protocols.py says is not.
RETENTION = "200000h"


def age(folder):
    """The spans of a block ended long ago."""
    path = os.path.join(folder, "meta.json")
    meta = json.load(open(path))
    meta["startTime"] = meta["endTime"] = "1990-01-01T00:00:00Z"
    json.dump(meta, open(path + ".tmp", "w"))
    os.rename(path + ".tmp", path)


def stored(root):
    """Spans by trace, counted by pyarrow in the live blocks."""
    counts = {}
    for folder in blocks(root):
        for row in pq.read_table(os.path.join(folder, "data.parquet"), columns=["TraceID", "rs"]).to_pylist():
            counts[row["TraceID"]] = counts.get(row["TraceID"], 0) + sum(len(ss["Spans"]) for rs in row["rs"] for ss in rs["ss"])
    return counts


def searched(binary, root):
    p = subprocess.run([binary, "api", "/api/search?q=%7B%7D%20%7C%20select(span%3Aid)&limit=1000000&spss=1", "--source", root], capture_output=True)
    if p.returncode:
        raise RuntimeError(p.stderr.decode())
    return {bytes.fromhex(t["traceID"].zfill(32)): t["spanSets"][0]["matched"] for t in json.loads(p.stdout)["traces"]}


def names(kind, count):
    return [struct.pack(">QQ", 0xACED00 + kind, i + 1) for i in range(count)]


def offline(checks, binary, r, kills):
    """`blocks expire` is killed."""
    work = tempfile.mkdtemp()
    try:
        original = os.path.join(work, "original")
        young, old = names(0, 20), [names(k, 20) for k in range(1, 9)]
        block(binary, original, young)
        for traces in old:
            age(block(binary, original, traces))
        command = [binary, "blocks", "expire", "--grace", "0", "--retention", RETENTION]
        whole = shutil.copytree(original, os.path.join(work, "whole"))
        started = time.time()
        subprocess.run(command + [whole], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        length = time.time() - started
        # What one run marks the next one removes.
        subprocess.run(command + [whole], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        checks.check("retention: what is old goes", stored(whole) == {t: SPANS for t in young} and len(os.listdir(os.path.join(whole, "single-tenant"))) == 1)
        partial = 0
        for i in range(kills):
            root = shutil.copytree(original, os.path.join(work, "copy"))
            p = subprocess.Popen(command + [root], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(r.random() * length)
            p.kill()
            p.wait()
            what = "retention: kill number %d" % i
            counts = stored(root)
            checks.check(what + ": engine and pyarrow agree", searched(binary, root) == counts)
            checks.check(what + ": the young are there", all(counts.get(t) == SPANS for t in young), counts)
            left = [sum(counts.get(t, 0) for t in traces) for traces in old]
            checks.check(what + ": a block is whole or gone", all(n in (0, 20 * SPANS) for n in left), left)
            partial += 0 < len([n for n in left if n]) < len(old)
            for _ in range(2):
                p = subprocess.run(command + [root], capture_output=True)
            folders = os.listdir(os.path.join(root, "single-tenant"))
            checks.check(what + ": the next run ends it", p.returncode == 0 and stored(root) == {t: SPANS for t in young} and len(folders) == 1, (p.stderr, folders))
            shutil.rmtree(root)
        print("retention: %d kills, %d of them between the first block and the last" % (kills, partial))
    finally:
        shutil.rmtree(work)


def beside(checks, binary, r, kills):
    """A server that takes spans, merges blocks and retires old ones is killed; others put blocks into its folder meanwhile."""
    root = tempfile.mkdtemp()
    settings = ["ingester.max_block_bytes=30000", "server.log_level=warn", "overrides.defaults.global.max_bytes_per_trace=0", "traceql.compaction.enabled=true",
                "compactor.compaction.compaction_cycle=1s", "compactor.compaction.compaction_window=100000h", "compactor.compaction.block_retention=" + RETENTION,
                "compactor.compaction.compacted_block_retention=1s"]
    acknowledged, maybe, old, number = set(), set(), [], 1
    try:
        for i in range(kills):
            traces = names(100 + i, 10)
            age(block(binary, root, traces))
            old.append(traces)
            server = Receiving(binary, root, *settings)
            senders = [crash.Sender(server, number + 1_000_000 * n) for n in range(2)]
            number += 3_000_000
            for one in senders:
                one.start()
            # An offline ingest into the folder of a running server: its block is one more.
            extra = names(10_000 + i, 5)
            block(binary, root, extra)
            acknowledged.update(extra)
            time.sleep(r.random() * r.choice([.1, .6, 2.5]))
            server.kill()
            for one in senders:
                one.join(30)
                acknowledged.update(one.acknowledged)
                maybe.update(one.unanswered)
        server = Receiving(binary, root, *settings)
        server.flush()
        end = time.time() + 60
        gone = {t for traces in old for t in traces}
        while time.time() < end and gone & set(stored_quietly(root)):
            time.sleep(.2)
        found = crash.found(server)
        checks.check("retention: old blocks go while spans come", not gone & set(found), len(gone & set(found)))
        crash.hold(checks, "retention: by the engine", found, acknowledged, maybe)
        checks.check("retention: ends well", server.stop() == 0 and not logs(root), logs(root))
        crash.hold(checks, "retention: pyarrow finds each span in exactly one block", stored(root), acknowledged, maybe)
        print("retention: %d kills of a server, %d requests acknowledged, %d blocks" % (kills, len(acknowledged), len(blocks(root))))
    finally:
        shutil.rmtree(root)


def stored_quietly(root):
    """As `stored`, while a server moves the blocks about."""
    try:
        return stored(root)
    except OSError:
        return {b""}


def run(checks, binary, seed, kills=6):
    r = random.Random(seed)
    offline(checks, binary, r, kills)
    beside(checks, binary, r, kills)


if __name__ == "__main__":
    crash.by_hand(run, kills=60)
