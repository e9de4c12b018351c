#!/usr/bin/env python3
"""Spans of vParquet4 blocks as JSON lines, read by pyarrow: what the oracle answers the recorded queries with.

  dump_blocks.py FOLDER > SPANS

One line is one trace of one block: {"block", "id", "batches": [{"resource", "scope", "spans"}]}. An attribute is
[key, [element, ...]]; an element is a string, an integer, a boolean, or {"d": "1.5"}. A value that blocks keep no trace of has no elements.
"""
import glob, json, os, sys
import pyarrow.parquet as parquet

FIXED_RESOURCE = {"Cluster": "cluster", "Namespace": "namespace", "Pod": "pod", "Container": "container",
                  "K8sClusterName": "k8s.cluster.name", "K8sNamespaceName": "k8s.namespace.name",
                  "K8sPodName": "k8s.pod.name", "K8sContainerName": "k8s.container.name"}
FIXED_SPAN = {"HttpMethod": "http.method", "HttpUrl": "http.url", "HttpStatusCode": "http.status_code"}


def items(value):
    """A list, or the group that pyarrow shows for one."""
    if isinstance(value, dict):
        value = value.get("list", value)
    return [v["element"] if isinstance(v, dict) and set(v) == {"element"} else v for v in value or []]


def attribute(a):
    elements = items(a["Value"]) + items(a["ValueInt"]) + [{"d": repr(v)} for v in items(a["ValueDouble"])] + items(a["ValueBool"])
    return [a["Key"], elements]


def attributes(owner, fixed, dedicated):
    found = [attribute(a) for a in items(owner["Attrs"])]
    for column, name in list(fixed.items()):
        if owner.get(column) is not None:
            found.append([name, [owner[column]]])
    for column, name in dedicated.items():
        if owner["DedicatedAttributes"].get(column) is not None:
            found.append([name, [owner["DedicatedAttributes"][column]]])
    return found


def dedicated_columns(meta):
    """Columns by position, blocks.md 2.2: v4 knows strings of resources and spans, without options."""
    columns = {"resource": {}, "span": {}}
    for entry in meta.get("dedicatedColumns", []):
        scope = entry.get("s", "span")
        if scope in columns and entry.get("t", "string") == "string" and not entry.get("o") and len(columns[scope]) < 10:
            columns[scope]["String%02d" % (len(columns[scope]) + 1)] = entry["n"]
    return columns


def signed(n):
    return n - (1 << 64) if n >= 1 << 63 else n


def span(s, dedicated):
    return {
        "id": s["SpanID"].hex(), "parent": s["ParentSpanID"].hex(), "name": s["Name"], "kind": s["Kind"],
        "start": signed(s["StartTimeUnixNano"]), "duration": signed(s["DurationNano"]), "status": s["StatusCode"],
        "message": s["StatusMessage"], "state": s["TraceState"], "attributes": attributes(s, FIXED_SPAN, dedicated),
        "events": [{"name": e["Name"], "time": signed(e["TimeSinceStartNano"]), "attributes": [attribute(a) for a in items(e["Attrs"])]}
                   for e in items(s["Events"])],
        "links": [{"trace": l["TraceID"].hex(), "span": l["SpanID"].hex(), "attributes": [attribute(a) for a in items(l["Attrs"])]}
                  for l in items(s["Links"])],
    }


def main():
    for path in sorted(glob.glob(os.path.join(sys.argv[1], "single-tenant", "*", "data.parquet"))):
        folder = os.path.dirname(path)
        with open(os.path.join(folder, "meta.json"), encoding="utf8") as f:
            columns = dedicated_columns(json.load(f))
        for row in parquet.ParquetFile(path).read().to_pylist():
            batches = []
            for rs in items(row["rs"]):
                resource = attributes(rs["Resource"], FIXED_RESOURCE, columns["resource"])
                if rs["Resource"]["ServiceName"]:
                    resource.append(["service.name", [rs["Resource"]["ServiceName"]]])
                for ss in items(rs["ss"]):
                    scope = {"name": ss["Scope"]["Name"], "version": ss["Scope"]["Version"],
                             "attributes": [attribute(a) for a in items(ss["Scope"]["Attrs"])]}
                    batches.append({"resource": resource, "scope": scope, "spans": [span(s, columns["span"]) for s in items(ss["Spans"])]})
            print(json.dumps({"block": os.path.basename(folder), "id": row["TraceID"].hex(), "batches": batches}, ensure_ascii=False))


if __name__ == "__main__":
    main()
