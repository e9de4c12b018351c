#!/usr/bin/env python3
"""Damages small blocks, logs, write-ahead folders and tenant indexes in every place a disk could and asks the binary about them.

  damage.py --binary traceql [--seconds 25] [--seed 1] [--count N] [--only CASE] [--keep FOLDER] [--sanitizer]

A case is a number: it decides the block, the place and the damage, so `--only CASE` repeats one.
Each case is one process that must answer every request with a framed reply: never a signal, never
over 1 GiB of memory, never over 20 s for a reply. What the replies say is not judged here.

Python 3 standard library only.
"""
import argparse
import json
import os
import random
import resource
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import damaged_folders
from parquet_places import ParquetPlaces, change_fixed_number, change_footer_number

BLOCKS = Path(__file__).resolve().parent / "Conformance" / "blocks"
# What a sanitizer's shadow memory and checks cost: `--sanitizer` lifts or widens these three.
REPLY_SECONDS = 20
RESIDENT_KILOBYTES = 1 << 20
ADDRESS_SPACE = 6 << 30
UNREADABLE_SOURCE = 4
ENVIRONMENT = {**os.environ, "SWIFT_BACKTRACE": "enable=no"}
# Of the cases, those that are no blocks: logs, write-ahead folders, tenant indexes.
OTHER_FOLDERS = 0.2
REPLICA_ID = "00000000-0000-4000-8000-000000000001"

QUERIES = [
    "{}",
    '{ resource.service.name =~ "front.*" && duration > 1ms }',
    "{ span.http.status_code >= 200 || .http.response.status_code >= 200 } | select(.http.method)",
    "{ event:name != nil || event.exception.type != nil } | select(event:name)",
    "{ link:traceID != nil || link.x != nil }",
    "{ status = error } >> { kind = server }",
    "{} !<< { span.a = true } | by(resource.service.name) | count() > 1",
    "{ nestedSetParent < 0 } | avg(duration) > 1ms",
    '{ rootName =~ ".*" && traceDuration > 0 && span:childCount >= 0 }',
    "{ .a = 1.5 || span.b = false || instrumentation:name != nil } with (most_recent=true)",
]
METRICS = [
    "{} | rate() by (resource.service.name)",
    "{ status = error } | count_over_time() by (name, kind)",
    "{} | quantile_over_time(duration, 0.5, 0.99)",
    "{ kind = server } | compare({ status = error })",
    "{} | avg_over_time(span.http.status_code) | topk(3)",
]
PATHS = ["/api/search?limit=5&q=" + quote(q, safe="") for q in QUERIES] + [
    "/api/search?tags=service.name%3Dfrontend&minDuration=1ms",
    "/api/v2/search/tags",
    "/api/v2/search/tags?q=" + quote('{ status = ok }', safe=""),
    "/api/v2/search/tag/resource.service.name/values",
    "/api/v2/search/tag/name/values?q=" + quote('{ kind = client }', safe=""),
    "/api/search/tag/.http.method/values",
    "/api/v2/traces/{trace}",
    "/api/traces/{trace}",
    "/api/v2/traces/0123456789abcdef",
] + [f"/api/metrics/query_range?start=1768400000&end=1768500000&step=600&q={quote(q, safe='')}"
     for q in METRICS] + [
    "/api/metrics/query?start=1768400000&end=1768500000&q=" + quote(METRICS[0], safe=""),
]
# Of these, a case runs one, in turn.
COMMANDS = [
    ["trace", "{trace}"],
    ["query", "{ status = error } >> {}"],
    ["blocks"],
    ["tags"],
    ["values", "resource.service.name"],
]


class Block:
    def __init__(self, folder):
        self.folder = folder
        self.files = {f.name: f.read_bytes() for f in folder.iterdir()}
        self.places = ParquetPlaces(self.files["data.parquet"])
        self.trace = None


def flip(random, data, span, most=3):
    """Changes one to `most` bytes of a range: a bit, or the whole byte."""
    data = bytearray(data)
    for _ in range(random.randint(1, most)):
        at = random.randrange(span[0], max(span[0] + 1, span[1]))
        if random.random() < 0.6:
            data[at] ^= 1 << random.randrange(8)
        else:
            data[at] = random.choice([0, 1, 2, 127, 128, 255, random.randrange(256)])
    return bytes(data)


def damage_data(random, block):
    data, places = block.files["data.parquet"], block.places
    kind = random.choice(
        ["footer"] * 3 + ["footer-number"] * 5 + ["number"] * 6 + ["header"] * 3 + ["start"] * 6 + ["body"] * 5 + ["index"] * 2
        + ["cut", "tail", "zeros", "swap", "many"])
    if kind == "footer":
        data = flip(random, data, places.footer)
    elif kind == "footer-number":
        data = change_footer_number(random, data, places)
    elif kind == "number":
        for _ in range(random.randint(1, 3)):
            data = change_fixed_number(random, data, places)
    elif kind == "header":
        data = flip(random, data, random.choice(places.headers))
    elif kind == "start":
        # Levels and bit widths stand first in a page.
        start, end = random.choice(places.bodies)
        data = flip(random, data, (start, min(end, start + 64)))
    elif kind == "body":
        data = flip(random, data, random.choice(places.bodies), most=6)
    elif kind == "index" and places.indexes:
        data = flip(random, data, random.choice(places.indexes))
    elif kind == "cut":
        data = data[:random.choice([0, 1, 7, 8, 12, random.randrange(len(data))])]
    elif kind == "tail":
        data = flip(random, data, (len(data) - 8, len(data)))
    elif kind == "zeros":
        at = random.randrange(len(data) - 8)
        size = min(random.choice([16, 512, 4096]), len(data) - 8 - at)
        data = data[:at] + bytes(size) + data[at + size:]
    elif kind == "swap":
        # A page of another column in this one's place.
        (a, b), (c, d) = random.choice(places.bodies), random.choice(places.bodies)
        size = min(b - a, d - c)
        data = data[:a] + data[c:c + size] + data[a + size:]
    else:
        for _ in range(20):
            data = flip(random, data, random.choice(places.headers + places.bodies))
    return f"data.parquet {kind}", "data.parquet", data


def damage_metadata(random, block):
    data = block.files["meta.json"]
    kind = random.choice(["flip", "cut", "number", "type", "drop"])
    if kind == "flip":
        return "meta.json flip", "meta.json", flip(random, data, (0, len(data)))
    if kind == "cut":
        return "meta.json cut", "meta.json", data[:random.randrange(len(data))]
    meta = json.loads(data)
    key = random.choice(list(meta))
    if kind == "drop":
        del meta[key]
    elif kind == "number":
        numbers = [k for k, v in meta.items() if type(v) is int] or [key]
        key = random.choice(numbers)
        meta[key] = random.choice([-1, 0, 1, 2**31, 2**32, 2**63 - 1, 2**63, 2**70, 1.5, 1e300])
    else:
        meta[key] = random.choice([None, "", [], {}, True, "x" * 5000, -1, [[[]]], "0"])
    return f"meta.json {kind} {key}", "meta.json", json.dumps(meta).encode()


def damage_small(random, block):
    name = random.choice([n for n in block.files if n.startswith("bloom") or n == "index"])
    data = block.files[name]
    kind = random.choice(["flip", "cut", "gone", "head"])
    if kind == "flip" and data:
        data = flip(random, data, (0, len(data)), most=8)
    elif kind == "head" and data:
        data = flip(random, data, (0, min(24, len(data))))
    elif kind == "cut":
        data = data[:random.randrange(len(data) + 1)]
    else:
        data = None
    return f"{name} {kind}", name, data


class Session:
    """One process of the binary that reads request paths and frames its replies."""

    def __init__(self, command):
        def limit():
            if ADDRESS_SPACE:
                resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors,
            bufsize=0, preexec_fn=limit, env=ENVIRONMENT)
        self.buffer = b""

    def fill(self, deadline):
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([self.process.stdout], [], [], left)[0]:
            raise TimeoutError(f"no reply in {REPLY_SECONDS} s")
        part = os.read(self.process.stdout.fileno(), 1 << 16)
        if not part:
            raise EOFError("the process ended within a reply")
        self.buffer += part

    def ask(self, path):
        deadline = time.monotonic() + REPLY_SECONDS
        try:
            self.process.stdin.write(path.encode() + b"\n")
        except BrokenPipeError:
            raise EOFError("the process ended before a request")
        while b"\r\n\r\n" not in self.buffer:
            self.fill(deadline)
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        lines = head.decode().split("\r\n")
        if not lines[0].startswith("HTTP/1.1 "):
            raise ValueError(f"not a status line: {lines[0]!r}")
        fields = dict(line.lower().split(": ", 1) for line in lines[1:])
        length = int(fields["content-length"])
        while len(self.buffer) < length:
            self.fill(deadline)
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        if fields.get("content-type", "").startswith("application/json") and body:
            json.loads(body)
        return int(lines[0].split()[1]), body

    def close(self):
        """Exit code (negative: a signal) and greatest resident memory in KiB."""
        self.process.stdin.close()
        deadline = time.monotonic() + REPLY_SECONDS
        while True:
            pid, status, usage = os.wait4(self.process.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() > deadline:
                self.process.send_signal(signal.SIGKILL)
            time.sleep(0.002)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        self.process.stdout.close()
        return self.process.returncode, usage.ru_maxrss

    def error_text(self):
        self.errors.seek(0)
        return self.errors.read().decode(errors="replace").strip()


def write_store(folder, case, seed, blocks, samples):
    """Writes the damaged store of a case: its description, its block, and how a server opens it, if one does."""
    chance = random.Random(f"{seed}/{case}")
    block = blocks[case % len(blocks)]
    if chance.random() < OTHER_FOLDERS:
        opened = chance.choice(damaged_folders.MAKERS)(chance, folder, block, samples, flip)
        return opened.what, block, opened.serve
    damage = chance.choice([damage_data] * 8 + [damage_metadata, damage_small])
    what, name, data = damage(chance, block)
    target = folder / "single-tenant" / block.folder.name
    if name == "data.parquet" and chance.random() < 0.2:
        # As one of the files of a write-ahead folder.
        what = "write-ahead " + what
        version = block.folder.parent.parent.name
        target = folder / f"{block.folder.name}+single-tenant+{version}"
        target.mkdir()
        (target / "meta.json").write_bytes(block.files["meta.json"])
        (target / "0000000001").write_bytes(block.files["data.parquet"])
        (target / "0000000002").write_bytes(data)
        return f"{version} {what}", block, None
    shutil.copytree(block.folder, target)
    if data is None:
        (target / name).unlink()
    else:
        (target / name).write_bytes(data)
    if chance.random() < 0.35:
        # A sound replica: traces of the two are merged.
        replica = folder / "single-tenant" / REPLICA_ID
        shutil.copytree(block.folder, replica)
        meta = json.loads(block.files["meta.json"])
        meta["blockID"] = REPLICA_ID
        (replica / "meta.json").write_text(json.dumps(meta))
        what += ", with a sound replica"
    return f"{block.folder.parent.parent.name} {what}", block, None


def command_faults(binary, source, block, command):
    """Faults of one command on the store: it may fail, but not die or hang."""
    words = [word.replace("{trace}", block.trace) for word in command]
    words = [binary, words[0], "--source", source, *words[1:]]
    try:
        code = subprocess.run(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            timeout=REPLY_SECONDS, env=ENVIRONMENT).returncode
    except subprocess.TimeoutExpired:
        return [f"{command[0]}: no end in {REPLY_SECONDS} s"]
    return [f"{command[0]}: signal {-code}"] if code < 0 else []


def run_case(arguments, case, blocks, samples, statuses):
    """Faults of one case, as lines."""
    with tempfile.TemporaryDirectory(prefix="damage-") as temporary:
        folder = Path(temporary)
        what, block, serve = write_store(folder, case, arguments.seed, blocks, samples)
        if arguments.keep:
            shutil.copytree(folder, arguments.keep, dirs_exist_ok=True)
        # Every third case goes on without what is damaged: that must not fail but for the source.
        skips = ["--skip-damaged"] if case % 3 == 2 else []
        session = Session([arguments.binary, "api", *skips, "--source", temporary, "-"])
        faults, path = [], ""
        try:
            for path in PATHS:
                status, body = session.ask(path.replace("{trace}", block.trace))
                statuses[status] = statuses.get(status, 0) + 1
                if skips and status == 500:
                    faults.append(f"{path}: {body[:200]!r} in spite of --skip-damaged")
                if arguments.only is not None:
                    print(status, path, body[:200])
        except (TimeoutError, EOFError, ValueError, KeyError) as error:
            faults.append(f"{error}, at {path}")
            if isinstance(error, TimeoutError):
                session.process.send_signal(signal.SIGKILL)
        code, resident = session.close()
        text = session.error_text()
        if code == UNREADABLE_SOURCE and path == PATHS[0] and text.startswith("traceql: "):
            # Nothing can be said of a source whose metadata cannot be read.
            faults = []
            statuses["unreadable"] = statuses.get("unreadable", 0) + 1
        if code < 0:
            faults.append(f"signal {-code}")
        if resident > RESIDENT_KILOBYTES:
            faults.append(f"{resident >> 10} MiB resident")
        faults += command_faults(arguments.binary, temporary, block, COMMANDS[case % len(COMMANDS)])
        if serve:
            server = damaged_folders.Server(arguments.binary, *serve, environment=ENVIRONMENT)
            faults += server.faults([PATHS[0], PATHS[-1]])
        return [f"case {case} ({what}): {fault}" for fault in faults] + (
            [text[-600:]] if faults and text else [])


def trace_of(binary, block):
    session = Session([binary, "api", "--source", str(block.folder), "-"])
    _, body = session.ask("/api/search?limit=1&q=" + quote("{}"))
    session.close()
    return json.loads(body)["traces"][0]["traceID"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--seconds", type=float, default=25)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--count", type=int, default=1 << 30)
    parser.add_argument("--only", type=int, help="run this case alone and print its replies")
    parser.add_argument("--keep", help="folder to copy the damaged store of a case to")
    parser.add_argument("--sanitizer", action="store_true", help="the binary is built with a sanitizer: slow, and large in memory")
    arguments = parser.parse_args()
    if arguments.sanitizer:
        global REPLY_SECONDS, RESIDENT_KILOBYTES, ADDRESS_SPACE
        REPLY_SECONDS, RESIDENT_KILOBYTES, ADDRESS_SPACE = 6 * REPLY_SECONDS, 4 * RESIDENT_KILOBYTES, None
        # A command that gives up on its source leaves by exit(): what its frames held is no leak.
        ENVIRONMENT["ASAN_OPTIONS"] = "detect_leaks=0"
    blocks = [
        Block(min((BLOCKS / version / "single-tenant").iterdir(),
                  key=lambda f: (f / "data.parquet").stat().st_size))
        for version in ("vParquet3", "vParquet4", "vParquet5")]
    for block in blocks:
        block.trace = trace_of(arguments.binary, block)
    samples = damaged_folders.Samples(arguments.binary, ENVIRONMENT)
    first, count = (arguments.first, arguments.count)
    if arguments.only is not None:
        first, count = arguments.only, 1
    end = time.monotonic() + arguments.seconds
    statuses, faulty, done = {}, 0, 0
    for case in range(first, first + count):
        if time.monotonic() > end:
            break
        faults = run_case(arguments, case, blocks, samples, statuses)
        done += 1
        if faults:
            faulty += 1
            print("\n".join(faults), flush=True)
    replies = ", ".join(f"{n} x {status}" for status, n in sorted(statuses.items(), key=str))
    print(f"replies: {replies}")
    print(f"{done - faulty} passed, {faulty} failed")
    return 1 if faulty else 0


if __name__ == "__main__":
    sys.exit(main())
