"""Metrics, parameters, comparisons, profiles in the shell; numbers against pyarrow's count of the example block."""
import collections, csv, io, json, os, re, sys
import terminal
from test_batch import run

sys.path.insert(0, os.path.join(terminal.ROOT, "Tests"))


def spans():
    """Every span of the example block, read by pyarrow alone."""
    import glob
    import pyarrow.parquet as parquet
    path = glob.glob(os.path.join(terminal.EXAMPLE, "*", "*", "data.parquet"))[0]
    for trace in parquet.read_table(path, columns=["rs"]).column("rs").to_pylist():
        for resource in trace:
            for scope in resource["ss"]:
                for span in scope["Spans"]:
                    yield resource["Resource"]["ServiceName"] or "", span


def test_numbers_are_those_of_the_file(b):
    by_service = collections.Counter(service for service, _ in spans())
    failed = collections.Counter(service for service, span in spans() if span["StatusCode"] == 2)
    assert sum(by_service.values()) > 3000 and failed
    code, out, err = run(b, "--instant", "-c", ".mode csv; { } | count_over_time() by(resource.service.name); .services; .services { status = error }", terminal.EXAMPLE)
    assert (code, err) == (0, ""), (code, err)
    tables, table = [], None
    for row in csv.reader(io.StringIO(out)):
        if row[0] in ("resource.service.name", "service"):
            table = {}
            tables.append(table)
        else:
            table[row[0]] = int(float(row[-1]))
    assert len(tables) == 3
    assert {k: v for k, v in tables[0].items() if k} == {k: v for k, v in by_service.items() if k}
    assert {k: v for k, v in tables[1].items() if k} == {k: v for k, v in by_service.items() if k}
    assert {k: v for k, v in tables[2].items() if k} == {k: v for k, v in failed.items() if k}


def test_the_first_screen_is_that_of_the_file(b):
    import glob
    import pyarrow.parquet as parquet
    t = b.ready("--utc", terminal.EXAMPLE)
    path = glob.glob(os.path.join(terminal.EXAMPLE, "*", "*", "data.parquet"))[0]
    assert re.search(r"^ +traces +%s$" % "{:,}".format(parquet.ParquetFile(path).metadata.num_rows), t.text(), re.M), t.text()
    assert re.search(r"^ +spans +%s$" % "{:,}".format(sum(1 for _ in spans())), t.text(), re.M), t.text()


def test_lines_heat_maps_bars_and_comparisons(b):
    t = b.ready("--utc", terminal.EXAMPLE, columns=80, rows=50)
    for text, marks in (("{ } | rate() by(resource.service.name)", (r"^ +0 ┤", "━━ frontend", "10 of 20 series", r"\.limit 0 shows all")),
                        ("{ } | histogram_over_time(duration)", (r"ms ┤", r"^ +≤ 0 ┤", r"1 +\d+ spans")),
                        ("{ } | compare({ status = error })", ("More common in the selection", r"selection 28 spans"))):
        t.type("<ctrl-l>")
        t.run(text, until="series ·")
        for mark in marks:
            assert re.search(mark, t.text(), re.M), (text, mark, t.text())
        assert all(len(line) <= 80 for line in t.lines())
    # The map is drawn in grounds of the 256 colours.
    t.type("<ctrl-l>")
    t.run("{ } | histogram_over_time(duration)", until="series ·")
    grounds = {t.screen.buffer[y][x].bg for y in range(t.screen.lines) for x in range(t.screen.columns)}
    assert len(grounds) > 5, grounds
    t.run(".set instant on", until="instant on")
    t.type("<ctrl-l>")
    t.run("{ } | count_over_time() by(resource.service.name)", until="series ·")
    # 893: pyarrow counts as many (test_numbers_are_those_of_the_file).
    assert re.search(r"^frontend +893  █+", t.text(), re.M), t.text()
    t.run(".step 5m", until="step 5m")
    t.run(".set instant", until="instant off")
    t.run(".mode table")
    t.type("<ctrl-l>")
    t.run("{ } | rate() by(resource.service.name)", until="series ·")
    assert "Trend" in t.text() and re.search("[▁▂▃▄▅▆▇█]{3}", t.text()), t.text()


def test_charts_without_colour(b):
    t = b.ready("--utc", terminal.EXAMPLE, columns=60, rows=50, NO_COLOR="1")
    t.run("{ } | histogram_over_time(duration)", until="series ·")
    assert "█" in t.text() and "░" in t.text() and b"\x1b[48;" not in t.seen, t.text()
    assert all(len(line) <= 60 for line in t.lines())


def test_parameters(b):
    t = b.ready()
    t.run(".params", until="no parameters")
    t.run("{ resource.service.name = $service }", until=r"'\$service' has no value")
    t.run(".params service payment", until=r'\$service "payment"')
    t.run(".params n = 5", until="cannot name a parameter|has no value|not one value")
    t.run(".params $limit=100ms", until=r"\$limit 100ms")
    t.run(".params", until=r'^\$service +"payment"')
    t.run('.params service " || true || "', until='is not one value|\\$service " ')
    t.run(".params service payment")
    t.run("{ resource.service.name = $service && duration > 0ms }", until="traces? ·")
    t.run(".values name { resource.service.name = $service }", until="charge")
    assert "HGET" not in t.text()
    t.run(".params limit", until="forgotten")
    t.run(".params limit", until="no .limit to forget")


def test_parameters_without_a_terminal(b):
    code, bound, err = run(b, "--param", "s=payment", "-c", ".mode csv; { resource.service.name = $s }", terminal.SMALL)
    assert (code, err) == (0, ""), err
    code, plain, _ = run(b, "-c", '.mode csv; { resource.service.name = "payment" }', terminal.SMALL)
    assert code == 0 and bound == plain and len(plain.splitlines()) > 10
    code, _, err = run(b, "-c", "{ resource.service.name = $s }", terminal.SMALL)
    assert code == 2 and ".params NAME VALUE" in err, err


def test_compare_metrics_of_two_ranges(b):
    t = b.ready("--utc", terminal.EXAMPLE, columns=100, rows=50)
    t.type("<ctrl-l>")
    t.run(".compare 2026-01-15T00:00..2026-01-15T00:20 2026-01-15T00:20..2026-01-15T00:40 { } | rate() by (resource.service.name)", until="Trend B")
    assert re.search(r"^frontend .* \+[\d.]+/s \([+×]", t.text(), re.M), t.text()


def test_watch_draws_metrics(b):
    t = b.ready("--utc", terminal.EXAMPLE)
    t.type(".watch 200ms { } | rate()", "<enter>")
    t.wait("1 series ·")
    t.wait("┤")
    t.type("<ctrl-c>")
    t.prompt()


def test_profiles_have_a_row_for_each_operator(b):
    t = b.ready("--utc", terminal.EXAMPLE, columns=120)
    t.run(".profile { status = error } >> { }", until="the operators stand for")
    failed = sum(1 for _, span in spans() if span["StatusCode"] == 2)
    assert re.search(r"filter \{ status = error \} +3,831 +%d " % failed, t.text()) or re.search(r"filter status = error +3,831 +%d " % failed, t.text()), t.text()
    t.run(".profile { } | rate()", until="merge series")


def test_types_of_attributes(b):
    code, out, err = run(b, "-c", ".mode csv; .schema", terminal.EXAMPLE)
    types = {row["field"]: row["type"] for row in csv.DictReader(io.StringIO(out))}
    want = collections.defaultdict(set)
    for _, span in spans():
        for a in span["Attrs"]:
            for column, name in (("Value", "string"), ("ValueInt", "int"), ("ValueDouble", "float"), ("ValueBool", "bool")):
                if a[column]:
                    want[a["Key"]].add(name)
    plain = [key for key in want if re.fullmatch(r"[a-z.]+", key)]
    assert len(plain) > 40
    for key in plain:
        got = set(types.get("span." + key, "").split(" or "))
        assert want[key] <= got and (got == want[key] or key.startswith(("http.", "net.", "url.", "server.", "db."))), (key, got, want[key])


def test_every_mode_of_metrics(b):
    for mode, mark in (("csv", "^resource.service.name,time,value"), ("tsv", "^resource.service.name\ttime"), ("ndjson", '^{"resource.service.name"'),
                       ("json", r'^\[\{"resource.service.name"'), ("markdown", r"^\| resource.service.name \|"), ("line", "resource.service.name = frontend"),
                       ("table", "^resource.service.name +Trend"), ("chart", "┤"), ("auto", "┤"), ("tree", "┤"), ("otlp-json", '^{"resource.service.name"')):
        code, out, err = run(b, "-c", ".mode %s; .step 5m; { } | rate() by(resource.service.name)" % mode, terminal.EXAMPLE)
        assert (code, err) == (0, "") and re.search(mark, out, re.M), (mode, err, out[:300])
