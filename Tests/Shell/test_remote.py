"""A server as the source: the recorded answers of Tempo behind a port."""
import json, os, struct
import replay, terminal
from test_batch import run

QUERIES = ['{ kind = producer }', '{ status = error && name = "charge" }', '{ span.odd.case = "status" } | by(span:kind) | count() = 1',
           '{ event:name = "событие" }', '{ name = "charge" } | max(span.app.payment.amount) > 2000', '{ trace:id =~ "1d5.*" }',
           '{ span.odd.case = "arrays" } | by(span.arr.str)', '{ duration > 200ms }']


def server(b):
    s = replay.Replay()
    b.open.append(s)
    return s


def test_searches_give_what_tempo_said(b):
    s = server(b)
    code, out, err = run(b, "--trace-scope", "fragment", "-c", ".mode ndjson; .limit 0; " + "; ".join(QUERIES), s.url)
    assert (code, err) == (0, ""), (code, err)
    rows = [json.loads(line) for line in out.splitlines()]
    want = []
    answers = replay.recorded()
    for q in QUERIES:
        for trace in json.load(open(answers[("/api/search", q)]))["traces"]:
            for spans in trace["spanSets"]:
                want.append((trace["traceID"].rjust(32, "0"), trace.get("rootServiceName", ""), trace.get("durationMs", 0) * 1000000, int(spans.get("matched", 0))))
    got = [(r["trace_id"], r["root_service"] or "", r["duration_ns"], r["matched"]) for r in rows]
    assert sorted(got) == sorted(want) and len(got) > 100, (len(got), len(want), sorted(set(got) ^ set(want))[:4])


def test_a_trace_is_the_one_recorded(b):
    s = server(b)
    code, out, err = run(b, "-c", ".mode ndjson; .trace ede7e84640590b48062dc7b4e39c36c5", s.url)
    assert (code, err) == (0, ""), (code, err)
    got = sorted((r["name"], r["duration_ns"]) for r in map(json.loads, out.splitlines()))
    trace = json.load(open(replay.recorded()[("/api/v2/traces/ede7e84640590b48062dc7b4e39c36c5", "")]))["trace"]
    want = sorted((span.get("name", ""), int(span["endTimeUnixNano"]) - int(span["startTimeUnixNano"])) for r in trace["resourceSpans"]
                  for span in r.get("spans", []) + [x for c in r.get("scopeSpans", []) for x in c["spans"]])
    assert got == want and got, (got[:3], want[:3])


def test_metrics_are_the_ones_recorded(b):
    s = server(b)
    q = "{ span.db.system != nil } | rate() by (span.db.system)"
    code, out, err = run(b, "--start", "2026-01-15T00:00:00Z", "--end", "2026-01-15T01:20:00Z", "-c", ".mode ndjson; .step 5m; " + q, s.url)
    assert (code, err) == (0, ""), (code, err)
    got = sorted((r["span.db.system"], r["time"][:19], round(r["value"], 9)) for r in map(json.loads, out.splitlines()))
    import datetime
    want = []
    for series in json.load(open(replay.recorded()[("/api/metrics/query_range", q)]))["series"]:
        label = series["labels"][0]["value"]["stringValue"]
        for sample in series["samples"]:
            moment = datetime.datetime.fromtimestamp(int(sample["timestampMs"]) // 1000, datetime.timezone.utc)
            want.append((label, moment.strftime("%Y-%m-%dT%H:%M:%S"), round(sample.get("value", 0.0), 9)))
    assert got == sorted(want) and got, (got[:2], sorted(want)[:2])
    path, parameters, _ = [a for a in s.asked if a[0].endswith("query_range")][0]
    assert parameters["step"] in ("5m0s", "300s", "5m") and parameters["start"] == "1768435200", parameters


def test_values_and_names(b):
    s = server(b)
    code, out, err = run(b, "-c", ".mode csv; .values rootServiceName; .values name { resource.service.name = \"payment\" }; .attrs { kind = consumer }", s.url)
    assert (code, err) == (0, ""), (code, err)
    answers = replay.recorded()
    values = json.load(open(answers[("/api/v2/search/tag/rootServiceName/values", "")]))["tagValues"]
    for value in values:
        assert value.get("value", "") in out
    names = json.load(open(answers[("/api/v2/search/tag/name/values", '{ resource.service.name = "payment" }')]))["tagValues"]
    assert names and all(v.get("value", "") in out for v in names)


def test_the_shell_over_a_server(b):
    s = server(b)
    t = b.ready(s.url)
    assert "3.1.0-dev" in t.text() and s.url in t.text()
    t.run("{ kind = producer }", until="the newest 20 traces")
    t.type(".values rootS", "<tab>")
    t.type("<ctrl-u>", "{ rootServiceName = ", "<tab>")
    t.wait('"load-generator"')
    t.type("<ctrl-c>")
    t.prompt()
    t.run("{ .nothing = 1 }", until="the server answered 400: nothing recorded")


def test_tenants_go_along(b):
    s = server(b)
    run(b, "--tenant", "acme", "-c", "{ kind = producer }", s.url)
    assert s.asked[-1][2].get("X-Scope-OrgID") == "acme", s.asked[-1]


def test_an_unreachable_server_is_an_error(b):
    code, out, err = run(b, "-c", "{ }", "http://127.0.0.1:9")
    assert code == 4 and out == "" and "127.0.0.1:9" in err, (code, err)
