#!/usr/bin/env python3
"""Tests of `traceql serve` from outside: sockets, signals, files.

  run.py --binary .build/release/traceql [--only name] [--list]

Needs protobuf and grpcio-tools (Tests/requirements.txt). SERVED_PATIENCE=10 gives a slow build, say one with a sanitizer, ten
times as long for everything. The last line is "N passed, N failed"; the exit code is 1 if anything failed.
"""
import argparse, os, sys, time, traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import abuse, administration, gated, grafana, hostile, life, models, protocol
from served import Failed


def tests():
    for module in (protocol, grafana, models, administration, life, gated, hostile, abuse):
        for name, function in sorted(vars(module).items()):
            if name.startswith("test_"):
                yield module.__name__ + "." + name[5:], function


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--binary", required=True)
    p.add_argument("--only", help="part of the names of the tests to run")
    p.add_argument("--list", action="store_true")
    a = p.parse_args()
    binary = os.path.abspath(a.binary)
    passed = failed = 0
    for name, function in tests():
        if a.only and a.only not in name:
            continue
        if a.list:
            print(name)
            continue
        started = time.time()
        try:
            function(binary)
            passed += 1
            if time.time() - started > 5:
                print("slow: %s took %.1f s" % (name, time.time() - started), flush=True)
        except Failed as e:
            failed += 1
            print("FAIL %s: %s" % (name, e), flush=True)
        except Exception:
            failed += 1
            print("FAIL %s:\n%s" % (name, traceback.format_exc()), flush=True)
    print("%d passed, %d failed" % (passed, failed), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
