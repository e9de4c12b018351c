"""Mutated requests of every protocol: refused in words or taken, never a crash, and memory comes back."""
import json, os, random, shutil, struct, tempfile

import ingest
import roundtrip
from receiving import CODINGS, JSON, PROTOBUF, Receiving

# FUZZ_ROUNDS=50000 looks for leaks, too; so does a binary built with --sanitize=address: what LeakSanitizer finds
# is another exit code of a server that was told to end.
ROUNDS = int(os.environ.get("FUZZ_ROUNDS", 1500))
# Memory is compared between the fifths of a long run; the first fills caches and pools.
LONG, GROWTH = 20_000, 24 << 20


def mutated(r, body):
    body = bytearray(body)
    for _ in range(r.choice([1, 1, 2, 5])):
        kind = r.randrange(6)
        position = r.randrange(len(body) + 1)
        if kind == 0 and body:
            body[position % len(body)] ^= 1 << r.randrange(8)
        elif kind == 1:
            del body[position:]
        elif kind == 2:
            body[position:position] = r.randbytes(r.randrange(1, 6))
        elif kind == 3:
            del body[position:position + r.randrange(1, 9)]
        elif kind == 4 and body:
            start = r.randrange(len(body))
            body[position:position] = body[start:start + r.randrange(1, 40)]
        else:
            body[position:position + 4] = r.choice([b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff", b"\x80" * 4])
    return bytes(body)


def thrift(r):
    string = lambda text: struct.pack(">i", len(text)) + text
    field = lambda type, number, value: struct.pack(">bh", type, number) + value
    tag = field(11, 1, string(b"key")) + field(8, 2, struct.pack(">i", r.randrange(5))) + field(11, 3, string(b"text")) + field(4, 4, struct.pack(">d", 1.5)) + \
        field(2, 5, b"\1") + field(10, 6, struct.pack(">q", 7)) + field(11, 7, string(b"\0\1")) + b"\0"
    tags = struct.pack(">bi", 12, 2) + tag * 2
    log = field(10, 1, struct.pack(">q", 5)) + field(15, 2, tags) + b"\0"
    reference = field(8, 1, struct.pack(">i", r.randrange(2))) + field(10, 2, struct.pack(">q", 7)) + field(10, 3, struct.pack(">q", 1)) + field(10, 4, struct.pack(">q", 8)) + b"\0"
    span = field(10, 1, struct.pack(">q", 7)) + field(10, 2, struct.pack(">q", 1)) + field(10, 3, struct.pack(">q", 9)) + field(11, 5, string(b"op")) + \
        field(15, 6, struct.pack(">bi", 12, 1) + reference) + field(10, 8, struct.pack(">q", 1)) + field(10, 9, struct.pack(">q", 5)) + \
        field(15, 10, tags) + field(15, 11, struct.pack(">bi", 12, 1) + log) + b"\0"
    return field(12, 1, field(11, 1, string(b"svc")) + field(15, 2, tags) + b"\0") + field(15, 2, struct.pack(">bi", 12, 2) + span * 2) + b"\0"


def zipkin():
    return json.dumps([{"traceId": "0102030405060708090a0b0c0d0e0f10", "id": "a001", "parentId": "b1", "kind": "CLIENT", "name": "get /api", "timestamp": 1795215200000000, "duration": 5,
                        "localEndpoint": {"serviceName": "fe", "ipv4": "10.0.0.1", "port": 8080}, "remoteEndpoint": {"serviceName": "be", "ipv6": "::1"},
                        "annotations": [{"timestamp": 3, "value": "start|{\"a\":1}|2"}],
                        "tags": {"otlp.link.0": "0102030405060708090a0b0c0d0e0f10|00000000000000b1|a=b|{\"k\":[1]}|0", "error": "true", "otel.status_code": "Error"}}]).encode()


def resident(server):
    """Bytes of the process that are in memory, when nothing is live."""
    server.flush()
    return int(open("/proc/%d/statm" % server.process.pid).read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def run(checks, binary, seed):
    r = random.Random(seed)
    folder = tempfile.mkdtemp()
    try:
        server = Receiving(binary, folder, "traceql.ingest.wal_sync=never", "ingester.max_block_bytes=200000")
        requests = [ingest.request(r, [r.randbytes(16) for _ in range(4)], []) for _ in range(20)]
        forms = [("otlp", "/v1/traces", PROTOBUF, lambda: r.choice(requests).SerializeToString()), ("otlp", "/v1/traces", JSON, lambda: roundtrip.otlp_json(r.choice(requests))),
                 ("zipkin", "/api/v2/spans", JSON, zipkin), ("jaeger", "/api/traces", "application/x-thrift", lambda: thrift(r))]
        statuses, strange, memory = {}, [], []
        for round in range(ROUNDS):
            if ROUNDS >= LONG and round % (ROUNDS // 5) == 0 and round:
                memory.append(resident(server))
            port, path, type, make = forms[round % len(forms)]
            body, headers = make(), {"Content-Type": type}
            if port == "otlp" and r.random() < .3:
                headers["Content-Encoding"] = r.choice(sorted(CODINGS))
                body = CODINGS[headers["Content-Encoding"]](body)
            body = mutated(r, body)
            status, _, answer = server.ask(port, "POST", path, body, headers)
            statuses[(port, status)] = statuses.get((port, status), 0) + 1
            if status >= 400 and not answer or status in (500, 503) and port != "jaeger" and b"ids must be" not in answer and status != 500:
                strange.append((port, status, body.hex()[:200], answer[:100]))
            if server.process.poll() is not None:
                strange.append(("the server is gone", port, body.hex()))
                break
        if memory:
            memory.append(resident(server))
            checks.check("fuzz: memory stays as it is", max(memory[1:]) - memory[0] < GROWTH, [m >> 20 for m in memory])
            print("fuzz: %d requests, MB resident: %s" % (ROUNDS, " ".join(str(m >> 20) for m in memory)))
        checks.check("fuzz: refusals have words", not strange, strange[:2])
        checks.check("fuzz: some are refused, some taken", all(any(p == port and s >= 400 for p, s in statuses) and any(p == port and s < 300 for p, s in statuses)
                                                              for port in ("otlp", "zipkin", "jaeger")), statuses)
        checks.check("fuzz: what was taken can be asked for", "traces" in server.json("/api/search", q="{}", limit="10"))
        checks.check("fuzz: and written", server.flush() == 204 and server.counter("traceql_live_spans") == 0 and server.counter("traceql_ingest_memory_bytes") == 0)
        checks.check("fuzz: the server ends well", server.stop() == 0)
    finally:
        shutil.rmtree(folder)
