"""Queries, traces, dot commands, errors: what the screen shows."""
import csv, json, os, re, signal, stat, time


def test_an_answer_is_a_numbered_table_and_one_line(b):
    t = b.ready(columns=120)
    t.type("<ctrl-l>")
    t.run('{ resource.service.name = "checkout" } >> { status = error }', until="traces? ·")
    b.screen("search", t.text())


def test_a_trace_by_the_number_of_its_row(b):
    t = b.ready("--utc", columns=120, rows=60)
    t.run('{ resource.service.name = "checkout" } >> { status = error }', until="traces? ·")
    t.type("<ctrl-l>")
    t.run(".trace 1", until="critical path")
    b.screen("trace", t.text())
    assert t.style("ERROR" if "ERROR" in t.text() else "✗")[0] == "red"


def test_a_span_and_its_events(b):
    t = b.ready(rows=60)
    t.run('{ event:name = "exception" }', until="traces? ·")
    t.run(".trace 1", until="critical path")
    t.run(".events")
    assert re.search(r"^Event exception  \+", t.everything(), re.M)
    t.run(".span 1")
    for word in ("trace ID", "span ID", "duration", "Resource", "service.name"):
        assert word in t.everything(), t.text()


def test_siblings_fold_and_unfold(b):
    t = b.ready(rows=50)
    t.run('{ name = "tick" } || { name = "chunk" } | count() > 8', until="traces? ·")
    t.run(".trace 1", until="critical path")
    assert re.search(r"×\d+", t.text()), t.text()
    folded = len(t.everything().splitlines())
    t.run(".trace 1 all", until="critical path")
    assert len(t.everything().splitlines()) > folded + 8


def test_attributes_on_demand(b):
    t = b.ready(rows=60)
    t.run('{ name = "charge" && status = error }', until="traces? ·")
    t.run(".trace 1 attributes", until="app.payment.amount = ")


def test_diff_of_two_traces(b):
    t = b.ready()
    t.run('{ name = "charge" }', until="traces? ·")
    t.run(".diff 1 2")
    assert re.search(r"Span +A +B +Change", t.everything()), t.text()
    assert re.search(r"[+-]\d+(\.\d+)? (ms|µs|s) \([+-]\d+ %\)", t.everything()), t.text()


def test_compare_two_ranges(b):
    t = b.ready("--utc")
    t.run(".compare 2026-01-15T00:00..2026-01-15T00:15 2026-01-15T00:15..2026-01-15T00:30 { status = error }", until="Root service")
    assert "traces per minute" in t.text() and "duration p50" in t.text(), t.text()


def test_metrics(b):
    t = b.ready()
    t.run("{ } | rate() by(resource.service.name)", until="series ·")
    assert "checkout" in t.everything()


def test_errors_underline_and_suggest(b):
    t = b.ready()
    t.run("{ span.http.url = }", until="error:")
    assert re.search(r"^1 \| \{ span.http.url = \}\n +\^", t.text(), re.M), t.text()
    t.run("{ statis = error }", until="did you mean")
    t.run('{ span.http.statuscode = 500 }', until=r"did you mean\s+'span\.http\.status_code'")
    t.run('{ resource.service.name = "chekout" }', until='did you mean "checkout"')
    t.run('{ span.rpc.method = 5 }', until="is text here, never number")
    t.run(".trase 1", until=r"did you mean '\.trace'")


def test_settings_hold(b):
    t = b.ready()
    t.run(".limit 2")
    t.run("{ status = error }", until="2 of")
    t.run(".set rows spans")
    t.run("{ status = error }", until="Span ID")
    t.run(".mode csv")
    t.run("{ status = error }", until="trace_id,span_id,start")
    t.run(".set", until="timeout")
    t.run(".since 1h", until="since 1h")
    t.run("{ status = error }", until="no data in that range|no traces|there is no data")


def test_every_mode(b):
    t = b.ready(rows=50)
    t.run(".limit 1")
    marks = {"table": "Trace ID", "line": "Trace ID = ", "json": r'^\[\{"trace_id"', "ndjson": r'^\{"trace_id"', "csv": "^trace_id,",
             "tsv": "^trace_id", "markdown": r"^\| Trace ID", "tree": "└─", "chart": "Trace ID", "otlp-json": r'^\{"resourceSpans"'}
    for mode, mark in marks.items():
        t.type("<ctrl-l>")
        t.run(".mode " + mode)
        t.run("{ status = error }", until="traces? ·")
        assert re.search(mark, t.everything(), re.M), (mode, t.text())


def test_output_goes_to_files(b):
    t = b.ready()
    t.run(".mode csv")
    t.run(".once one.csv")
    t.run("{ status = error }")
    t.run("{ status = ok }")
    assert "trace_id," in t.everything()
    lines = list(csv.reader(open(os.path.join(b.home, "one.csv"))))
    assert lines[0][0] == "trace_id" and len(lines) == 21, len(lines)
    t.run(".output all.csv")
    t.run("{ status = error }")
    t.run("{ status = ok }")
    t.run(".output")
    assert open(os.path.join(b.home, "all.csv")).read().count("trace_id,") == 2


def test_export_whole_traces(b):
    from opentelemetry.proto.trace.v1 import trace_pb2
    from google.protobuf import json_format
    t = b.ready()
    t.run('{ name = "charge" && status = error }', until="traces? ·")
    for name in ("a.json", "a.pb", "a.csv", "a.ndjson"):
        t.run(".export " + name, until="written to " + re.escape(name))
    data = trace_pb2.TracesData()
    data.ParseFromString(open(os.path.join(b.home, "a.pb"), "rb").read())
    want = sorted((s.trace_id.hex(), s.span_id.hex(), s.name) for r in data.resource_spans for c in r.scope_spans for s in c.spans)
    lines = open(os.path.join(b.home, "a.json")).read().splitlines()
    got = sorted((s["traceId"], s["spanId"], s["name"]) for line in lines for r in json.loads(line)["resourceSpans"] for c in r["scopeSpans"] for s in c["spans"])
    assert got == want and len(got) > 5, (len(got), len(want))
    rows = list(csv.DictReader(open(os.path.join(b.home, "a.csv"))))
    assert sorted((r["trace_id"], r["span_id"], r["name"]) for r in rows) == want
    rows = [json.loads(line) for line in open(os.path.join(b.home, "a.ndjson"))]
    assert sorted((r["trace_id"], r["span_id"], r["name"]) for r in rows) == want


def test_an_export_that_is_stopped_leaves_what_was_there(b):
    t = b.ready()
    kept = os.path.join(b.home, "all.json")
    parts = lambda: [name for name in os.listdir(b.home) if name.endswith(".part")]
    # One that is over before Ctrl-C says nothing.
    for _ in range(20):
        open(kept, "w").write("from before")
        os.write(t.child.child_fd, b".export all.json { }\r")
        began = time.monotonic()
        while not parts() and time.monotonic() < began + 1:
            pass
        # Ctrl-C is there before the export goes on, however fast it is.
        os.kill(t.child.pid, signal.SIGSTOP)
        os.write(t.child.child_fd, b"\x03")
        os.kill(t.child.pid, signal.SIGCONT)
        t.prompt()
        if "nothing is written" in t.text():
            break
        t.type("<ctrl-l>")
    assert re.search(r"interrupted after [\d,]+ of 1,732 traces; nothing is written", t.text()), t.text()
    assert open(kept).read() == "from before" and not parts(), parts()
    t.run(".export nowhere/a.json { }", until="No such file or directory")


def test_help_is_aligned_on_a_narrow_screen(b):
    t = b.ready(columns=60, rows=200)
    t.run(".help", until="TOPIC has")
    lines = t.lines()
    starts = {re.search(r"\S  +(\S)", line).start(1) for line in lines if re.match(r"  \.\w.*\S  +\S", line)}
    assert starts == {29}, starts
    assert all(len(line) < 60 for line in lines)


def test_no_command_leaves_somebody_without_advice(b):
    t = b.ready()
    for line, said in ((".trace 1", "run a query first"), (".values span.http.statuscode", "http.status_code"),
                       (".services cart", "written in braces"), (".explain", "run one first")):
        t.run(line, until=re.escape(said))


def test_long_answers_go_through_a_pager(b):
    path = os.path.join(b.home, "pager.sh")
    open(path, "w").write("#!/bin/sh\necho paged; cat > '%s/paged.txt'\n" % b.home)
    os.chmod(path, stat.S_IRWXU)
    t = b.ready(PAGER=path, rows=20)
    t.run(".limit 40")
    t.run("{ status = ok }", until="^paged")
    assert len(open(os.path.join(b.home, "paged.txt")).read().splitlines()) == 42
    t.run(".set pager off")
    t.run("{ status = ok }", until="traces? ·")
    t.run(".limit 3")
    t.run("{ status = ok }", until="traces? ·")
    assert "paged" not in t.lines()[-6:]


def test_less_is_left_by_q(b):
    t = b.ready(PAGER=None, rows=20)
    t.run(".limit 60")
    t.type("{ status = ok }", "<enter>")
    t.wait("^:")
    t.type("q")
    t.wait("traces? ·").prompt()


def test_every_command_answers(b):
    """One use of each; what it shows, or that it is silent and the shell goes on."""
    open(os.path.join(b.home, "q.traceql"), "w").write("{ status = error }\n")
    t = b.ready("--utc", rows=60, columns=120, EDITOR="true")
    t.run("{ status = error }", until="traces? ·")
    uses = [(".help", "Looking at traces"), (".help trace", "critical path"), (".help keys", "Ctrl-R"), (".sources", "3 blocks"), (".blocks", "vParquet4"),
            (".schema", "nestedSetLeft"), (".attrs resource", "service.name"), (".values status", "error"), (".values span.http.method", "GET"),
            (".services", "frontend"), (".limit", "limit 20"), (".since", "since off"), (".start 2026-01-15T00:10", "start 2026-01-15T00:10"),
            (".start off", "start off"), (".end off", "end off"), (".step 1m", "step 1m|step 60"), (".mode", "mode auto"), (".timer", "timer on"),
            (".explain", "execution"), (".profile", "on . threads?; the operators stand for"), (".trace 1", "critical path"), (".span 1", "span ID"), (".events", "Event|no events"),
            (".diff 1 2", "Change"), (".set", "timeout"), (".params", ""), (".history", "status = error"), (".alias slow { duration > 50ms }", ""),
            (".slow", "traces? ·"), (".read q.traceql", "traces? ·"), (".edit", "traces? ·"), (".once x.txt", "next answer goes"),
            (".output", "answers go here"), (".close", "no source is open"), (".open " + os.path.join(b.home, "nothing"), "no such|No such|does not exist|there is no")]
    for use, mark in uses:
        t.type("<ctrl-l>")
        t.run(use)
        assert re.search(mark, t.everything() if mark else ""), (use, mark, t.text())
    t.type(".quit", "<enter>")
    assert t.ended() == 0


def test_watch_repeats_until_ctrl_c(b):
    t = b.ready()
    t.type(".watch 300ms { status = error }", "<enter>")
    t.wait("every 300 ms until Ctrl-C")
    seen = t.seen.count(b"every 300 ms")
    time.sleep(1)
    t.settle(0.1, 0.3)
    assert t.seen.count(b"every 300 ms") > seen
    t.type("<ctrl-c>")
    t.prompt()


def test_an_answer_fits_sixty_columns(b):
    t = b.ready(columns=60)
    t.type("<ctrl-l>")
    t.run('{ resource.service.name = "checkout" } >> { status = error }', until="traces? ·")
    t.run(".trace 1", until="critical path")
    b.screen("narrow", t.text())


def test_wide_text_in_tables_is_aligned(b):
    t = b.ready(columns=120)
    t.type("<ctrl-l>")
    t.run('{ span.odd.case = "unicode" } | select(name)', until="traces? ·")
    t.run(".trace 1", until="critical path")
    b.screen("unicode", t.text())


def test_words_of_other_shells(b):
    t = b.ready()
    t.run("help", until=r"\.help COMMAND tells more")
    t.type("exit;", "<enter>")
    assert t.ended() == 0


def test_a_file_gets_the_format_of_its_name(b):
    t = b.ready()
    t.run(".once slow.csv", until="goes to")
    t.run("{ status = error }", until="traces? ·")
    rows = list(csv.DictReader(open(os.path.join(b.home, "slow.csv"))))
    assert rows and all(len(r["trace_id"]) == 32 for r in rows), rows[:2]
    t.run(".output more.ndjson", until="go to")
    t.run("{ status = error }", until="traces? ·")
    t.run(".output", until="go here")
    assert [json.loads(line)["trace_id"] for line in open(os.path.join(b.home, "more.ndjson"))] == [r["trace_id"] for r in rows]
    t.run(".mode json")
    t.run(".once odd.csv", until="goes to")
    t.run("{ status = error }", until="traces? ·")
    assert len(json.load(open(os.path.join(b.home, "odd.csv")))) == len(rows)


def test_a_source_that_does_not_answer_is_not_opened(b):
    t = b.ready()
    t.run(".open http://127.0.0.1:1", until="onnect")
    t.run("{ status = error }", until="traces? ·")
    t.run(".sources")
    assert "127.0.0.1" not in t.text().rsplit(".sources", 1)[1], t.text()


def test_names_stay_readable_in_a_narrow_diff(b):
    t = b.ready(columns=60, rows=50)
    t.run('{ resource.service.name = "checkout" } >> { status = error }', until="traces? ·")
    t.run(".diff 1 2", until=r"Change")
    rows = [line for line in t.everything().splitlines() if " ms" in line or " µs" in line]
    assert len(rows) > 20 and not [r for r in rows if re.match(r"^[!+-]? +…  ", r)], t.everything()
