#!/usr/bin/env python3
"""What the queries of examples/queries must answer, counted without any code of the engine.

pyarrow reads the example block; each question is asked again in Python over plain lists of spans. `answers()` gives the number of
matching traces by file name; run by itself it prints them beside what the files say.
"""
import glob, json, os, re, sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FOLDER = os.path.join(ROOT, "examples", "queries")
ERROR, OK = 2, 1
SERVER, CLIENT = 2, 3
MS = 1_000_000


class Span:
    def __init__(self, row, resource, stored, names):
        self.id, self.parent_id, self.name, self.kind = stored["SpanID"], stored["ParentSpanID"], stored["Name"], stored["Kind"]
        self.duration, self.status = stored["DurationNano"], stored["StatusCode"]
        self.resource = attributes(resource["Attrs"])
        # A service name that is no string is an attribute like others; the column is empty then.
        named = self.resource.get("service.name", resource["ServiceName"])
        self.service_names = named if isinstance(named, list) else [named]
        self.resource["service.name"] = resource["ServiceName"]
        self.service = resource["ServiceName"]
        self.span = attributes(stored["Attrs"])
        for column, name in names.items():
            if stored["DedicatedAttributes"][column] is not None:
                self.span[name] = stored["DedicatedAttributes"][column]
        for column, name in (("HttpMethod", "http.method"), ("HttpUrl", "http.url"), ("HttpStatusCode", "http.status_code")):
            if stored[column] is not None:
                self.span[name] = stored[column]
        self.events = [(e["Name"], attributes(e["Attrs"])) for e in stored["Events"]]


def attributes(stored):
    found = {}
    for a in stored:
        values = a["Value"] or a["ValueInt"] or a["ValueDouble"] or a["ValueBool"]
        if values and a["Key"] not in found:
            found[a["Key"]] = values if len(values) > 1 else values[0]
    return found


class Trace:
    """Spans and who is whose parent: by ID; of two halves with one ID, client and server, the other kind."""

    def __init__(self, row, names):
        self.root_service, self.duration = row["RootServiceName"], row["DurationNano"]
        self.spans = [Span(row, rs["Resource"], s, names) for rs in row["rs"] for ss in rs["ss"] for s in ss["Spans"]]
        by_id = {}
        for s in self.spans:
            by_id.setdefault(s.id, []).append(s)
        for s in self.spans:
            candidates = by_id.get(s.parent_id, []) if s.parent_id else []
            if len(candidates) == 2:
                wanted = CLIENT if s.kind == SERVER else SERVER
                candidates = [c for c in candidates if c.kind == wanted][:1]
            s.parent = candidates[0] if len(candidates) == 1 else None
        # Relations are those of the tree below the roots; orphans and cycles stand outside it, and IDs held by
        # more than two spans leave the whole trace without one.
        reached, waiting = set(), [s for s in self.spans if not s.parent_id]
        while waiting:
            span = waiting.pop()
            reached.add(span)
            waiting += [s for s in self.spans if s.parent is span and s not in reached]
        if max(map(len, by_id.values())) > 2:
            reached = set()
        for s in self.spans:
            s.above = s.parent if s in reached else None

    def any(self, f):
        return any(f(s) for s in self.spans)

    def ancestors(self, span):
        seen = []
        while span.above is not None and span.above not in seen:
            span = span.above
            seen.append(span)
        return seen

    def groups(self, keep, key, spans=None):
        found = {}
        for s in spans or self.spans:
            if keep(s):
                found.setdefault(key(s), []).append(s)
        return found.values()


def number(v):
    return v if isinstance(v, (int, float)) and not isinstance(v, bool) else None


def some(v, test):
    """Whether a number passes, or one of an array of numbers."""
    return any(number(x) is not None and test(x) for x in (v if isinstance(v, list) else [v]))


def text(v, value):
    return v == value or isinstance(v, list) and value in v


def mean(values):
    return sum(values) / len(values)


def quantile(values, q):
    values = sorted(values)
    at = q * (len(values) - 1)
    low = int(at)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (at - low)


QUESTIONS = {
    "arithmetic": lambda t: t.any(lambda s: (number(s.span.get("request_size")) is not None and number(s.span.get("response_size")) is not None
                                             and s.span["request_size"] + s.span["response_size"] > 20000)),
    "attribute-exists": lambda t: t.any(lambda s: "db.statement" in s.span and s.duration > 5 * MS),
    "bare-name": lambda t: t.any(lambda s: some(s.span.get("http.status_code", s.resource.get("http.status_code")), lambda v: v == 500)),
    "both": lambda t: t.any(lambda s: s.service == "payment") and t.any(lambda s: s.service == "email"),
    "crossing": lambda t: t.any(lambda s: s.kind == SERVER and s.service != "frontend" and s.above is not None
                                and s.above.kind == CLIENT and s.above.service == "frontend"),
    "direct-call": lambda t: t.any(lambda s: s.service == "payment" and s.above is not None and s.above.service == "checkout"),
    "errors": lambda t: t.any(lambda s: s.status == ERROR),
    "events": lambda t: t.any(lambda s: any(n == "exception" and text(a.get("exception.type"), "Error") for n, a in s.events)),
    "failed-downstream": lambda t: t.any(lambda s: s.status == ERROR and any(a.service == "checkout" for a in t.ancestors(s))),
    "group": lambda t: any(mean([s.duration for s in g]) > 30 * MS for g in t.groups(lambda s: s.kind == SERVER, lambda s: s.service)),
    "http-status": lambda t: t.any(lambda s: some(s.span.get("http.status_code"), lambda v: v >= 500)),
    "many-queries": lambda t: sum("db.system" in s.span for s in t.spans) > 8,
    "no-error-recorded": lambda t: t.any(lambda s: some(s.span.get("http.status_code"), lambda v: v >= 400) and s.status != ERROR),
    "parent": lambda t: t.any(lambda s: s.service == "product-catalog" and s.parent is not None and s.parent.service == "checkout"),
    "quantile": lambda t: any(quantile([s.duration for s in g], 0.95) > 40 * MS for g in t.groups(lambda s: s.kind == SERVER, lambda s: s.service)),
    "regex": lambda t: t.any(lambda s: re.fullmatch("GET /api/.*", s.name) and s.duration > 10 * MS),
    "root": lambda t: t.root_service == "load-generator" and t.duration > 50 * MS,
    "select": lambda t: t.any(lambda s: s.status == ERROR),
    "siblings": lambda t: t.any(lambda s: s.name == "oteldemo.ShippingService/ShipOrder" and s.above is not None and any(
        o is not s and o.above is s.above and o.name == "oteldemo.PaymentService/Charge" for o in t.spans)),
    "slow-service": lambda t: t.any(lambda s: s.service == "checkout" and s.duration > 40 * MS),
}


def traces():
    import pyarrow.parquet as parquet
    block = glob.glob(os.path.join(ROOT, "examples", "data", "*", "*", ""))[0]
    meta = json.load(open(os.path.join(block, "meta.json")))
    names = {}
    for c in meta.get("dedicatedColumns", []):
        if c.get("s", "span") == "span" and c.get("t", "string") == "string":
            names["String%02d" % (len(names) + 1)] = c["n"]
    return [Trace(row, names) for row in parquet.read_table(os.path.join(block, "data.parquet")).to_pylist()]


def answers():
    all = traces()
    return {name + ".traceql": sum(bool(ask(t)) for t in all) for name, ask in QUESTIONS.items()}


def claimed(name):
    return int(re.search(r"// Answer: (\d+) traces?\n$", open(os.path.join(FOLDER, name), encoding="utf8").read()).group(1))


if __name__ == "__main__":
    for name, count in sorted(answers().items()):
        print("%4d %4d %s" % (count, claimed(name), name))
    sys.exit(0 if answers() == {n: claimed(n) for n in os.listdir(FOLDER)} else 1)
