"""Traces filtered, compared, cut to size, and the forms for language models: against Python's own reckoning."""
import base64, json

from served import RANGE, Server, check, equal, quote


def spans_of(trace):
    """Every span with its resource, from the JSON of v1 or v2."""
    for resource in trace.get("resourceSpans", trace.get("batches", [])):
        for scope in resource.get("scopeSpans", []):
            for span in scope["spans"]:
                yield resource["resource"], scope["scope"], span


def some_traces(server, query, count):
    answer = server.json("/api/search?q=%s&limit=%d&%s" % (quote(query), count, RANGE))
    check(answer["traces"], "no traces for", query)
    return [t["traceID"] for t in answer["traces"]]


def test_span_filter(binary):
    """The spans that Python finds in the whole trace are those the filter keeps."""
    is_error = lambda s: s.get("status", {}).get("code") == "STATUS_CODE_ERROR"
    with Server(binary) as server:
        for identity in some_traces(server, "{ status = error }", 12):
            whole = server.json("/api/v2/traces/" + identity)["trace"]
            spans = [s for _, _, s in spans_of(whole)]
            by_id = {s["spanId"]: s for s in spans}
            chosen = {s["spanId"] for s in spans if is_error(s)}
            parents = lambda ids: {by_id[i].get("parentSpanId") for i in ids} & set(by_id)
            children = lambda ids: {s["spanId"] for s in spans if s.get("parentSpanId") in ids}

            def spread(ids, step, levels):
                reached, edge = set(ids), set(ids)
                while edge and levels != 0:
                    edge, levels = step(edge) - reached, levels - 1
                    reached |= edge
                return reached

            for parameters, want in (
                ("", chosen),
                ("&match_depth=1", spread(chosen, children, 1)),
                ("&match_depth=-1", spread(chosen, children, -1)),
                ("&keep_hierarchy=true", spread(chosen, parents, -1)),
                ("&keep_hierarchy=true&ancestor_depth=1", spread(chosen, parents, 1)),
                ("&keep_hierarchy=1&match_depth=1", spread(chosen, parents, -1) | spread(chosen, children, 1)),
                ("&ancestor_depth=1", chosen),
            ):
                answer = server.json("/api/v2/traces/%s?q=%s%s" % (identity, quote("{ status = error }"), parameters))
                equal({s["spanId"] for _, _, s in spans_of(answer["trace"])}, want, identity + parameters)
                equal(answer.get("status"), "PARTIAL" if len(want) < len(spans) else None, identity + parameters)
        identity = some_traces(server, "{ status = error }", 1)[0]
        everything = server.json("/api/v2/traces/%s?q=%s" % (identity, quote(" { } ")))
        equal(everything["trace"], server.json("/api/v2/traces/" + identity)["trace"])
        for parameters, text in (
            ("q=" + quote("{} >> {}"), "invalid TraceQL filter: only a single TraceQL filter is supported: got a structural or aggregate query"),
            ("q=" + quote("{} | rate()"), "invalid TraceQL filter: only a single TraceQL filter is supported: got a metrics query"),
            ("q={", "invalid TraceQL filter: failed to parse TraceQL spanset filter: parse error at line 1, col 2: syntax error: unexpected $end"),
            ("q={}&keep_hierarchy=x", 'invalid value for keep_hierarchy: strconv.ParseBool: parsing "x": invalid syntax'),
            ("q={}&match_depth=-2", "invalid value for match_depth: must be >= -1"),
            ("q={}&match_depth=x", 'invalid value for match_depth: strconv.Atoi: parsing "x": invalid syntax'),
        ):
            equal(server.get("/api/v2/traces/1?" + parameters)[::2], (400, text.encode()), parameters)
        equal(server.get("/api/v2/traces/1?match_depth=x")[0], 200, "read only with q")


def test_client_of_others(binary):
    """The MCP client of its makers (PyPI: mcp) opens a session, lists and calls; the log says what was asked and what it cost."""
    import asyncio
    import mcp
    from mcp.client.streamable_http import streamable_http_client

    hours = {"start": "2026-01-15T00:00:00Z", "end": "2026-01-15T02:00:00Z"}
    calls = (
        ("traceql-search", dict(hours, query="{ status = error }"), '{"traces":[{'), ("traceql-metrics-range", dict(hours, query="{ } | rate()"), '{"series":[{'),
        ("traceql-metrics-instant", dict(hours, query="{ } | rate()"), '{"series":[{'), ("get-attribute-names", {}, '{"scopes":[{'),
        ("get-attribute-values", {"name": "resource.service.name"}, '{"tagValues":{'), ("docs-traceql", {"name": "basic"}, "# TraceQL"),
    )

    async def talk(url):
        async with streamable_http_client(url) as streams, mcp.ClientSession(streams[0], streams[1]) as session:
            await session.initialize()
            equal(len((await session.list_tools()).tools), 9)
            resource = (await session.list_resources()).resources[0]
            check((await session.read_resource(resource.uri)).contents[0].text.startswith("#"), resource)
            for name, arguments, start in calls:
                answer = await session.call_tool(name, arguments)
                check(not answer.is_error and answer.content[0].text.startswith(start), name, answer)
            answer = await session.call_tool("traceql-search", {"query": "{ status = "})
            check(answer.is_error and "parse error" in answer.content[0].text, answer)
            await session.send_ping()

    with Server(binary, "--set", "query_frontend.mcp_server.enabled=true") as server:
        asyncio.run(talk(server.base + "/api/mcp"))
        line = next(l for l in server.log().splitlines() if "tool=traceql-search" in l)
        for part in ("op=mcp", "call=tools/call", 'q="{ status = error }"', "blocks=3", "bytes_read=", "spans="):
            check(part in line, part, "in", line)
        check(server.metric("tempo_query_frontend_bytes_inspected_total", op="mcp") > 0, "its cost is counted")


def plain(value):
    """An OTLP value as plain JSON."""
    (kind, inner), = value.items() if value else (("empty", None),)
    if kind == "intValue":
        return int(inner)
    if kind == "bytesValue":
        return base64.b64decode(inner).hex()
    if kind == "arrayValue":
        return [plain(v) for v in inner.get("values", [])]
    if kind == "kvlistValue":
        return {p.get("key", ""): plain(p["value"]) for p in inner.get("values", [])}
    return inner


def plain_attributes(pairs):
    return {p.get("key", ""): plain(p["value"]) for p in pairs}


def as_hex(text):
    return base64.b64decode(text).hex()


def test_llm_trace(binary):
    """The form for language models holds what the ordinary form holds."""
    accept = {"Accept": "application/vnd.grafana.llm"}
    with Server(binary) as server:
        for identity in some_traces(server, "{ }", 40):
            ordinary = server.json("/api/v2/traces/" + identity)
            status, headers, body = server.get("/api/v2/traces/" + identity, accept)
            equal((status, headers["Content-Type"]), (200, "application/vnd.grafana.llm+json"))
            answer = json.loads(body)
            equal(answer["status"], "COMPLETE")
            equal(answer["trace"]["traceId"].lstrip("0"), identity)
            spans = [(service, scope, span) for service in answer["trace"]["services"] for scope in service["scopes"] for span in scope["spans"]]
            originals = list(spans_of(ordinary["trace"]))
            equal(len(spans), len(originals))
            for (service, scope, span), (resource, was_scope, was) in zip(spans, originals):
                attributes = plain_attributes(resource.get("attributes", []))
                equal(service.get("serviceName"), attributes.pop("service.name", None))
                equal(service.get("resource", {}), attributes)
                equal((scope.get("name"), scope.get("version")), (was_scope.get("name"), was_scope.get("version")))
                equal(span["spanId"], as_hex(was["spanId"]))
                equal(span.get("parentSpanId"), as_hex(was["parentSpanId"]) if "parentSpanId" in was else None)
                equal(span.get("attributes", {}), plain_attributes(was.get("attributes", [])))
                equal(span.get("kind"), was.get("kind"))
                equal([span.get(k) for k in ("startTimeUnixNano", "endTimeUnixNano")], [was.get(k) for k in ("startTimeUnixNano", "endTimeUnixNano")])
                want = {"code": was["status"].get("code", "STATUS_CODE_UNSET"), "message": was["status"].get("message", "")}
                equal({k: str(v) for k, v in span["status"].items()}, {k: str(v) for k, v in want.items()})
                equal(len(span.get("events", [])), len(was.get("events", [])))
                equal([l["traceId"] for l in span.get("links", [])], [as_hex(l["traceId"]) for l in was.get("links", [])])
        equal(server.get("/api/v2/traces/1", accept)[2], b"{}")
        status, headers, body = server.get("/api/traces/" + identity, accept)
        check(headers["Content-Type"] == "application/vnd.grafana.llm" and b'"batches"' in body, headers)
        status, headers, body = server.get("/api/v2/search/tag/resource.service.name/values", accept)
        equal(headers["Content-Type"], "application/vnd.grafana.llm+json")
        ordinary = server.json("/api/v2/search/tag/resource.service.name/values")
        equal(sorted(json.loads(body)["tagValues"]["string"]), sorted(v.get("value", "") for v in ordinary["tagValues"] if v["type"] == "string"))


def test_trace_size_limit(binary):
    limit = 4000
    with Server(binary, "--set", "overrides.defaults.global.max_bytes_per_trace=%d" % limit) as server:
        identities = some_traces(server, "{ } | count() > 20", 3)
        small = some_traces(server, "{ } | count() < 3", 1)[0]
        for identity in identities:
            status, _, body = server.get("/api/traces/" + identity)
            equal((status, body), (422, b"trace exceeds max size (max bytes: %d)\n" % limit))
            answer = server.json("/api/v2/traces/" + identity)
            equal(answer["status"], "PARTIAL")
            equal(answer["message"], "Trace exceeds maximum size of %d bytes, a partial trace is returned" % limit)
            from_bytes = server.get("/api/v2/traces/" + identity, {"Accept": "application/protobuf"})[2]
            check(len(from_bytes) < limit + 200, len(from_bytes))
            check(list(spans_of(answer["trace"])), "a part has some spans")
        check("status" not in server.json("/api/v2/traces/" + small), "a small trace is whole")


def diff(server, base, compare, **more):
    body = json.dumps(dict({"base": {"traceId": base}, "compare": {"traceId": compare}}, **more))
    return server.get("/api/v2/traces/diff", method="POST", body=body)


def test_trace_diff(binary):
    with Server(binary) as server:
        first, second = some_traces(server, '{ name = "ingress" } | count() > 0', 2)
        status, _, body = diff(server, first, first)
        equal(status, 200, body)
        same = json.loads(body)
        count = len(list(spans_of(server.json("/api/v2/traces/" + first)["trace"])))
        equal(same["base"], {"traceId": first.zfill(32), "spanCount": count})
        equal((same["stats"]["matchedSpans"], same["modified"], same["added"], same["removed"]), (count, [], [], []))
        there, back = (json.loads(diff(server, a, b)[2]) for a, b in ((first, second), (second, first)))
        for d in (there, back):
            s = d["stats"]
            equal(s["matchedSpans"] + s["removedSpans"], s["spanCountA"])
            equal(s["matchedSpans"] + s["addedSpans"], s["spanCountB"])
            equal((len(d["modified"]), len(d["added"]), len(d["removed"])), (s["modifiedSpans"], s["addedSpans"], s["removedSpans"]))
            equal(s["fieldChanges"] + s["attributeChanges"], sum(len(m["changes"]) for m in d["modified"]))
        equal(there["stats"]["addedSpans"], back["stats"]["removedSpans"])
        equal(there["stats"]["fieldChanges"], back["stats"]["fieldChanges"])
        composed = json.loads(diff(server, first, second, format="trace-summary-v0-composed")[2])
        equal(composed["version"], "trace-summary-v0-composed")
        check(composed.get("patch") == there or composed["patchOmitted"]["reason"] == "over_budget", composed)
        native = json.loads(diff(server, first, second, format="trace-summary-v0-native")[2])
        equal(native, composed["summary"])
        equal(native["base"]["spanCount"], there["stats"]["spanCountA"])
        equal(sum(s["baseSpanCount"] for s in native["services"]), there["stats"]["spanCountA"])
        for body, status, text in (
            ("{", 400, "invalid trace diff request body: "),
            ('{"base":{}}', 400, "base.traceId is required"),
            ('{"base":{"traceId":"1"},"compare":{"traceId":"x"}}', 400, "invalid compare.traceId: trace IDs can only contain hex"),
            ('{"base":{"traceId":"1"},"compare":{"traceId":"2"},"format":"x"}', 400,
             'invalid format "x": must be one of "trace-summary-v0-composed", "trace-patch-v0", "trace-summary-v0-native"'),
            ('{"base":{"traceId":"1"},"compare":{"traceId":"2"}}', 404, "Not Found"),
        ):
            got = server.get("/api/v2/traces/diff", method="POST", body=body)
            check(got[0] == status and got[2].decode().startswith(text), body, got[0], got[2])
        equal(server.get("/api/v2/traces/diff")[0::2], (405, b"Method Not Allowed"))


class Model:
    """A client of the MCP server."""

    def __init__(self, server, headers=None):
        self.server, self.headers, self.number = server, dict(headers or {}), 0
        status, headers, body = self.post({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {"protocolVersion": "2025-06-18"}})
        equal(json.loads(body)["result"]["protocolVersion"], "2025-06-18")
        self.headers["Mcp-Session-Id"] = headers["Mcp-Session-Id"]
        equal(self.post({"jsonrpc": "2.0", "method": "notifications/initialized"})[0::2], (202, b""))

    def post(self, message):
        body = message if isinstance(message, str) else json.dumps(message)
        return self.server.get("/api/mcp", self.headers, "POST", body)

    def call(self, method, **parameters):
        self.number += 1
        status, headers, body = self.post({"jsonrpc": "2.0", "id": self.number, "method": method, "params": parameters})
        equal((status, headers["Content-Type"]), (200, "application/json"))
        answer = json.loads(body)
        equal((answer["jsonrpc"], answer["id"]), ("2.0", self.number))
        return answer

    def tool(self, tool, **arguments):
        return self.call("tools/call", name=tool, arguments=arguments)["result"]


def test_mcp(binary):
    on = ["--set", "query_frontend.mcp_server.enabled=true"]
    with Server(binary) as server:
        equal(server.get("/api/mcp", method="POST", body="{}")[::2], (404, b"404 page not found\n"), "off unless told")
    with Server(binary, *on) as server:
        model = Model(server)
        tools = model.call("tools/list")["result"]["tools"]
        equal([t["name"] for t in tools], ["traceql-search", "traceql-metrics-instant", "traceql-metrics-range", "get-trace", "trace-diff",
                                           "get-attribute-names", "get-attribute-values", "docs-traceql", "docs-config"])
        check(all(t["annotations"]["readOnlyHint"] and t["inputSchema"]["type"] == "object" for t in tools), tools)
        times = {"start": "2026-01-15T00:00:00Z", "end": "2026-01-15T02:00:00Z"}
        found = model.tool("traceql-search", query="{ status = error }", **times)
        equal(found["_meta"], {"type": "search-results", "encoding": "json", "version": "1"})
        traces = json.loads(found["content"][0]["text"])["traces"]
        trace = model.tool("get-trace", trace_id=traces[0]["traceID"])
        equal(json.loads(trace["content"][0]["text"])["trace"]["traceId"].lstrip("0"), traces[0]["traceID"])
        both = model.tool("trace-diff", base_trace_id=traces[0]["traceID"], compare_trace_id=traces[1]["traceID"])
        equal(json.loads(both["content"][0]["text"])["version"], "trace-summary-v0-composed")
        names = model.tool("get-attribute-names", scope="resource")
        equal([s["name"] for s in json.loads(names["content"][0]["text"])["scopes"]], ["resource"])
        values = model.tool("get-attribute-values", name="resource.service.name")
        check("string" in json.loads(values["content"][0]["text"])["tagValues"], values)
        for name in ("basic", "aggregates", "structural", "metrics"):
            check(model.tool("docs-traceql", name=name)["content"][0]["text"].startswith("# TraceQL"), name)
        for tool, arguments, text in (
            ("get-trace", {}, 'required argument "trace_id" not found'),
            ("get-trace", {"trace_id": "xyz"}, "tool failed with http status code 400 and reason trace IDs can only contain hex"),
            ("traceql-search", {"query": "{ } | rate()"}, ""), ("traceql-metrics-range", {"query": "{ }"}, ""),
            ("traceql-search", {"query": "{"}, "tool failed with http status code 400 and reason invalid TraceQL query"),
            ("traceql-search", {"query": "{}", "start": "yesterday"}, "invalid start time: "),
            ("get-attribute-values", {"name": "name", "filter-query": "{"}, ""), ("docs-traceql", {"name": "x"}, ""),
        ):
            answer = model.tool(tool, **arguments)
            check(answer.get("isError") is True and answer["content"][0]["text"].startswith(text), tool, answer)
        resources = model.call("resources/list")["result"]["resources"]
        for resource in resources:
            read = model.call("resources/read", uri=resource["uri"])["result"]["contents"][0]
            check(read["mimeType"] == "text/markdown" and len(read["text"]) > 100, resource)
        equal(model.call("ping")["result"], {})
        equal(model.call("foo")["error"], {"code": -32601, "message": "Method foo not found"})
        equal(model.call("tools/call", name="nope")["error"], {"code": -32602, "message": "tool 'nope' not found: tool not found"})
        status, _, body = model.post("{nonsense")
        equal((status, json.loads(body)), (400, {"jsonrpc": "2.0", "id": None, "error": {"code": -32700, "message": "request body is not valid json"}}))
        ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
        for headers in ({}, {"Mcp-Session-Id": "mcp-session-00000000-0000-4000-8000-000000000000"}):
            equal(server.get("/api/mcp", headers, "POST", json.dumps(ping))[::2], (404, b"Invalid session ID\n"))
        # The event stream opens, stays open, and holds nothing up.
        connection = server.connect()
        connection.request("GET", "/api/mcp", headers=model.headers)
        response = connection.getresponse()
        equal((response.status, response.headers["Content-Type"]), (200, "text/event-stream"))
        equal(model.call("ping")["result"], {})
        equal(server.get("/api/mcp", model.headers, "DELETE")[0::2], (200, b""))
        equal(server.get("/api/mcp", model.headers, "POST", json.dumps(ping))[0], 404)
        connection.close()
