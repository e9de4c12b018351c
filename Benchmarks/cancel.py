#!/usr/bin/env python3
"""How long a command takes to end once somebody wants it to.

  cancel.py --binary traceql --source BLOCKS [--repeat 4] [--only SUBSTRING] [--json FILE]

Standard error is a terminal, as for somebody who presses Ctrl-C. Each command is run to its end once, then several times with Ctrl-C (SIGINT), and with --timeout,
at points spread over that time. Printed, in milliseconds: how long the whole command takes, and
the longest wait from the signal, or from the end of the allowed time, to the end of the process.
The machine should be idle: a wait includes other people's turns on the processor.

Python 3 standard library only.
"""
import argparse
import json
import os
import pty
import signal
import subprocess
import sys
import threading
import time

ALLOWED_MS = 100

SEARCHES = {
    "attr-rare": '{ span.user.id = "u-000042" }',
    "attr-none": '{ span.user.id = "nobody" }',
    "attr-common-all": "{ span.http.response.status_code = 500 && duration > 20ms }",
    "resource-error": '{ resource.service.name = "payment" && status = error && duration > 15ms }',
    "regex-highcard": '{ span.url.path =~ ".*/(checkout|cart)/.*[0-9]{3}.*" }',
    "struct-desc": '{ resource.service.name = "frontend" } >> { status = error }',
    "struct-sibling": "{ kind = client } ~ { status = error }",
    "count-gt": "{ status = error } | count() > 3",
    "by-avg": "{ kind = server } | by(resource.service.name) | avg(duration) > 50ms",
    "everything": "{}",
    "unions": " &>> ".join(["{}"] * 20),
    "arithmetic": "{ " + "+".join(["duration"] * 100) + " > 1s }",
    "by-span": "{} | by(span:id) | count() > 0",
    "by-wrapped": "({} | by(span:id) | count()) >= ({} | by(name) | count())",
    "event-link": '{ event:name = "exception" || link:spanID != "" }',
    "parent": "{ parent.resource.service.name != resource.service.name }",
}
METRICS = {
    "rate-by": "{} | rate() by (resource.service.name)",
    "rate-by-span": "{} | rate() by (span:id)",
    "quantile": "{} | quantile_over_time(duration, 0.5, 0.9, 0.99) by (name)",
    "compare": "{} | compare({ status = error })",
}


def commands(trace):
    everything = ["--limit", "0"]
    result = {f"query {name}": ["query", *everything, "--output", "csv", text]
              for name, text in SEARCHES.items()}
    for output in ("table", "tree", "markdown", "ndjson", "json"):
        result[f"query everything {output}"] = ["query", *everything, "--output", output, "{}"]
    result["query everything spans"] = [
        "query", *everything, "--rows", "spans", "--output", "ndjson", "{}"]
    for name, text in METRICS.items():
        path = "/api/metrics/query_range?step=60&start=1768435200&end=1768440000&q=" + quoted(text)
        result[f"api {name}"] = ["api", path]
    result["tags"] = ["tags"]
    result["tags filtered"] = ["tags", "--filter", "{ kind = server }"]
    result["values"] = ["values", "span.user.id"]
    result["values filtered"] = ["values", "name", "--filter", "{ status = error }"]
    result["explain"] = ["explain", "{ status = error } >> {}"]
    result["blocks"] = ["blocks"]
    if trace:
        result["trace"] = ["trace", trace]
    return result


def quoted(text):
    from urllib.parse import quote
    return quote(text, safe="")


def drained_terminal():
    """The end of a terminal that somebody reads at the other end."""
    ours, theirs = pty.openpty()

    def drain():
        while True:
            os.read(ours, 65536)

    threading.Thread(target=drain, daemon=True).start()
    return theirs


TERMINAL = drained_terminal()


def start(binary, source, words, extra=()):
    command = [binary, words[0], "--source", source, *extra, *words[1:]]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            stderr=TERMINAL)


def whole(binary, source, words):
    began = time.monotonic()
    process = start(binary, source, words)
    code = process.wait()
    return time.monotonic() - began, code


def interrupted(binary, source, words, after):
    """Seconds from the signal to the end; None if the command was faster."""
    process = start(binary, source, words)
    time.sleep(after)
    if process.poll() is not None:
        return None
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.wait()
    return time.monotonic() - began


def timed_out(binary, source, words, after):
    """Seconds by which the command overran its time."""
    began = time.monotonic()
    code = start(binary, source, words, ["--timeout", f"{int(after * 1000)}ms"]).wait()
    return time.monotonic() - began - after if code == 3 else None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--source", required=True)
    parser.add_argument("--repeat", type=int, default=4)
    parser.add_argument("--only", default="")
    parser.add_argument("--trace")
    parser.add_argument("--json")
    a = parser.parse_args()
    rows, late = [], 0
    print(f"{'command':30} {'whole':>8} {'Ctrl-C':>8} {'timeout':>8}   ms")
    for name, words in commands(a.trace).items():
        if a.only not in name:
            continue
        duration, code = whole(a.binary, a.source, words)
        points = [duration * (i + 0.5) / a.repeat for i in range(a.repeat)]
        waits = [w for p in points if (w := interrupted(a.binary, a.source, words, p)) is not None]
        overruns = []
        if words[0] not in ("blocks", "explain"):
            overruns = [w for p in points if p >= 0.002
                        and (w := timed_out(a.binary, a.source, words, p)) is not None]
        row = {"command": name, "wholeMs": duration * 1000, "exit": code,
               "interruptMs": max(waits, default=0) * 1000, "overrunMs": max(overruns, default=0) * 1000}
        rows.append(row)
        is_late = max(row["interruptMs"], row["overrunMs"]) > ALLOWED_MS
        late += is_late
        print(f"{name:30} {row['wholeMs']:8.0f} {row['interruptMs']:8.1f} {row['overrunMs']:8.1f}"
              + ("   LATE" if is_late else ""), flush=True)
    if a.json:
        with open(a.json, "w", encoding="utf8") as file:
            json.dump(rows, file, indent=1)
    print(f"cancel: {len(rows)} commands, {late} of them took more than {ALLOWED_MS} ms to end")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
