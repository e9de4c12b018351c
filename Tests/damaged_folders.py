"""Damaged folders that are no blocks: logs of a server that takes spans, write-ahead folders as Tempo has them, tenant indexes.

Each maker takes a random source, the folder to write to, a block of Tests/damage.py, and what `Samples` has; it returns what was done
and how the folder is opened: `Opened`. Python 3 standard library only.
"""
import gzip
import http.client
import json
import os
import re
import signal
import subprocess
import tempfile
import time
import zlib
from pathlib import Path

START_SECONDS = 20
FRAME_BYTES = 8
WORDS = re.compile(r"serving .* at http://127\.0\.0\.1:(\d+)")
# Names that stand in a write-ahead folder's place and are none, or hardly.
FOLDER_NAMES = ["{id}+single-tenant+vParquet9", "{id}+single-tenant", "no-uuid+single-tenant+{version}", "{id}++{version}",
                "{id}+a+b+{version}", "{id}+..+{version}", "{id}+single-tenant+{version}"]


class Server:
    """`traceql serve` on a free port; it may refuse to start."""

    def __init__(self, binary, *arguments, environment):
        self.errors = tempfile.NamedTemporaryFile("w+b", suffix=".log")
        self.process = subprocess.Popen(
            [binary, "serve", "--listen", "127.0.0.1:0", *arguments], stdin=subprocess.DEVNULL, stdout=self.errors, stderr=self.errors,
            env=environment)
        self.port, end = None, time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            found = WORDS.search(self.text())
            if found:
                self.port = int(found.group(1))
                return
            time.sleep(0.005)

    def text(self):
        with open(self.errors.name, encoding="utf8", errors="replace") as f:
            return f.read()

    def ask(self, path, body=None, seconds=20):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request("POST" if body else "GET", path, body, {"Content-Type": "application/json"} if body else {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def faults(self, paths):
        """What is wrong with it, as lines: it may say no, but not die or hang."""
        if self.port is None:
            code = self.process.poll()
            if code is None:
                self.kill()
                return [f"serve: no word in {START_SECONDS} s"]
            return [f"serve: signal {-code}"] if code < 0 else []
        faults = []
        for path in paths:
            try:
                self.ask(path)
            except (OSError, http.client.HTTPException) as error:
                faults.append(f"serve: {error!r} at {path}")
                break
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(START_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            return faults + [f"serve: no end in {START_SECONDS} s"]
        return faults + ([f"serve: signal {-code}"] if code < 0 else [])


class Opened:
    """How a folder is looked at beside `api --source`: by a server with these arguments; None: by none."""

    def __init__(self, what, serve=None):
        self.what, self.serve = what, serve


class Samples:
    """A folder that a server was killed over: its log holds spans, and nothing else does."""

    def __init__(self, binary, environment):
        with tempfile.TemporaryDirectory(prefix="damage-log-") as folder:
            server = Server(binary, "--data", folder, "--set", "traceql.ingest.wal_sync=never", environment=environment)
            if server.port is None:
                raise RuntimeError("the server does not start: " + server.text()[-2000:])
            for request in range(6):
                status, body = server.ask("/v1/traces", json.dumps(spans(request)).encode())
                if status != 200:
                    raise RuntimeError(f"spans are refused: {status} {body[:300]!r}")
            server.kill()
            [log] = Path(folder, "wal", "single-tenant").iterdir()
            self.log_name, self.log = log.name, log.read_bytes()


def spans(request):
    """An OTLP request of three spans."""
    def attribute(key, value):
        return {"key": key, "value": value}
    made = [{
        "traceId": "%032x" % (0xDA0000 + request), "spanId": "%016x" % (16 * request + i + 1),
        "parentSpanId": "" if i == 0 else "%016x" % (16 * request + 1), "name": f"operation {i}", "kind": 2 + i % 2,
        "startTimeUnixNano": str(1_768_435_200_000_000_000 + request * 10**9 + i), "endTimeUnixNano": str(1_768_435_200_000_000_000 + request * 10**9 + 5_000_000),
        "status": {"code": 2 if i == 2 else 0},
        "attributes": [attribute("http.method", {"stringValue": "GET"}), attribute("http.status_code", {"intValue": "200"})],
        "events": [{"name": "e", "timeUnixNano": "1768435200000000001", "attributes": [attribute("k", {"boolValue": True})]}],
    } for i in range(3)]
    resource = {"attributes": [attribute("service.name", {"stringValue": f"service {request % 2}"})]}
    return {"resourceSpans": [{"resource": resource, "scopeSpans": [{"scope": {"name": "lib"}, "spans": made}]}]}


# MARK: Logs of our own

CASTAGNOLI = []
for _byte in range(256):
    for _ in range(8):
        _byte = _byte >> 1 ^ (0x82F63B78 if _byte & 1 else 0)
    CASTAGNOLI.append(_byte)


def checksum(data):
    value = 0xFFFFFFFF
    for byte in data:
        value = value >> 8 ^ CASTAGNOLI[(value ^ byte) & 255]
    return value ^ 0xFFFFFFFF


def frames(log):
    """Payloads of the records."""
    found, at = [], 0
    while at + FRAME_BYTES <= len(log):
        size = int.from_bytes(log[at:at + 4], "little")
        found.append(log[at + FRAME_BYTES:at + FRAME_BYTES + size])
        at += FRAME_BYTES + size
    return found


def framed(payloads):
    return b"".join(len(p).to_bytes(4, "little") + checksum(p).to_bytes(4, "little") + p for p in payloads)


def damage_log(random, folder, block, samples, flip):
    kind = random.choice(["flip", "frame", "cut", "body", "body", "body", "header", "kind", "order", "twice", "name", "empty", "folder"])
    name, data = samples.log_name, samples.log
    payloads = frames(data)
    some = random.randrange(1, len(payloads))
    if kind == "flip":
        data = flip(random, data, (0, len(data)), most=8)
    elif kind == "frame":
        at = len(framed(payloads[:some]))
        data = flip(random, data, (at, at + FRAME_BYTES))
    elif kind == "cut":
        data = data[:random.randrange(len(data))]
    elif kind == "body":
        # The checksum is right: what stands in the record is wrong.
        payloads[some] = flip(random, payloads[some], (1, len(payloads[some])), most=6)
        data = framed(payloads)
    elif kind == "header":
        payloads[0] = random.choice([b"\0", b"\0\n", b"\0..\n..", b"\0" + b"x" * 70_000, flip(random, payloads[0], (1, len(payloads[0])), most=9)])
        data = framed(payloads)
    elif kind == "kind":
        payloads[some] = bytes([random.randrange(256)]) + payloads[some][1:random.randrange(1, 40)]
        data = framed(payloads)
    elif kind == "order":
        random.shuffle(payloads)
        data = framed(payloads)
    elif kind == "empty":
        data = b""
    root = folder / "wal" / "single-tenant"
    root.mkdir(parents=True)
    if kind == "folder":
        (root / name).mkdir()
    else:
        if kind == "name":
            name = random.choice(["x", name[:-4], name.upper(), "." + name, name + ".log", "00000000-0000-0000-0000-000000000000.log"])
        (root / name).write_bytes(data)
    if kind == "twice":
        (root / ("f" + name[1:])).write_bytes(data)
    return Opened(f"log {kind}", ["--data", str(folder)])


# MARK: Write-ahead folders of Tempo

def damage_write_ahead(random, folder, block, samples, flip):
    version = block.folder.parent.parent.name
    kind = random.choice(["meta", "meta-gone", "deleted", "names", "empty", "torn", "number", "twice", "folder"])
    name = "{id}+single-tenant+{version}"
    if kind == "names":
        name = random.choice(FOLDER_NAMES)
    target = folder / name.format(id=block.folder.name, version=version)
    target.mkdir()
    data, meta = block.files["data.parquet"], block.files["meta.json"]
    if kind == "meta":
        meta = random.choice([b"", b"{}", b"[]", b"null", meta[:random.randrange(len(meta))], flip(random, meta, (0, len(meta)), most=4)])
    if kind != "meta-gone":
        (target / "meta.json").write_bytes(meta)
    if kind == "deleted":
        (target / "meta.deleted.json").write_bytes(random.choice([b"", meta]))
    (target / "0000000001").write_bytes(data[:random.randrange(len(data))] if kind == "torn" else data)
    if kind == "number":
        for other in random.sample(["0", "1", "0000000000", "99999999999", "000000000x", "0000000003"], 3):
            (target / other).write_bytes(data[:random.choice([0, 4, len(data)])])
    elif kind == "twice":
        (target / "0000000002").write_bytes(data)
    elif kind == "folder":
        (target / "0000000002").mkdir()
    else:
        (target / "0000000002").write_bytes(b"")
    return Opened(f"{version} write-ahead folder {kind}")


# MARK: Tenant indexes

def protobuf(number, payload):
    def varint(n):
        out = b""
        while n > 127:
            out, n = out + bytes([n & 127 | 128]), n >> 7
        return out + bytes([n])
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def damage_index(random, folder, block, samples, flip):
    """index.json.gz, or the compressed protobuf's place taken by what is none."""
    tenant = folder / "single-tenant"
    (tenant / block.folder.name).mkdir(parents=True)
    for name, data in block.files.items():
        (tenant / block.folder.name / name).write_bytes(data)
    meta = json.loads(block.files["meta.json"])
    kind = random.choice(["gzip", "text", "cut", "value", "twice", "missing-block", "bomb", "protobuf"])
    index = {"created_at": "2026-01-15T00:00:00Z", "meta": [meta], "compacted": []}
    if kind == "value":
        index[random.choice(list(index))] = random.choice([None, 7, "x", {}, [{}], [None], [[]], [dict(meta, blockID="../..")]])
    elif kind == "twice":
        index["compacted"] = index["meta"] = [meta, meta]
    elif kind == "missing-block":
        index["meta"] = [dict(meta, blockID="%08x-0000-4000-8000-000000000009" % random.randrange(1 << 32))]
    text = json.dumps(index).encode()
    if kind == "text":
        text = flip(random, text, (0, len(text)), most=5)
    elif kind == "bomb":
        text = b" " * (96 << 20) + text
    data = gzip.compress(text, 1)
    if kind == "gzip":
        data = flip(random, data, (0, len(data)), most=5)
    elif kind == "cut":
        data = data[:random.randrange(len(data))]
    if kind == "protobuf":
        body = protobuf(1, flip(random, block.files["meta.json"], (0, 20)))
        data = random.choice([b"", body, b"\x28\xb5\x2f\xfd" + body, zlib.compress(body)])
        (tenant / "index.pb.zst").write_bytes(data)
    else:
        (tenant / "index.json.gz").write_bytes(data)
    return Opened(f"tenant index {kind}", ["--source", str(folder), "--set", "traceql.tenant_index=true"])


MAKERS = [damage_log, damage_log, damage_write_ahead, damage_index]
