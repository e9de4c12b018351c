#!/usr/bin/env python3
"""kill -9 at random instants: nothing that was acknowledged is lost, nothing is there twice.

  crash.py --binary .build/release/traceql [--kills N] [--seed N]

Senders send on and on while the server takes spans, writes blocks, and is killed; every restart must find each acknowledged span
exactly once, by the engine, and at the end pyarrow must find it in exactly one block. A request whose answer never came may be
there or not, but whole.
"""
import argparse, os, random, shutil, struct, sys, tempfile, threading, time

import pyarrow.parquet as pq
from receiving import Receiving, blocks, logs  # before what lies one folder up
import ingest, protocols

SPANS = 7


class Sender(threading.Thread):
    """Sends requests of SPANS spans, each a trace of its own, until the server is gone."""

    def __init__(self, server, first):
        super().__init__(daemon=True)
        self.server, self.next = server, first
        self.acknowledged, self.unanswered = [], []

    def run(self):
        while True:
            trace, self.next = struct.pack(">QQ", 0xACED, self.next), self.next + 1
            self.unanswered.append(trace)
            try:
                if self.server.send(protocols.message(trace, spans=SPANS)) != 200:
                    return
            except OSError:
                return
            except Exception:
                return
            self.unanswered.pop()
            self.acknowledged.append(trace)


def found(server):
    answer = server.json("/api/search", q="{ } | select(span:id)", limit="1000000", spss="1")
    return {bytes.fromhex(t["traceID"].zfill(32)): t["spanSets"][0]["matched"] for t in answer["traces"]}


def hold(checks, what, counts, acknowledged, maybe):
    lost = [t.hex() for t in acknowledged if counts.get(t) != SPANS]
    odd = [t.hex() for t in counts if t not in acknowledged and (t not in maybe or counts[t] != SPANS)]
    checks.check(what, not lost and not odd, "lost or in part %s, more than sent %s" % (lost[:3], odd[:3]))


def run(checks, binary, seed, kills=12):
    r = random.Random(seed)
    folder = tempfile.mkdtemp()
    acknowledged, maybe, number = set(), set(), 1
    # Small blocks, so that many are being written at any time.
    settings = ["ingester.max_block_bytes=%d" % r.choice([20_000, 60_000, 200_000]), "server.log_level=warn", "overrides.defaults.global.max_bytes_per_trace=0"]
    try:
        for round in range(kills):
            server = Receiving(binary, folder, *settings)
            hold(checks, "crash %d: after the restart" % round, found(server), acknowledged, maybe)
            senders = [Sender(server, number + 1_000_000 * i) for i in range(3)]
            number += 4_000_000
            for one in senders:
                one.start()
            time.sleep(r.random() * r.choice([.02, .3, 1.2]))
            if r.random() < .2:
                threading.Thread(target=lambda s=server: quietly(s.flush), daemon=True).start()
                time.sleep(r.random() * .02)
            server.kill()
            for one in senders:
                one.join(30)
                acknowledged.update(one.acknowledged)
                maybe.update(one.unanswered)
        server = Receiving(binary, folder, *settings)
        hold(checks, "crash: at the end", found(server), acknowledged, maybe)
        checks.check("crash: the rest becomes blocks", server.stop() == 0 and not logs(folder), logs(folder))
        counts = {}
        for block in blocks(folder):
            for row in pq.read_table(os.path.join(block, "data.parquet"), columns=["TraceID", "rs"]).to_pylist():
                counts[row["TraceID"]] = counts.get(row["TraceID"], 0) + sum(len(ss["Spans"]) for rs in row["rs"] for ss in rs["ss"])
        hold(checks, "crash: pyarrow finds each span in exactly one block", counts, acknowledged, maybe)
        checks.check("crash: something was sent at all", len(acknowledged) > kills, len(acknowledged))
        print("crash: %d kills, %d requests acknowledged, %d blocks" % (kills, len(acknowledged), len(blocks(folder))))
    finally:
        shutil.rmtree(folder)


def quietly(action):
    try:
        action()
    except Exception:
        pass  # The server is killed meanwhile.


def by_hand(run, kills):
    """The command of a script that kills: `run(checks, binary, seed, kills)`, then how many checks passed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--kills", type=int, default=kills)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    checks = ingest.Checks()
    print("seed %d" % options.seed)
    run(checks, os.path.abspath(options.binary), options.seed, options.kills)
    print("%d passed, %d failed" % (checks.passed, checks.failed))
    sys.exit(1 if checks.failed else 0)


if __name__ == "__main__":
    by_hand(run, kills=300)
