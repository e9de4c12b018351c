"""Answers that rightly differ from the recorded ones, counted from the same blocks by pyarrow: no code of the engine.

`answer(query, blocks)` gives what check.py compares with, in its normal form, for the queries of `COUNTED`. Spans are read row by row
from vParquet3, 4 and 5; each block's copy of a span counts, as in the recorded answers.
"""
import functools, glob, json, math, os, re
import pyarrow
import pyarrow.compute as compute
import pyarrow.parquet as parquet

KINDS = ["unspecified", "internal", "server", "client", "producer", "consumer"]
FIXED_RESOURCE = {"Cluster": "cluster", "Namespace": "namespace", "Pod": "pod", "Container": "container",
                  "K8sClusterName": "k8s.cluster.name", "K8sNamespaceName": "k8s.namespace.name",
                  "K8sPodName": "k8s.pod.name", "K8sContainerName": "k8s.container.name"}
FIXED_SPAN = {"HttpMethod": "http.method", "HttpUrl": "http.url", "HttpStatusCode": "http.status_code"}
COLUMNS = ["TraceID", "rs.Resource", "rs.ss.Spans.SpanID", "rs.ss.Spans.Name", "rs.ss.Spans.Kind", "rs.ss.Spans.StartTimeUnixNano",
           "rs.ss.Spans.DurationNano", "rs.ss.Spans.Attrs", "rs.ss.Spans.DedicatedAttributes"]


class Span:
    def __init__(self, block, trace, resource, stored, names):
        self.block, self.trace, self.id, self.name, self.kind = block, trace, stored["SpanID"], stored["Name"], KINDS[stored["Kind"]]
        self.start, self.duration = stored["StartTimeUnixNano"], stored["DurationNano"]
        self.resource = resource
        self.span = attributes(stored, FIXED_SPAN, names)


def attributes(owner, fixed, names):
    """Key to value; a list is an array. An int of one type and a text of the same key under one roof would be an array too."""
    found = {}
    for a in items(owner["Attrs"]):
        found.setdefault(a["Key"], []).extend(v for c in ("Value", "ValueInt", "ValueDouble", "ValueBool") for v in many(a[c]))
    columns = [(name, owner.get(column)) for column, name in fixed.items()]
    columns += [(name, (owner.get("DedicatedAttributes") or {}).get(column)) for column, name in names.items()]
    for name, value in columns:
        if many(value):
            found.setdefault(name, []).extend(many(value))
    return {k: v if len(v) > 1 else v[0] for k, v in found.items() if v}


def many(value):
    return [] if value is None else value if isinstance(value, list) else items(value) if isinstance(value, dict) else [value]


def items(value):
    """A list, or the group that pyarrow shows for one."""
    if isinstance(value, dict):
        value = value.get("list", value)
    return [v["element"] if isinstance(v, dict) and set(v) == {"element"} else v for v in value or []]


def dedicated(meta, scope):
    """Columns of their own by position, one counter a type; only vParquet5 has other types than text."""
    names, counts = {}, {}
    for entry in meta.get("dedicatedColumns") or []:
        kind = {"string": "String", "int": "Int"}[entry.get("t", "string")]
        if entry.get("s", "span") == scope:
            counts[kind] = counts.get(kind, 0) + 1
            names["%s%02d" % (kind, counts[kind])] = entry["n"]
    return names


def data_files(blocks):
    return sorted(glob.glob(os.path.join(blocks, "*", "*", "data.parquet")))


def leaves(file):
    return [file.schema.column(i).path for i in range(len(file.schema.names))]


@functools.lru_cache(maxsize=2)
def spans(blocks):
    found = []
    for path in data_files(blocks):
        with open(os.path.join(os.path.dirname(path), "meta.json"), encoding="utf8") as f:
            meta = json.load(f)
        file = parquet.ParquetFile(path)
        wanted = [p for p in leaves(file) if p.replace(".list.element", "").startswith(tuple(COLUMNS + ["rs.ss.Spans.Http"]))]
        for group in range(file.metadata.num_row_groups):
            for row in file.read_row_group(group, columns=wanted).to_pylist():
                for rs in items(row["rs"]):
                    resource = attributes(rs["Resource"], FIXED_RESOURCE, dedicated(meta, "resource"))
                    # Text in its own column; what is no text stands in the list (traceql.md T-25).
                    resource["service.name"] = rs["Resource"]["ServiceName"]
                    for ss in items(rs["ss"]):
                        found += [Span(path, row["TraceID"], resource, s, dedicated(meta, "span")) for s in items(ss["Spans"])]
    return found


# MARK: Series

def window(params):
    """traceql-metrics.md 2.4: from before the first interval to the last, and the step; nanoseconds."""
    start, end, step = params["start"] * 10**9, params["end"] * 10**9, int(params["step"].rstrip("s")) * 10**9
    first, last = start // step * step, -(-end // step) * step
    return first - step if first > step else first, last, step


def intervals(params, found):
    """Spans by interval: `(start, end]` of each."""
    first, last, step = window(params)
    result = [[] for _ in range((last - first) // step)]
    for s in found:
        if first < s.start <= last:
            result[-(-(s.start - first) // step) - 1].append(s)
    return result, [(first + (i + 1) * step) // 10**6 for i in range(len(result))]


def label(key, value):
    """traceql-metrics.md 4.4; arrays are the text nil (4.1)."""
    if isinstance(value, list):
        value = "nil"
    kind = {bool: "boolValue", int: "intValue", float: "doubleValue", str: "stringValue"}[type(value)]
    return {"key": key, "value": {kind: str(value) if kind == "intValue" else value}}


def grouped(params, found, key, field, function):
    """A series for each value of `field`; `function` makes a sample of an interval's spans, None: there is none."""
    series = []
    groups = {}
    for s in found:
        value = field(s)
        groups.setdefault("nil" if isinstance(value, list) else value, []).append(s)
    for value, members in groups.items():
        inside, stamps = intervals(params, members)
        samples = [(t, function(i)) for t, i in zip(stamps, inside)]
        if any(v is not None for _, v in samples):
            series.append(one([label(key, value)] if value is not None else [], samples))
    return series


def one(labels, samples):
    return {"labels": labels, "samples": [dict({"timestampMs": str(t)}, **({"value": v} if v else {})) for t, v in samples if v is not None]}


def service(span):
    return span.resource["service.name"]


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def bucket(value):
    """The power of two that is the least bound; 0 for what is not above 0."""
    return 0.0 if value <= 0 else 2.0 ** math.ceil(math.log2(value))


def histogram(params, found, argument, by=None):
    """A series for each group and bucket; intervals without any value of the group are missing."""
    found = [s for s in found if is_number(argument(s))]
    series = []
    for group in {(by[1](s) if by else None) for s in found}:
        members = [s for s in found if not by or by[1](s) == group]
        inside, stamps = intervals(params, members)
        labels = [label(by[0], group)] if by and group is not None else []
        for upper in {bucket(argument(s)) for i in inside for s in i}:
            counts = [float(sum(bucket(argument(s)) == upper for s in i)) if i else None for i in inside]
            series.append(one(labels + [label("__bucket", upper)], zip(stamps, counts)))
    return series


def quantile(rank, values):
    """traceql-metrics.md 8.2: interpolated between powers of two."""
    if not values:
        return None
    uppers = sorted(bucket(v) for v in values)
    occupied = sorted(set(uppers))
    k, before = max(1, math.ceil(rank * len(values))), 0
    for j, upper in enumerate(occupied):
        count = uppers.count(upper)
        if before + count == k:
            return upper
        if before + count > k:
            high = math.log2(upper)
            low = math.log2(occupied[j - 1]) if j else high - 1
            return 2 ** (low + (high - low) * (k - before) / count)
        before += count


def quantiles(params, found, argument, ranks):
    inside, stamps = intervals(params, [s for s in found if is_number(argument(s))])
    return [one([label("p", rank)], [(t, quantile(rank, [argument(s) for s in i])) for t, i in zip(stamps, inside)]) for rank in ranks]


def amount(span):
    return span.span.get("app.payment.amount")


def status_codes(function):
    """min, max or mean of span.http.status_code of clients by service."""
    def series(params, found):
        code = lambda s: s.span.get("http.status_code")
        found = [s for s in found if s.kind == "client" and is_number(code(s))]
        return grouped(params, found, "resource.service.name", service, lambda i: function([code(s) for s in i]) if i else None)
    return series


def charges(found):
    return [s for s in found if s.name == "charge"]


def odd(found, case):
    return [s for s in found if s.span.get("odd.case") == case]


def rate_of_arrays(params, found):
    # A missing value has no label; where none is left the first says nil (4.2).
    key = lambda s: s.span.get("arr.str", "nil")
    return grouped(params, odd(found, "arrays"), "span.arr.str", key, lambda i: len(i) / 300)


def counts_by_service(params, found):
    inside = [s for s in found if params["start"] * 10**9 < s.start <= params["end"] * 10**9]
    names = {}
    for s in inside:
        names[service(s)] = names.get(service(s), 0) + 1
    return [{"labels": [label("resource.service.name", n)], "value": c} for n, c in names.items()]


def shortest_by_service(params, found):
    return grouped(params, found, "resource.service.name", service, lambda i: min(s.duration for s in i) / 1e9 if i else None)


SERIES = {
    "s-quant-004": lambda p, found: quantiles(p, found, amount, (0.5, 0.99)),
    "s-hist-001": lambda p, found: histogram(p, found, amount),
    "s-hist-002": lambda p, found: histogram(p, charges(found), amount, ("span.app.payment.card_valid", lambda s: s.span.get("app.payment.card_valid"))),
    "m-metrics-08": lambda p, found: histogram(p, charges(found), amount),
    "m-metrics-07": shortest_by_service,
    "m-instant-02": counts_by_service,
    "s-agg-003": status_codes(min),
    "s-agg-004": status_codes(max),
    "s-agg-008": status_codes(lambda values: math.fsum(values) / len(values)),
    "s-rate-008": rate_of_arrays,
}


# MARK: Values and traces

def values(found, field):
    """Distinct values as http-api.md 7.2 gives them; v1 knows only texts."""
    names = {str: "string", int: "int", float: "float", bool: "bool"}
    distinct = {}
    for s in found:
        for v in many(field(s)):
            text = str(v).lower() if isinstance(v, bool) else str(v)
            # An empty text is left out.
            distinct[type(v), v] = {"type": names[type(v)], **({"value": text} if text else {})}
    return list(distinct.values())


VALUES = {
    "s-tv1-007": lambda found: [v.get("value", "") for v in values(found, lambda s: s.span.get("db.statement"))],
    "s-tv2-006": lambda found: values(found, lambda s: s.resource.get("process.pid")),
    "s-tv2-007": lambda found: values(found, lambda s: s.resource.get("k8s.pod.name")),
    "s-tv2-012": lambda found: values(found, lambda s: s.span.get("http.url")),
    "s-tv2q-007": lambda found: [{"type": "keyword", "value": k} for k in {s.kind for s in odd(found, "status")}],
}


def is_not_other_than_zero(span):
    """!(span.odd.case != "zero"): a comparison with what is missing is false, so its negation is true (traceql.md 5.2)."""
    return not ("odd.case" in span.span and span.span["odd.case"] != "zero")


def arrays(span):
    return [json.dumps(many(span.span.get("arr.str")))]


# Which spans match, and what groups them.
TRACES = {
    "s-logic-012": (lambda s: is_not_other_than_zero(s) and s.kind == "internal", None),
    "m-search-01": (lambda s: is_number(amount(s)) and amount(s) > 2480, None),
    "s-pipe-028": (lambda s: s.span.get("odd.case") == "arrays", arrays),
}


def traces(found, matches, group):
    """Trace ID to the number of matching spans of each group, in ascending order. Of the parts that several blocks hold of a trace the
    one with most counts (traceql.md 8.4)."""
    parts = {}
    for s in filter(matches, found):
        part = s.trace.hex().lstrip("0"), tuple(group(s)) if group else (), s.block
        parts[part] = parts.get(part, 0) + 1
    result = {}
    for (trace, key, _), count in parts.items():
        sets = result.setdefault(trace, {})
        sets[key] = max(sets.get(key, 0), count)
    return {t: sorted(sets.values()) for t, sets in result.items()}


def span_names(blocks):
    """Names of attributes of spans, whatever their values; a column of its own counts where it has a value."""
    names = {name for s in spans(blocks) for name in s.span}
    for path in data_files(blocks):
        file = parquet.ParquetFile(path)
        keys = [p for p in leaves(file) if re.match(r"rs\.(list\.element\.)?ss\.(list\.element\.)?Spans\.(list\.element\.)?Attrs\.(list\.element\.)?Key$", p)]
        column = file.read(columns=keys).column(0)
        while not pyarrow.types.is_string(column.type):
            column = column.combine_chunks().flatten() if pyarrow.types.is_struct(column.type) else compute.list_flatten(column)
            column = column[0] if isinstance(column, list) else column
            column = pyarrow.chunked_array([column]) if isinstance(column, pyarrow.Array) else column
        names.update(column.unique().to_pylist())
    return names


NAMES = {"m-tags-01"}
COUNTED = set(SERIES) | set(VALUES) | set(TRACES) | NAMES


def compared(got, query, blocks):
    """What is counted, and the answer in the same form."""
    found = spans(blocks)
    name = query["id"]
    if name in NAMES:
        return {"tags": sorted(span_names(blocks))}, {"tags": sorted(t for scope in got["scopes"] if scope["name"] == "span" for t in scope["tags"])}
    if name in SERIES:
        return {"series": SERIES[name](query["params"], found)}, got
    if name in VALUES:
        return {"tagValues": VALUES[name](found)}, got
    sets = {t["traceID"]: sorted(ss["matched"] for ss in t["spanSets"]) for t in got["traces"]}
    return traces(found, *TRACES[name]), sets
