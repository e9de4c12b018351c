#!/usr/bin/env python3
"""Spans into a running server, and out of it again.

  run.py --binary .build/release/traceql [--seed N] [--only roundtrip,protocols,clients,crash,retention,faults,fuzz]

The last line is "N passed, N failed".
"""
import argparse, os, random, sys, time

import receiving  # before what lies one folder up
import clients, crash, faults, fuzz, ingest, protocols, retention, roundtrip

PARTS = {"roundtrip": roundtrip, "protocols": protocols, "clients": clients, "crash": crash, "retention": retention, "faults": faults, "fuzz": fuzz}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--only", default=",".join(PARTS))
    options = parser.parse_args()
    checks = ingest.Checks()
    for name in options.only.split(","):
        started, before = time.time(), checks.failed
        PARTS[name].run(checks, os.path.abspath(options.binary), options.seed)
        print("%s: %s (%.1f s)" % (name, "seed %d" % options.seed if checks.failed > before else "fine", time.time() - started), flush=True)
    print("%d passed, %d failed" % (checks.passed, checks.failed))
    sys.exit(1 if checks.failed else 0)


if __name__ == "__main__":
    main()
