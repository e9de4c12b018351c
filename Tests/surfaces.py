#!/usr/bin/env python3
"""Checks and charts as people and their tools see them.

  surfaces.py --binary .build/release/traceql

JUnit XML and SVG are read by Python's XML parser, OpenMetrics text by Prometheus' own reader, screens by a terminal of a
given width. The last line is "N passed, N failed".
"""
import argparse, csv, fcntl, io, json, os, pty, re, shlex, shutil, signal, struct, subprocess, sys, tempfile, termios, unicodedata
from urllib.parse import quote
import xml.etree.ElementTree as xml
from commands import Checks, Run, DATA, ROOT

COUNT = "{ } | count_over_time() by (resource.service.name)"
# What the reports of Jenkins' and GitLab's readers may hold (junit-10.xsd): attributes, and elements below.
JUNIT = {
    "testsuites": ({"name", "time", "tests", "failures", "errors", "disabled"}, {"testsuite"}),
    "testsuite": ({"name", "tests", "failures", "errors", "time", "skipped", "timestamp", "hostname", "id", "package", "file"},
                  {"testcase", "properties", "system-out", "system-err"}),
    "testcase": ({"name", "classname", "time", "assertions", "status", "file", "line"}, {"failure", "error", "skipped", "system-out", "system-err"}),
    "failure": ({"type", "message"}, set()), "error": ({"type", "message"}, set()), "skipped": ({"type", "message"}, set()),
}


def valid_junit(element):
    attributes, children = JUNIT[element.tag]
    return ("name" in element.attrib or element.tag in ("failure", "error", "skipped", "testsuites")) and set(element.attrib) <= attributes \
        and all(child.tag in children and valid_junit(child) for child in element)


def junit(check, what, text, tests, failures, errors, skipped):
    root = xml.fromstring(text)
    check(what + ": is JUnit XML", root.tag == "testsuites" and valid_junit(root), text)
    cases = list(root.iter("testcase"))
    got = [len(cases)] + [sum(1 for c in cases if c.find(tag) is not None) for tag in ("failure", "error", "skipped")]
    check(what + ": counts cases", got == [tests, failures, errors, skipped], got)
    for suite in root:
        own = [int(suite.attrib[a]) for a in ("tests", "failures", "errors", "skipped")]
        check(what + ": the suite counts its cases",
              own == [len(suite)] + [sum(1 for c in suite if c.find(t) is not None) for t in ("failure", "error", "skipped")], own)
        check(what + ": has a time", all(float(c.attrib["time"]) >= 0 for c in suite))


def tap(check, what, text, tests, failures):
    lines = text.splitlines()
    check(what + ": is TAP 14", lines[0] == "TAP version 14" and lines[1] == "1..%d" % tests, lines[:2])
    points, block = [], None
    for line in lines[2:]:
        point = re.match(r"(not )?ok (\d+) - (.+)$", line)
        if block is None and point:
            points.append((int(point.group(2)), bool(point.group(1))))
        elif block is None and line == "  ---":
            block = []
        elif block is not None and line == "  ...":
            for entry in block:
                quoted = re.search(r'(".*")$', entry)
                if quoted:
                    json.loads(quoted.group(1))
            block = None
        elif block is not None and line.startswith("  "):
            block.append(line)
        else:
            check(what + ": has no stray line", False, line)
    check(what + ": closes its blocks", block is None)
    check(what + ": numbers its points", [p[0] for p in points] == list(range(1, tests + 1)), points)
    check(what + ": has as many failures", sum(p[1] for p in points) == failures, points)


def checks(binary, check):
    folder = os.path.join(ROOT, "examples", "checks")
    files = sorted("examples/checks/" + n for n in os.listdir(folder) if n.endswith(".check"))
    source = ["--source", DATA]
    run = Run(binary, "check", *source, *files)
    check("the examples hold", run.code == 0, run.out + run.err)
    check("the last line counts them", re.search(r"\n13 checks: 12 passed, 1 skipped · ", run.out), run.out)
    junit(check, "examples", Run(binary, "check", *source, "--output", "junit", *files).out, 13, 0, 0, 1)
    tap(check, "examples", Run(binary, "check", *source, "--output", "tap", *files).out, 13, 0)
    bad = ["check", *source, "Tests/Checks/failing.check"]
    run = Run(binary, *bad)
    check("what fails fails", run.code == 1 and "9 checks: 9 failed" in run.out, run.out + run.err)
    wanted = open(os.path.join(ROOT, "Tests/Checks/failing.check")).read().count("\n  expect ")
    check("every expectation is reported", len(re.findall(r"^      line \d+: expected ", run.out, re.M)) == wanted, run.out)
    junit(check, "failing", Run(binary, *bad, "--output", "junit").out, 9, 9, 0, 0)
    tap(check, "failing", Run(binary, *bad, "--output", "tap").out, 9, 9)
    run = Run(binary, "check", "--source", "examples/nowhere", *files)
    check("a missing source is 4", run.code == 4, run.err)
    run = Run(binary, "check", *source, "-", stdin="check a\n  query { foo = 1 }\n  expect rows\n")
    check("a wrong file is 2", run.code == 2 and run.err.startswith("-:2:11: error: unknown identifier 'foo'") and "^~~" in run.err, run.err)
    run = Run(binary, "check", *source, "--param", "nobody=1", *files)
    check("a parameter nobody wants is 2", run.code == 2 and "no check has a $nobody" in run.err, run.err)
    run = Run(binary, "check", *source, "--param", "limit=1us", "examples/checks/latency.check")
    check("a parameter changes the bound", run.code == 1, run.out)
    run = Run(binary, "check", *source, "examples/checks/none.check")
    check("a missing file is 2", run.code == 2, run.err)
    run = Run(binary, "check", *source, "--timeout", "1ns", "examples/checks/latency.check")
    check("what was not finished is 3", run.code == 3 and "stopped after 1 ns" in run.out, run.out)
    interrupted(binary, check)


def interrupted(binary, check):
    """Ctrl-C in the middle of many checks: what is done is shown, the code is 130."""
    slow = '{ name =~ ".*(a|b|c|d)+.*(e|f|g)+.*" } >> { span.http.url =~ ".*(x|y|z)*.*[0-9]+.*" } | count() > 0'
    text = "check quick\n  query { }\n  expect rows\n" + "".join("check slow %d\n  query %s\n  expect rows\n" % (i, slow) for i in range(3000))
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "many.check")
        open(path, "w").write(text)
        p = subprocess.Popen([binary, "check", "--source", DATA, path], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        first = b""
        while b"quick" not in first:
            byte = p.stdout.read(1)
            if not byte:
                break
            first += byte
        p.send_signal(signal.SIGINT)
        out = first + p.communicate(timeout=60)[0]
        # Between two queries the signal ends the process, which a shell calls 130 too.
        check("Ctrl-C is 130", p.returncode in (130, -signal.SIGINT), (p.returncode, out[-300:]))
        check("it does not run all", out.count(b"slow") < 3000, out[-300:])


def series_limit(binary, check):
    """Worked example 25 of traceql-metrics.md: two of many series, marked, and their numbers are right."""
    path = "/api/metrics/query_range?q=%s&start=1768435200&end=1768440000&step=300s" % quote(COUNT)
    whole = json.loads(Run(binary, "api", "--source", DATA, path).out)
    some = json.loads(Run(binary, "api", "--source", DATA, path + "&maxSeries=2").out)
    listed = lambda body: {json.dumps(s["labels"]): s["samples"] for s in body["series"]}
    check("all series without a limit", len(whole["series"]) == 20 and "status" not in whole, list(whole))
    check("maxSeries gives as many", len(some["series"]) == 2 and some["status"] == "PARTIAL", some)
    check("it says so", some["message"] == "Response exceeds maximum series limit of 2, a partial response is returned. "
          "Warning: the accuracy of each individual value is not guaranteed.", some.get("message"))
    check("they are series of the whole answer", all(listed(whole).get(k) == v for k, v in listed(some).items()), some)
    run = Run(binary, "query", "--source", DATA, "--max-series", "2", "--output", "csv", COUNT)
    check("the command marks it too", run.code == 3 and "partial answer" in run.err, run.err)


def body_says_so(binary, check):
    """--output json of an answer that is a part: the body has the members that say so, and the exit code is 3."""
    with tempfile.TemporaryDirectory() as folder:
        blocks = os.path.join(ROOT, "Tests", "Conformance", "blocks", "vParquet4", "single-tenant")
        shutil.copytree(blocks, os.path.join(folder, "single-tenant"))
        broken = os.path.join(folder, "single-tenant", sorted(os.listdir(blocks))[0])
        with open(os.path.join(broken, "data.parquet"), "r+b") as f:
            f.truncate(os.path.getsize(f.name) - 200)
        lenient = ["--skip-damaged", "--source", folder, "--output", "json"]
        for command in (["query", "{ }"], ["query", "{ } | rate()"], ["tags"], ["values", "name"]):
            run = Run(binary, command[0], *lenient, *command[1:])
            body = json.loads(run.out)
            good = run.code == 3 and body["status"] == "PARTIAL" and os.path.basename(broken) in body["message"]
            check("%s: the body says that it is a part" % command, good, (run.code, run.out[-300:]))
        whole = Run(binary, "query", "--source", blocks, "--output", "json", "{ } | rate()")
        check("a whole body says nothing", "status" not in json.loads(whole.out), whole.out[-200:])
    for command in (["query", "{ }"], ["query", "{ } | rate()"], ["tags"], ["values", "name"]):
        run = Run(binary, command[0], "--source", DATA, "--output", "json", "--timeout", "1ns", *command[1:])
        marked = run.out == "" or json.loads(run.out)["status"] == "PARTIAL"
        check("%s past its time" % command, run.code == 3 and marked and "stopped after 1 ns" in run.err, (run.code, run.out[-300:], run.err))


def time_limits(binary, check):
    """Writing stops soon after the limit, and trace - with its input unfinished."""
    command = ["query", "--source", DATA, "--rows", "spans", "--limit", "0"]
    whole = Run(binary, *command, "--output", "csv", "--timeout", "1h", "{ }")
    check("nothing is cut in time", whole.code == 0 and len(whole.out.splitlines()) == 3832, (whole.code, len(whole.out.splitlines())))
    for form in ("table", "csv", "markdown"):
        run = Run(binary, *command, "--output", form, "--timeout", "1ns", "{ }")
        check("a limit in %s is 3" % form, run.code == 3 and "stopped after 1 ns" in run.err, (run.code, run.err))
    body_says_so(binary, check)
    p = subprocess.Popen([binary, "trace", "-", "--timeout", "1s", "--source", DATA], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    p.stdin.write(b"trace 7d7ac01c6f2c69a67eeac21deabb27cb was slow\n")
    p.stdin.flush()
    out, err = p.stdout.read(), p.stderr.read()
    check("trace - waits no longer than told", p.wait(timeout=60) == 3 and b"7d7ac01c" in out and b"stopped after" in err, (out[-200:], err))
    p.stdin.close()


def parameters(binary, check):
    query = ["query", "--source", DATA, "--output", "json", "--limit", "0"]
    plain = Run(binary, *query, '{ resource.service.name = "cart" }')
    bound = Run(binary, *query, "--param", "s=cart", "{ resource.service.name = $s }")
    ids = [[t["traceID"] for t in json.loads(r.out)["traces"]] for r in (plain, bound)]
    check("a parameter is its value", ids[0] == ids[1] and ids[0], bound.err)
    for text in ('" || true || .a = "', "` || true || .a = `", "} || { true", "x\\", "$s", "// x"):
        for quote in ("`%s`", '"%s"'):
            run = Run(binary, *query, "--param", "s=" + quote % text, "{ resource.service.name = $s }")
            nothing = run.code == 2 or run.code == 0 and json.loads(run.out).get("traces") == []
            check("nothing is injected by " + quote % text, nothing, run.out[:200])
    for arguments, word in ((["--param", "s"], "has no value"), (["--param", "s=1", "--param", "s=1"], "given twice"),
                            (["--param", "t=1"], "$s"), ([], "has no value"), (["--param", "s=1", "--param", "u=2"], "no $u"),
                            (["--param", "s=1h3x"], "begins like a number"), (["--dialect", "tempo", "--param", "s=1"], "unexpected IDENTIFIER")):
        run = Run(binary, "query", "--source", DATA, *arguments, "{ .a = $s }")
        check("wrong parameters %s" % arguments, run.code == 2 and word in run.err, run.err)


def formats(binary, check):
    query = ["query", "--source", DATA, "--step", "5m"]
    body = json.loads(Run(binary, *query, "--output", "json", COUNT).out)
    want = {}
    for series in body["series"]:
        name = list(series["labels"][0]["value"].values())[0]
        for sample in series["samples"]:
            want[str(name), int(sample["timestampMs"]) // 1000] = float(sample.get("value", 0))
    total = sum(want.values())
    rows = list(csv.reader(io.StringIO(Run(binary, *query, "--output", "csv", COUNT).out)))
    check("csv has a row a sample", rows[0] == ["resource.service.name", "time", "value"] and len(rows) == len(want) + 1, rows[:2])
    check("csv has the numbers", sum(float(r[2]) for r in rows[1:]) == total)
    lines = [json.loads(line) for line in Run(binary, *query, "--output", "ndjson", COUNT).out.splitlines()]
    check("ndjson has the numbers", len(lines) == len(want) and sum(r["value"] for r in lines) == total)
    try:
        from prometheus_client.openmetrics.parser import text_string_to_metric_families
        families = list(text_string_to_metric_families(Run(binary, *query, "--output", "prometheus", COUNT).out))
        got = {(s.labels["resource_service_name"], int(float(s.timestamp))): s.value for f in families for s in f.samples}
        check("Prometheus reads the same numbers", len(families) == 1 and got == want, list(got.items())[:3])
        instant = Run(binary, "query", "--source", DATA, "--instant", "--output", "prometheus", "{ } | quantile_over_time(duration, .5, .9)").out
        samples = [s for f in text_string_to_metric_families(instant) for s in f.samples]
        check("an instant has no times", [s.labels["p"] for s in samples] == ["0.5", "0.9"] and all(s.timestamp is None for s in samples), instant)
    except ImportError:
        check.skip("OpenMetrics text", "prometheus_client")
    whole = json.loads(Run(binary, "query", "--source", DATA, "--instant", "--output", "json", "{ } | count_over_time()").out)
    check("the steps add up to the whole", whole["series"][0]["value"] == total, (whole, total))
    for text in (COUNT, "{ } | histogram_over_time(duration)", "{ } | compare({ status = error })", "{ } | quantile_over_time(duration, .5)"):
        for more in ([], ["--instant"]):
            svg = Run(binary, "query", "--source", DATA, "--output", "svg", *more, text).out
            root = xml.fromstring(svg)
            check("svg of " + text, root.tag.endswith("svg") and len(root) > 5 and "NaN" not in svg and "inf" not in svg.lower().replace("info", ""), svg[:300])


def screen(binary, width, colour, *arguments):
    """What a terminal of that width gets."""
    child, master = pty.fork()
    if child == 0:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
        os.chdir(ROOT)
        environment = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
        environment.update({"TERM": "xterm-256color", "TZ": "UTC"}, **({} if colour else {"NO_COLOR": "1"}))
        os.execve(binary, [binary, *arguments], environment)
    data = b""
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:
            break
        if not piece:
            break
        data += piece
    os.waitpid(child, 0)
    os.close(master)
    return data.decode("utf8", "replace").replace("\r\n", "\n")


def columns(text):
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def screens(binary, check):
    queries = ["{ } | rate()", COUNT, "{ } | histogram_over_time(duration)", "{ } | compare({ status = error })",
               "{ } | quantile_over_time(duration, .5, .9) by (name)"]
    for width in (60, 80, 160):
        for query in queries:
            for more in ([], ["--output", "table"], ["--instant"]):
                for colour in (False, True):
                    text = screen(binary, width, colour, "query", "--source", DATA, *more, query)
                    body = text.split("\n\n")[:-1]
                    wide = [line for part in body for line in part.split("\n") if columns(line) > width]
                    what = "%s %s at %d columns" % (query, " ".join(more), width)
                    check(what + " fits", not wide, wide[:2])
                    check(what + (" has colours" if colour else " has none"), ("\x1b[" in text) == colour, text[:200])
                    check(what + " says what it cost", "spans inspected" in text, text[-200:])


def pictures(binary, check):
    """Every screen and drawing of examples/charts is what the binary draws, but for times and bytes."""
    folder = os.path.join(ROOT, "examples", "charts")
    text = open(os.path.join(folder, "README.md"), encoding="utf8").read()
    period = re.search(r"`RANGE` stands for `(.*)`", text).group(1)
    width = 80
    blocks = re.findall(r"^## At (\d+) columns|^```\n\$ traceql (.*)\n((?:.*\n)*?)```", text, re.M)
    for heading, command, body in blocks:
        if heading:
            width = int(heading)
            continue
        command, _, file = command.replace("$RANGE", period).partition(" > ")
        if file:
            drawn = Run(binary, *shlex.split(command)).out
            check("examples/charts/" + file, drawn == open(os.path.join(folder, file), encoding="utf8").read())
            continue
        drawn = screen(binary, width, False, *shlex.split(command)).split("\n")[:-2]
        check("screen of " + command, drawn == body.split("\n")[1:-2], "\n".join(drawn))
    check("there are screens and drawings", len(blocks) > 12, len(blocks))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--binary", required=True)
    a = p.parse_args()
    check = Checks()
    binary = os.path.abspath(a.binary)
    for part in (checks, parameters, formats, series_limit, time_limits, screens, pictures):
        part(binary, check)
    print("%d passed, %d failed" % (check.count - check.failed, check.failed))
    return 1 if check.failed else 0


if __name__ == "__main__":
    sys.exit(main())
