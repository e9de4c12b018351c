"""A folder that a server writes to: what is in its log is found too, and what comes meanwhile."""
import json, os, sys, time, urllib.request
import terminal

sys.path.insert(0, os.path.join(terminal.ROOT, "Tests", "Served"))
import served


def send(port, name):
    """One span, acknowledged: it is in the log then."""
    now = time.time_ns()
    span = {"traceId": os.urandom(16).hex(), "spanId": os.urandom(8).hex(), "name": name, "kind": 1,
            "startTimeUnixNano": str(now), "endTimeUnixNano": str(now + 5000000)}
    body = {"resourceSpans": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "live"}}]},
                               "scopeSpans": [{"spans": [span]}]}]}
    request = urllib.request.Request("http://127.0.0.1:%d/v1/traces" % port, json.dumps(body).encode(), {"Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=10).read()


def test_spans_of_the_log_and_those_that_come_later(b):
    data = os.path.join(b.home, "data")
    local = "127.0.0.1:0"
    ports = ["--set", "distributor.receivers.otlp.protocols.http.endpoint=" + local, "--set", "distributor.receivers.zipkin.endpoint=" + local,
             "--set", "distributor.receivers.jaeger.protocols.thrift_http.endpoint=" + local]
    with served.Server(b.binary, "--data", data, *ports, source=None) as server:
        send(server.port, "first")
        t = b.ready(data)
        t.run('{ name = "first" }', until=r"^1 trace ·")
        send(server.port, "second")
        t.run('{ name = "second" }', until=r"^1 trace ·")
        t.run("{ }", until=r"^2 traces ·")
