"""Seeds for what takes spans in: a span in each form, streams of each coding, a record of a log."""
import gzip
import json
import struct

TRACE, SPAN = bytes(range(1, 17)), b"\x11" * 8


def message(number, content):
    """A field of a protobuf message that holds a message or bytes."""
    return bytes([number << 3 | 2, len(content)]) + content


def thrift(type, number, content):
    return struct.pack(">bh", type, number) + content


OTLP = message(1, message(2, message(2, (
    message(1, TRACE) + message(2, SPAN) + message(5, b"a") + bytes([6 << 3, 2])
    + message(9, message(1, b"k") + message(2, bytes([3 << 3, 5])))))))

OTLP_JSON = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [{
    "traceId": TRACE.hex(), "spanId": SPAN.hex(), "name": "a", "kind": 2,
    "attributes": [{"key": "k", "value": {"intValue": "5"}}]}]}]}]}).encode()

ZIPKIN = json.dumps([{
    "traceId": "abc123", "id": "a001", "name": "get", "timestamp": 1795215200377966, "duration": 5,
    "annotations": [{"timestamp": 3, "value": "start|{\"a\":1}|2"}], "tags": {"a": "b"}}]).encode()

JAEGER = json.dumps({"data": [{
    "traceID": "abc", "processes": {"p1": {"serviceName": "s"}},
    "spans": [{"traceID": "abc", "spanID": "1", "operationName": "op", "startTime": 1,
               "duration": 5, "processID": "p1"}]}]}).encode()

STRING, STRUCT, LIST, LONG = 11, 12, 15, 10
THRIFT = (
    thrift(STRUCT, 1, thrift(STRING, 1, b"\0\0\0\1s") + b"\0")
    + thrift(LIST, 2, struct.pack(">bi", STRUCT, 1)
             + b"".join(thrift(LONG, n, struct.pack(">q", 7)) for n in (1, 2, 3, 8, 9))
             + thrift(STRING, 5, b"\0\0\0\1o") + b"\0")
    + b"\0")

SEEDS = {
    # "abc" in a framed stream, and as a block.
    "snappy": [bytes.fromhex("ff060000734e61507059010700006e57f121616263"), b"\x03\x08abc"],
    "lz4": [bytes.fromhex("04224d186040820300008061626300000000")],
    "dump": [OTLP, bytes([len(OTLP)]) + OTLP, struct.pack(">I", len(OTLP)) + OTLP, OTLP_JSON,
             gzip.compress(OTLP_JSON), ZIPKIN, JAEGER],
    "thrift": [THRIFT],
    # Length, CRC-32C of what follows, content.
    "log": [struct.pack("<II", 9, 0xE3069283) + b"123456789"],
}
