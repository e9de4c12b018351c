#!/usr/bin/env python3
"""Other shells in the same pseudo-terminal: from start to prompt, from Tab to the list, from Ctrl-C to the prompt.

  other_shells.py --repeat 9 NAME='COMMAND' ...

NAME is one of duckdb, pgcli, litecli, psql, clickhouse-client; 20 s after Ctrl-C mean that the query was not stopped. COMMAND opens it on a table `spans` (trace_id, span_id, service, name, kind, status,
start_ns, duration_ns, http_method, http_url, http_status_code). What is typed is in SHELLS. Uses the terminal of Tests/Shell.
"""
import argparse, os, re, shlex, shutil, sys, tempfile, time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "Tests", "Shell"))
import pexpect, pyte, terminal
from shell import figure, until

ENDLESS = "select count(*) from spans a join spans b on a.duration_ns > b.duration_ns and a.name < b.name"
# ClickHouse of Debian joins by equality only.
NUMBERS = "select sum(cityHash64(number)) from system.numbers"
# Lines for Tab: the statement so far.
LINES = ["sel", "select * from sp", "select na from spans", "select * from spans where ser", "select * from spans order by dur"]
SHELLS = {
    "duckdb": {"prompt": r"(^|\s)D$", "slow": ENDLESS},
    "pgcli": {"prompt": r">$", "slow": ENDLESS},
    "litecli": {"prompt": r">$", "slow": ENDLESS},
    "psql": {"prompt": r"#$", "slow": ENDLESS},
    "clickhouse-client": {"prompt": r":\)$", "slow": NUMBERS},
}


class Other(terminal.Terminal):
    def __init__(self, command, home):
        words = shlex.split(command)
        self.screen = pyte.HistoryScreen(120, 40, history=5000)
        self.stream = pyte.ByteStream(self.screen)
        env = dict(os.environ, HOME=home, TERM="xterm-256color", LANG="C.UTF-8", LC_ALL="C.UTF-8", PAGER="cat")
        self.child = pexpect.spawn(words[0], words[1:], dimensions=(40, 120), env=env, timeout=20, cwd=home)
        self.child.delaybeforesend = None
        self.seen = b""

    def pump(self, seconds):
        got = super().pump(seconds)
        # Who asks the terminal waits for its answer: which kind it is, where its cursor stands.
        place = b"\x1b[%d;%dR" % (self.screen.cursor.y + 1, self.screen.cursor.x + 1)
        for question, answer in ((b"\x1b[c", b"\x1b[?62;22c"), (b"\x1b[6n", place)):
            while got and question in self.seen:
                self.seen = self.seen.replace(question, b"", 1)
                os.write(self.child.child_fd, answer)
        return got


def measure(name, command, repeat):
    facts = SHELLS[name]
    home = tempfile.mkdtemp(prefix="other-shell-")
    at_prompt = lambda t: re.search(facts["prompt"], t.screen.display[t.screen.cursor.y].rstrip()) is not None
    starts, tabs, stops = [], [], []
    try:
        for _ in range(repeat):
            began = time.time()
            t = Other(command, home)
            until(t, at_prompt)
            starts.append(time.time() - began)
            t.settle(0.8)
            for line in LINES:
                os.write(t.child.child_fd, line.encode())
                t.settle(0.4)
                shown = t.text()
                began = time.time()
                os.write(t.child.child_fd, b"\t")
                end = began + 2
                while time.time() < end and t.text() == shown:
                    t.pump(0.001)
                if t.text() != shown:
                    tabs.append(time.time() - began)
                t.settle(0.2)
                # Empties the line; in prompt_toolkit Ctrl-C does that, and closes the list.
                os.write(t.child.child_fd, b"\x03" if name in ("pgcli", "litecli") else b"\x15")
                t.settle(0.2)
            os.write(t.child.child_fd, (facts["slow"] + ";\r").encode())
            t.settle(0.3)
            time.sleep(1.5)
            t.settle(0.3, limit=0.3)
            began = time.time()
            os.write(t.child.child_fd, b"\x03")
            # Progress that is drawn below does not count as a prompt.
            end = began + 20
            while time.time() < end and not (at_prompt(t) and not t.pump(0.01)):
                t.pump(0.001)
            stops.append(time.time() - began - 0.01)
            t.close()
    finally:
        shutil.rmtree(home, ignore_errors=True)
    for what, seconds in (("start to prompt", starts), ("Tab to list", tabs), ("Ctrl-C to prompt", stops)):
        if seconds:
            figure(name + ": " + what, seconds)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("shells", nargs="+")
    p.add_argument("--repeat", type=int, default=9)
    a = p.parse_args()
    for given in a.shells:
        name, command = given.split("=", 1)
        measure(name, command, a.repeat)


if __name__ == "__main__":
    main()
