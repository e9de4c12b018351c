#!/usr/bin/env python3
"""Figures of the shell: from start to prompt, from Tab to the list, from Ctrl-C to the prompt.

  shell.py --binary .build/release/traceql --source BLOCKS [--repeat 9]

Uses the terminal of Tests/Shell. Run it on a quiet machine; the figures contain the pseudo-terminal and this script.
"""
import argparse, os, shutil, statistics, sys, tempfile, time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "Tests", "Shell"))
import terminal

LINES = ["{ ", "{ span.", "{ resource.", "{ http.", "{ name = ", "{ resource.service.name = ", '{ resource.service.name = "c', "{ span.http.status_code = ", "{ status = ", "{ } | ",
         "{ duration > 5", '{ resource.service.name = "checkout" && ', '{ resource.service.name = "checkout" && name = ', "{ status = error && span."]
SLOW = '{ } | by(span:id) | quantile(duration, 0.9) > 100s'


def until(t, mark, seconds=30):
    end = time.time() + seconds
    while time.time() < end:
        if mark(t):
            return time.time()
        t.pump(0.001)
    raise SystemExit("waited in vain\n" + t.text())


def at_prompt(t):
    return t.screen.display[t.screen.cursor.y].rstrip() == "traceql>"


def figure(name, seconds):
    ms = sorted(s * 1000 for s in seconds)
    p99 = ms[min(len(ms) - 1, int(len(ms) * 0.99))]
    print("%-34s n=%-4d p50 %7.1f ms   p99 %7.1f ms   max %7.1f ms" % (name, len(ms), statistics.median(ms), p99, ms[-1]))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--binary", required=True)
    p.add_argument("--source", required=True)
    p.add_argument("--repeat", type=int, default=9)
    a = p.parse_args()
    binary, source = os.path.abspath(a.binary), os.path.abspath(a.source)
    home = tempfile.mkdtemp(prefix="traceql-bench-")
    starts, first, again, stops = [], [], [], []
    slowest = {}
    try:
        for _ in range(a.repeat):
            began = time.time()
            t = terminal.Terminal(binary, [source], home, rows=40, columns=120)
            starts.append(until(t, at_prompt) - began)
            t.close()
        for _ in range(a.repeat):
            t = terminal.Terminal(binary, [source], home, rows=40, columns=120)
            until(t, at_prompt)
            for seen in (first, again):
                for line in LINES:
                    t.type("\x15" + line)
                    began = time.time()
                    os.write(t.child.child_fd, b"\t")
                    # The list, or what the key completed.
                    shown = t.text()
                    until(t, lambda t: t.text() != shown)
                    seen.append(t.arrived - began)
                    slowest[line] = max(slowest.get(line, 0), t.arrived - began)
                    t.settle()
            t.close()
        t = terminal.Terminal(binary, [source], home, rows=40, columns=120)
        until(t, at_prompt)
        for _ in range(a.repeat):
            t.type(SLOW + "\r")
            until(t, lambda t: "spans/s" in t.text().rsplit("traceql>", 1)[-1])
            began = time.time()
            os.write(t.child.child_fd, b"\x03")
            until(t, at_prompt)
            stops.append(t.arrived - began)
        t.close()
    finally:
        shutil.rmtree(home)
    figure("start to prompt", starts)
    figure("Tab to list, first time", first)
    figure("Tab to list, asked before", again)
    figure("Ctrl-C to prompt", stops)
    print("slowest lists: " + ", ".join("%s %.0f ms" % (line, s * 1000) for line, s in sorted(slowest.items(), key=lambda x: -x[1])[:5]))


if __name__ == "__main__":
    main()
