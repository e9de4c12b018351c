"""A server that answers as Tempo did: the recorded answers of Tests/Conformance, found by what is asked."""
import json, os, re, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit, parse_qs, unquote

CONFORMANCE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "Conformance")


def recorded():
    """(path, q) to the file of the answer. Of several with one q the first counts."""
    found = {}
    for query in json.load(open(os.path.join(CONFORMANCE, "queries.json"), encoding="utf8")):
        kind, version = query["kind"], query.get("version")
        if query.get("params", {}).get("most_recent") or query.get("accept"):
            continue
        if kind == "search":
            path = "/api/search"
        elif kind == "query_range":
            path = "/api/metrics/query_range"
        elif kind == "query":
            path = "/api/metrics/query"
        elif kind == "tags" and version == "v2" and "scope" not in query["params"]:
            path = "/api/v2/search/tags"
        elif kind == "tag_values" and version == "v2":
            path = "/api/v2/search/tag/%s/values" % query["tag"]
        elif kind == "trace" and version == "v2":
            path = "/api/v2/traces/" + query["traceID"].rjust(32, "0")
        else:
            continue
        found.setdefault((path, query.get("q", "")), os.path.join(CONFORMANCE, "golden", "small", query["id"] + ".json"))
    return found


def restored(body):
    """Recorded traces are kept with scope and spans side by side; Tempo nests them."""
    trace = body.get("trace")
    if trace:
        for entry in trace.get("resourceSpans", []):
            if "spans" in entry:
                entry["scopeSpans"] = [{"scope": entry.pop("scope", {}), "spans": entry.pop("spans")}]
    return body


class Replay:
    def __init__(self):
        answers = recorded()
        asked = self.asked = []
        self.delay = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                parts = urlsplit(self.path)
                parameters = {k: v[0] for k, v in parse_qs(parts.query).items()}
                path = unquote(parts.path)
                asked.append((path, parameters, dict(self.headers)))
                if path == "/api/status/buildinfo":
                    return self.answer(200, {"version": "3.1.0-dev", "revision": "ad33aa8faf"})
                name = answers.get((path, parameters.get("q", "")))
                if name is None:
                    if path.endswith("/values"):
                        return self.answer(200, {"tagValues": []})
                    if path == "/api/v2/search/tags":
                        return self.answer(200, {"scopes": []})
                    return self.refuse(404 if "/traces/" in path else 400, "nothing recorded for this")
                body = restored(json.load(open(name, encoding="utf8")))
                if "traces" in body:
                    body["traces"] = body["traces"][:int(parameters.get("limit", 20))]
                self.answer(200, body)

            def answer(self, status, body):
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def refuse(self, status, text):
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = "http://127.0.0.1:%d" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
