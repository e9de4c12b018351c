#!/usr/bin/env python3
"""What hostile queries cost: each must end in bounded time and memory, with an answer, a named error
or an answer marked partial.

  hostile.py --binary traceql --source BLOCKS [--timeout 60] [--json FILE]

Printed: seconds, processor seconds, peak resident memory, exit code. Python 3 standard library only.
"""
import argparse
import json
import os
import subprocess
import sys
import time
from urllib.parse import quote

SEARCHES = {
    "everything": "{}",
    "deep parentheses": "(" * 100 + "{}" + ")" * 100,
    "deeper than allowed": "{ " + "(" * 500 + "true" + ")" * 500 + " }",
    "400 alternatives": "{ " + " || ".join(f"span.a{i} = {i}" for i in range(400)) + " }",
    "2,000 patterns in one": '{ name =~ "' + "|".join(f"foo{i}.*bar{i}" for i in range(2000)) + '" }',
    "nested repetition": '{ name =~ "(((a+)+)+)+(x?){500}" }',
    "50 descendants": " >> ".join(["{}"] * 50),
    "50 unions": " &>> ".join(["{}"] * 50),
    "all siblings": "{} ~ {}",
    "no descendants": "{} !>> {}",
    "a group a span": "{} | by(span:id)",
    "groups, then structure": "{} | by(span:id) | {} >> {}",
    "groups of groups": "{} | by(span:id, name, resource.service.name, duration) | count() > 0",
    "groups joined": "({} | by(span:id) | count()) >= ({} | by(name) | count())",
    "sum of 300": "{ " + "+".join(["duration"] * 300) + " > 1s }",
    "power of 100": "{ " + "2^" * 100 + "2 > 1 }",
    "exact median": "{} | quantile(duration, 0.5) > 1ms",
    "event or link": '{ event:name = "a" || link:spanID = "b" }',
}
METRICS = {
    "series a span": "{} | rate() by (span:id)",
    "series of four fields": "{} | rate() by (name, duration, span:id, trace:id)",
    "sketch a span": "{} | quantile_over_time(duration, 0.5, 0.9, 0.99) by (span:id)",
    "histogram of names": "{} | histogram_over_time(duration) by (name)",
    "compare all": "{} | compare({ status = error }, 100)",
}


def run(command):
    began = time.monotonic()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE)
    message = process.stderr.read().decode(errors="replace").strip()
    _, status, usage = os.wait4(process.pid, 0)
    return {"seconds": round(time.monotonic() - began, 2), "cpu": round(usage.ru_utime, 2),
            "megabytes": usage.ru_maxrss >> 10, "exit": os.waitstatus_to_exitcode(status),
            "message": message.splitlines()[-1][:90] if message else ""}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--source", required=True)
    parser.add_argument("--timeout", type=int, default=60)
    parser.add_argument("--json")
    a = parser.parse_args()
    shared = ["--source", a.source, "--timeout", f"{a.timeout}s"]
    commands = {name: [a.binary, "query", *shared, "--limit", "0", "--output", "ndjson", text]
                for name, text in SEARCHES.items()}
    for name, text in METRICS.items():
        path = "/api/metrics/query_range?start=1768435200&end=1768440000&step=60&q=" + quote(text, safe="")
        commands[name] = [a.binary, "api", *shared, path]
    rows, faulty = {}, 0
    for name, command in commands.items():
        rows[name] = row = run(command)
        bad = row["exit"] < 0 or row["seconds"] > a.timeout + 10
        faulty += bad
        print(f"{name:24} {row['seconds']:7.2f} s {row['cpu']:7.2f} cpu {row['megabytes']:6} MB  exit "
              f"{row['exit']}  {row['message']}" + ("  FAULT" if bad else ""), flush=True)
    if a.json:
        with open(a.json, "w", encoding="utf8") as file:
            json.dump(rows, file, indent=1)
    return 1 if faulty else 0


if __name__ == "__main__":
    sys.exit(main())
