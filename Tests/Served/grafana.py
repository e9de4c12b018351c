"""A client shaped like Grafana's Tempo data source: its requests, decoded as strictly as it decodes them."""
import functools, json, os, sys, tempfile

from served import BLOCKS, HERE, Server, check, equal, quote

START, END = 1768435200, 1768440000


@functools.cache
def messages():
    """The classes of proto/*.proto, made by protoc."""
    from grpc_tools import protoc

    folder = tempfile.mkdtemp()
    proto = os.path.join(HERE, "proto")
    code = protoc.main(["protoc", "-I" + proto, "--python_out=" + folder, "trace.proto", "tempo.proto"])
    equal(code, 0, "protoc")
    sys.path.insert(0, folder)
    import tempo_pb2

    return tempo_pb2


def unknown_fields(message):
    """Field numbers that our description of the message does not have, anywhere inside."""
    from google.protobuf.unknown_fields import UnknownFieldSet

    found = [f.field_number for f in UnknownFieldSet(message)]
    for field, value in message.ListFields():
        if field.message_type is None or field.message_type.GetOptions().map_entry:
            continue
        for inner in value if field.is_repeated else [value]:
            found += unknown_fields(inner)
    return found


def strict(tempo, message, body):
    """JSON decoded as the plugin does it: an unknown member is an error."""
    from google.protobuf import json_format

    try:
        return json_format.Parse(body, message)
    except json_format.ParseError as e:
        check(False, "not strict JSON of the message:", e, body[:300])


def test_health(binary):
    with Server(binary) as server:
        equal(server.get("/api/echo")[0], 200)


def test_search(binary):
    tempo = messages()
    target = "/api/search?q=%s&limit=20&spss=3&start=%d&end=%d" % (quote("{resource.service.name=~`.+` && status = error}"), START, END)
    with Server(binary) as server:
        status, headers, body = server.get(target, {"Accept": "application/json"})
        equal((status, headers["Content-Type"]), (200, "application/json"))
        from_json = strict(tempo, tempo.SearchResponse(), body)
        status, headers, body = server.get(target, {"Accept": "application/protobuf"})
        equal((status, headers["Content-Type"]), (200, "application/protobuf"))
        from_bytes = tempo.SearchResponse.FromString(body)
        equal(unknown_fields(from_bytes), [])
        equal(list(from_bytes.traces), list(from_json.traces), "JSON and protobuf")
        check(5 <= len(from_json.traces) <= 20, len(from_json.traces))
        starts = [t.startTimeUnixNano for t in from_json.traces]
        equal(starts, sorted(starts, reverse=True), "newest first")
        for trace in from_json.traces:
            equal(trace.spanSet, trace.spanSets[0])
            check(1 <= len(trace.spanSet.spans) <= 3 and trace.spanSet.matched >= len(trace.spanSet.spans), trace)
            check(all(len(s.spanID) == 16 for s in trace.spanSet.spans), trace)
            check(not trace.traceID.startswith("0"), trace.traceID)


def test_tags_and_values(binary):
    tempo = messages()
    with Server(binary) as server:
        for target, make in (
            ("/api/v2/search/tags?limit=5000", tempo.SearchTagsV2Response),
            ("/api/v2/search/tags?limit=5000&start=%d&end=%d" % (START, END), tempo.SearchTagsV2Response),
            ("/api/search/tags", tempo.SearchTagsResponse),
            ("/api/v2/search/tag/resource.service.name/values?limit=5000&tag=resource.service.name", tempo.SearchTagValuesV2Response),
            ("/api/v2/search/tag/name/values?limit=5000&q=%s&tag=name" % quote('{resource.service.name="cart" && }'), tempo.SearchTagValuesV2Response),
            ("/api/search/tag/service.name/values", tempo.SearchTagValuesResponse),
        ):
            status, _, body = server.get(target, {"Accept": "application/json"})
            equal(status, 200, target)
            from_json = strict(tempo, make(), body)
            from_bytes = make.FromString(server.get(target, {"Accept": "application/protobuf"})[2])
            equal(unknown_fields(from_bytes), [])
            listed = lambda m: sorted(map(str, m.scopes if hasattr(m, "scopes") else m.tagNames if hasattr(m, "tagNames") else m.tagValues))
            check(len(listed(from_json)) > 3, target, body[:200])
            equal(listed(from_bytes), listed(from_json), target)
        # Half-typed filters narrow nothing or less, and are no error.
        for half in ("{", "{ span.", "{ name = ", '{resource.service.name="cart" && '):
            equal(server.get("/api/v2/search/tag/name/values?q=" + quote(half))[0], 200, half)


def test_trace_view(binary):
    tempo = messages()
    with Server(binary) as server:
        found = server.json("/api/search?limit=30&start=%d&end=%d" % (START, END))["traces"]
        for trace in found:
            identity = trace["traceID"]
            status, headers, body = server.get("/api/v2/traces/" + identity, {"Accept": "application/protobuf"})
            equal((status, headers["Content-Type"]), (200, "application/protobuf"))
            answer = tempo.TraceByIDResponse.FromString(body)
            equal(unknown_fields(answer), [])
            check(answer.HasField("trace") and answer.trace.resourceSpans, identity)
            spans = []
            for resource in answer.trace.resourceSpans:
                check(resource.HasField("resource"), "the plugin crashes without a resource")
                for scope in resource.scope_spans:
                    check(scope.HasField("scope"), "the plugin crashes without a scope")
                    for span in scope.spans:
                        check(span.HasField("status"), "the plugin crashes without a status")
                        equal((len(span.trace_id), len(span.span_id)), (16, 8))
                        spans.append(span)
            # What the search said of the trace agrees with the trace.
            counted = sum(s["spanCount"] for s in trace["serviceStats"].values()) if "serviceStats" in trace else len(spans)
            equal(len(spans), counted, identity)
            # v1 has the same bytes inside, in any spelling of the ID.
            v1 = server.get("/api/traces/" + identity.upper(), {"Accept": "application/protobuf"})[2]
            equal(tempo.Trace.FromString(v1), answer.trace)
            equal(tempo.Trace.FromString(server.get("/api/traces/%s" % identity.zfill(32), {"Accept": "application/protobuf"})[2]), answer.trace)
        # Not there: an empty trace for v2 (these very bytes), 404 without a body for v1.
        equal(server.get("/api/v2/traces/1", {"Accept": "application/protobuf"})[2], b"\x0a\x00\x12\x00")
        status, headers, body = server.get("/api/traces/1")
        equal((status, body, headers["Content-Type"]), (404, b"", None))
        equal(server.json("/api/v2/traces/1"), {"trace": {}, "metrics": {}})


def test_dashboard(binary):
    """Every panel of the example's dashboard shows something of the example's blocks; data source and dashboard name one another."""
    root = os.path.dirname(os.path.dirname(HERE))
    with open(os.path.join(root, "examples", "grafana", "dashboards", "overview.json")) as f:
        dashboard = json.load(f)
    with open(os.path.join(root, "examples", "grafana", "provisioning", "datasources", "traceql.yaml")) as f:
        provisioned = f.read()
    tempo = messages()
    range_of = "start=%d&end=%d" % (START, END)
    with Server(binary, source=os.path.join(root, "examples", "data")) as server:
        for panel in dashboard["panels"]:
            check("uid: " + panel["datasource"]["uid"] in provisioned, panel["datasource"])
            for target in panel["targets"]:
                text = quote(target["query"].replace("$service", ".*"))
                if panel["type"] in ("timeseries", "heatmap"):
                    status, _, body = server.get("/api/metrics/query_range?q=%s&%s" % (text, range_of), {"Accept": "application/json"})
                    equal(status, 200, body[:200])
                    found = strict(tempo, tempo.QueryRangeResponse(), body).series
                else:
                    status, _, body = server.get("/api/search?q=%s&limit=%d&spss=3&%s" % (text, target["limit"], range_of), {"Accept": "application/json"})
                    equal(status, 200, body[:200])
                    found = strict(tempo, tempo.SearchResponse(), body).traces
                check(found, panel["title"], "shows nothing")
        for variable in dashboard["templating"]["list"]:
            label = variable["query"]["label"]
            check(len(server.json("/api/v2/search/tag/%s/values?limit=5000&tag=%s" % (label, label))["tagValues"]) > 3, label)


def test_metrics_queries(binary):
    tempo = messages()
    with Server(binary) as server:
        for text in ("{ } | rate() by(resource.service.name)", "{ status = error } | count_over_time()",
                     "{ } | quantile_over_time(duration, .5, .9)", "{ } | histogram_over_time(duration)"):
            target = "?q=%s&start=%d&end=%d" % (quote(text), START, END)
            status, headers, body = server.get("/api/metrics/query_range" + target + "&step=1m", {"Accept": "application/json"})
            if status == 501:
                raise AssertionError("metrics are not there: " + body.decode())
            equal((status, headers["Content-Type"]), (200, "application/json"), body[:200])
            series = strict(tempo, tempo.QueryRangeResponse(), body).series
            check(series and all(s.labels for s in series), text)
            times = [s.timestampMs for s in series[0].samples]
            check(all(t % 60000 == 0 for t in times) and times == sorted(times), times)
            status, _, body = server.get("/api/metrics/query" + target, {"Accept": "application/json"})
            equal(status, 200, body[:200])
            instant = strict(tempo, tempo.QueryInstantResponse(), body).series
            check(instant, text)
