"""A server as the source: the recorded answers of Tempo behind a port."""
import csv, io, json, os, re, sys
import replay, terminal
from test_batch import run

sys.path.insert(0, os.path.join(terminal.ROOT, "Tests", "Served"))
import served

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


def rows(text):
    return sorted(tuple(sorted((k, v) for k, v in row.items() if k not in ("duration_ns", "spans"))) for row in csv.DictReader(io.StringIO(text)))


def test_our_server_answers_like_the_blocks(b):
    """Searches, metrics, values and traces through HTTP are those of the blocks themselves. Durations of traces are in ms there."""
    span = "--start 2026-01-15T00:00:00Z --end 2026-01-15T01:20:00Z".split()
    with served.Server(b.binary) as server:
        for text in ('{ resource.service.name = "checkout" } >> { status = error }', "{ status = error } | by(resource.service.name) | count() > 1",
                     "{ } | rate() by(resource.service.name)", "{ } | quantile_over_time(duration, .5, .9) by(kind)", "{ } | histogram_over_time(duration)",
                     '.trace ede7e84640590b48062dc7b4e39c36c5', "{ span.http.status_code = $code } | count_over_time()"):
            statements = ".mode csv; .step 5m; .params code 500; " + text
            near = run(b, *span, "-c", statements, terminal.SMALL)
            far = run(b, *span, "-c", statements, server.base)
            assert near[0] == far[0] == 0 and far[2] == "", (text, near[2], far[2])
            if text.startswith(".trace"):
                assert near[1] == far[1], text
            assert rows(near[1]) == rows(far[1]) and len(rows(far[1])) > 1, (text, near[1][:300], far[1][:300])
        values = [{row["value"] for row in csv.DictReader(io.StringIO(run(b, "-c", ".mode csv; .values name { status = error }", source)[1]))}
                  for source in (terminal.SMALL, server.base)]
        assert values[0] == values[1] and len(values[0]) > 5
        instant = [run(b, *span, "--instant", "-c", ".mode csv; { } | count_over_time() by(resource.service.name)", source)[1] for source in (terminal.SMALL, server.base)]
        assert rows(instant[0]) == rows(instant[1]) and len(rows(instant[0])) == 21, instant


def test_the_shell_over_our_server(b):
    with served.Server(b.binary) as server:
        t = b.ready("--utc", server.base, columns=100, rows=50)
        t.run("{ } | rate()", until="without a range that is the last hour")
        t.run(".start 2026-01-15T00:00Z")
        t.run(".end 2026-01-15T01:20Z")
        t.type("<ctrl-l>")
        t.run("{ } | rate() by(resource.service.name)", until="series ·")
        assert "┤" in t.text() and "━━ frontend" in t.text(), t.text()
        t.type("<ctrl-l>")
        t.run("{ kind = producer }", until="the newest 20 traces")
        t.run(".trace 1", until="critical path")
        t.run(".span 1", until="trace ID")
        t.run(".diff 1 2", until="no row of|Change")
        t.run(".profile", until="spans inspected")
        t.run(".blocks", until="does not list its blocks")
        t.run(".schema", until="attributes")
        t.run("{ status = eror }", until="did you mean 'error'")
        t.run("{ span.nothing.here = 1 }", until="nothing here has the attribute")
        t.type("{ resource.service.name = ", "<tab>")
        t.wait('"frontend"')
        t.type("<ctrl-c>")


def test_a_server_that_goes_away_is_an_error(b):
    server = served.Server(b.binary)
    t = b.ready(server.base)
    server.process.terminate()
    server.process.wait()
    t.run("{ }", until=re.escape(server.base))
    t.run(".limit", until="limit 20")


def test_metrics_over_a_replay_are_drawn(b):
    s = server(b)
    t = b.ready("--utc", "--start", "2026-01-15T00:00:00Z", "--end", "2026-01-15T01:20:00Z", "--step", "5m", s.url, columns=100, rows=40)
    t.run("{ span.db.system != nil } | rate() by (span.db.system)", until="series ·")
    assert "┤" in t.text() and "━━" in t.text(), t.text()
