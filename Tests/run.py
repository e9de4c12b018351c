#!/usr/bin/env python3
"""Run every test and count.

  run.py --binary .build/release/traceql [--only swift|conformance|served]

The last line is "N passed, N failed". The exit code is 1 if anything failed. Complete output of the Swift tests: .build/tests.log.
"""
import argparse, json, os, re, subprocess, sys, time
import xml.etree.ElementTree as xml

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
CONFORMANCE = os.path.join(HERE, "Conformance")
VERSIONS = ("vParquet3", "vParquet4", "vParquet5")
KINDS = "search,tags,tag_values,trace,query_range,query"
ORACLE_CASES = (("search", 10000), ("laws", 4000), ("metrics", 5000), ("metrics-laws", 2000), ("windows", 20000))
SHOWN = re.compile(r"^(✘|✔ Test run )|error:|warning:|^Build complete|[Ff]atal|signal")


def formatting():
    """The sources are in the project's format: one check."""
    command = ["swift", "format", "lint", "--strict", "--parallel", "--recursive", "Package.swift", "Sources", "Tests", "Benchmarks"]
    code = subprocess.run(command, cwd=ROOT).returncode
    print("formatting: %s" % ("faults; `make format` mends most" if code else "fine"))
    return (0, 1) if code else (1, 0)


def swift_tests():
    """Debug build and `swift test`; every line is kept in a log, faults are shown."""
    build = os.path.join(ROOT, ".build")
    os.makedirs(build, exist_ok=True)
    report = os.path.join(build, "tests.xml")
    if os.path.exists(report):
        os.remove(report)
    command = ["swift", "test", "--disable-xctest", "--xunit-output", report]
    with open(os.path.join(build, "tests.log"), "w", encoding="utf8") as log:
        p = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
        for line in p.stdout:
            log.write(line)
            if SHOWN.search(line) and not line.startswith("◇"):
                print(line, end="", flush=True)
    code = p.wait()
    if not os.path.exists(report):
        print("swift test ended with exit code %d before it could report; see .build/tests.log" % code)
        return 0, 1
    try:
        cases = list(xml.parse(report).getroot().iter("testcase"))
    except xml.ParseError:  # a test crashed: the report was only begun
        print("swift test ended with exit code %d before it had reported" % code)
        return 0, 1
    failed = sum(1 for c in cases if c.find("failure") is not None or c.find("error") is not None)
    return len(cases) - failed, max(failed, 1 if code else 0)


def check(title, arguments, pattern, failures):
    """One run of check.py. `pattern` reads the numbers of its last line, `failures` adds up those that are faults."""
    started = time.time()
    p = subprocess.run([sys.executable, os.path.join(CONFORMANCE, "check.py")] + arguments, cwd=CONFORMANCE, stdout=subprocess.PIPE, text=True)
    lines = p.stdout.splitlines()
    counts = re.match(pattern, lines[-1]) if lines else None
    if not counts:
        print("%s: check.py ended with exit code %d\n%s" % (title, p.returncode, p.stdout[-2000:]))
        return 0, 1
    numbers = [int(n) for n in counts.groups()]
    failed = failures(numbers)
    for line in lines[:-1]:
        print(line)
    print("%s: %s (%.1f s)" % (title, lines[-1], time.time() - started))
    return numbers[0] - failed, failed


def conformance(binary):
    """Every recorded answer of Tempo over the small blocks, and its error replies."""
    total = (0, 0)
    for version in VERSIONS:
        api = "%s api --compat tempo --source %s" % (binary, os.path.join(CONFORMANCE, "blocks", version))
        compared = ["--dataset", "small", "--version", version, "--kinds", KINDS, "--newest-first", "--compare", "golden/small",
                    "--also", "golden/small-R", "--differences", "differences.json", "--blocks", os.path.join("blocks", version)]
        total = add(total, check("conformance " + version, ["--session", api] + compared, r"(\d+) queries, (\d+) failed, (\d+) unstable", lambda n: n[1]))
    api = "%s api --compat tempo --dialect tempo --source %s" % (binary, os.path.join(CONFORMANCE, "blocks", "vParquet4"))
    pattern = r"(\d+) error cases, (\d+) with another status, (\d+) with another text"
    total = add(total, check("conformance errors", ["--session", api, "--errors", "errors.json", "--differences", "differences.json"], pattern, lambda n: n[1] + n[2]))
    # The form without a session: one process per request, a few are enough to know that it answers alike.
    api = "%s api --compat tempo --source %s" % (binary, os.path.join(CONFORMANCE, "blocks", "vParquet4"))
    few = ["--dataset", "small", "--version", "vParquet4", "--only", "s-intr-00*,s-tags-00*,s-tracepb-00*", "--compare", "golden/small",
           "--also", "golden/small-R", "--differences", "differences.json"]
    return add(total, check("conformance, a process per request", ["--cli", api] + few, r"(\d+) queries, (\d+) failed, (\d+) unstable", lambda n: n[1]))


def examples(binary):
    """The queries of examples/queries give as many traces as they say they do, and as Tests/examples.py counts."""
    import examples as counted_outside
    folder = os.path.join(ROOT, "examples", "queries")
    passed = failed = 0
    counted = counted_outside.answers()
    for name in sorted(set(os.listdir(folder)) | set(counted)):
        want = counted_outside.claimed(name)
        if want != counted.get(name):
            failed += 1
            print("FAIL %s says %d traces, Tests/examples.py counts %s" % (name, want, counted.get(name)))
            continue
        text = open(os.path.join(folder, name), encoding="utf8").read()
        command = [binary, "query", "--source", os.path.join(ROOT, "examples", "data"), "--output", "json", "--limit", "0", text]
        p = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            got = len(json.loads(p.stdout)["traces"])
        except (ValueError, KeyError):
            got = "exit code %d: %s" % (p.returncode, p.stderr[-300:])
        if got == want:
            passed += 1
        else:
            failed += 1
            print("FAIL %s: want %d traces, got %s" % (name, want, got))
    print("examples: %d queries, %d failed" % (passed + failed, failed))
    return passed, failed


# Test programs of their own: each takes --binary and ends with "N passed, N failed".
SCRIPTS = ("commands.py", "ingest.py", "compaction.py", "expiry.py", "export.py", "follow.py", "checklist.py", "tempo_content.py", "rewritten.py", "Ingest/run.py", "surfaces.py", "damage.py", "Shell/run.py")


def scripts(binary, names=SCRIPTS, arguments=()):
    total = (0, 0)
    for name in names:
        started = time.time()
        p = subprocess.run([sys.executable, os.path.join(HERE, name), "--binary", binary, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        lines = p.stdout.splitlines()
        counts = re.match(r"(\d+) passed, (\d+) failed$", lines[-1]) if lines else None
        for line in lines[:-1]:
            print(line)
        print("%s: %s (%.1f s)" % (name, lines[-1] if counts else "ended with exit code %d" % p.returncode, time.time() - started), flush=True)
        total = add(total, (int(counts.group(1)), int(counts.group(2))) if counts else (0, 1))
    return total


def oracle(program):
    """The oracle against Tempo's recorded answers, the engine against the oracle, and the laws (Tests/Oracle)."""
    folder = os.path.join(HERE, "OracleCheck")
    spans = os.path.join(ROOT, ".build", "oracle-spans.json")
    with open(spans, "w", encoding="utf8") as f:
        command = [sys.executable, os.path.join(folder, "dump_blocks.py"), os.path.join(CONFORMANCE, "blocks", "vParquet4")]
        if subprocess.run(command, stdout=f).returncode:
            print("oracle: the blocks could not be read")
            return 0, 1
    compared = ["--dataset", "small", "--version", "vParquet4", "--kinds", "search,query_range,query", "--newest-first", "--compare", "golden/small",
                "--also", "golden/small-R", "--differences", os.path.join(folder, "differences.json"),
                "--blocks", os.path.join("blocks", "vParquet4")]
    total = check("oracle, recorded answers", ["--session", "%s answers %s" % (program, spans)] + compared,
                  r"(\d+) queries, (\d+) failed, (\d+) unstable", lambda n: n[1])
    for kind, count in ORACLE_CASES:
        started = time.time()
        p = subprocess.run([program, kind, "--count", str(count)], stdout=subprocess.PIPE, text=True)
        faults = re.search(r"(\d+) faults, seed \d+\n$", p.stdout)
        print(p.stdout[-4000:].rstrip() + " (%.1f s)" % (time.time() - started))
        failed = int(faults.group(1)) if faults else 1
        total = add(total, (count - failed, failed))
    return total


def embedding():
    """The example package that links the engine builds, and answers what is counted without the engine."""
    import examples as counted_outside
    started = time.time()
    command = ["swift", "run", "--quiet", "--package-path", "examples/embedding", "--scratch-path", ".build/embedding", "slowest", "examples/data"]
    p = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    traces = counted_outside.traces()
    servers = {}
    for span in (s for t in traces for s in t.spans if s.kind == counted_outside.SERVER):
        servers[span.service] = servers.get(span.service, 0) + 1
    top = sorted(servers.values(), reverse=True)[:3]
    want = ["1 block(s), %d traces" % len(traces), "%d traces with an error" % counted_outside.answers()["errors.traceql"],
            "%d services" % len({n for t in traces for s in t.spans for n in s.service_names})]
    lines = p.stdout.splitlines()
    got = sorted((int(n) for n in re.findall(r": (\d+) server spans$", p.stdout, re.M)), reverse=True)
    failed = [w for w in want if w not in lines] + ([] if got == top else ["%s server spans, not %s" % (top, got)])
    failed += [] if "did you mean 'error'" in p.stdout else ["an underlined query"]
    for w in failed:
        print("FAIL embedding: want %s\n%s%s" % (w, p.stdout[-1500:], p.stderr[-1500:]))
    print("embedding: %d checks, %d failed (%.1f s)" % (len(want) + 2, len(failed), time.time() - started))
    return len(want) + 2 - len(failed), len(failed)


ANALYZED = (
    "{ status = error }", "{ kind = server } >> { status = error } | count() > 1", "{ event.exception.type != nil && duration > 1ms }",
    '{ span.no.such = "value" }', "{ kind = server } | by(resource.service.name) | avg(duration) > 1ms", "{ } | rate() by (resource.service.name)")


def analysis(binary):
    """`explain --analyze`: the operators add up to the time of the query, and what they read to what it read."""
    passed = failed = 0
    for query in ANALYZED:
        command = [binary, "explain", "--analyze", "--output", "ndjson", "--source", os.path.join(ROOT, "examples", "data"), query]
        p = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        rows = [json.loads(line) for line in p.stdout.splitlines()]
        whole, parts = rows[:1], rows[1:]
        wall = sum(row["wall_ns"] or 0 for row in parts)
        # Queries of a millisecond: the clock and the start of threads weigh more than they do over real stores.
        good = p.returncode == 0 and whole and 0.5 * whole[0]["wall_ns"] <= wall <= 1.1 * whole[0]["wall_ns"]
        good = good and sum(row["bytes"] or 0 for row in parts) == (whole[0]["bytes"] or 0)
        passed, failed = passed + bool(good), failed + (not good)
        if not good:
            print("FAIL analysis of %s: exit code %d, %s ns of %s\n%s" % (query, p.returncode, wall, whole, p.stderr[-300:]))
    print("explain --analyze: %d queries, %d failed" % (passed + failed, failed))
    return passed, failed


def benchmarks(binary):
    """The benchmarks run, toy-sized; how fast is not looked at."""
    command = [os.path.join(os.path.dirname(binary), "traceql-bench"), "--toy"]
    p = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    good = p.returncode == 0 and re.search(r"^\d\d measurements", p.stdout, re.M)
    print("benchmarks, toy-sized: %s" % ("fine" if good else "exit code %d\n%s" % (p.returncode, p.stdout[-1000:])))
    return (1, 0) if good else (0, 1)


def served(binary):
    """The server: Tempo's answers once more over HTTP, and its own tests."""
    folder = os.path.join(HERE, "Served")
    sys.path.insert(0, folder)
    from served import Server

    total = (0, 0)
    compared = ["--dataset", "small", "--version", "vParquet4", "--kinds", KINDS, "--newest-first", "--compare", "golden/small",
                "--also", "golden/small-R", "--differences", "differences.json",
                "--blocks", os.path.join("blocks", "vParquet4")]
    errors = ["--errors", "errors.json", "--differences", "differences.json"]
    with Server(binary, "--compat", "tempo") as server:
        total = add(total, check("served conformance", ["--base", server.base] + compared, r"(\d+) queries, (\d+) failed, (\d+) unstable", lambda n: n[1]))
    with Server(binary, "--compat", "tempo", "--dialect", "tempo") as server:
        pattern = r"(\d+) error cases, (\d+) with another status, (\d+) with another text"
        total = add(total, check("served errors", ["--base", server.base] + errors, pattern, lambda n: n[1] + n[2]))
    p = subprocess.run([sys.executable, os.path.join(folder, "run.py"), "--binary", binary], stdout=subprocess.PIPE, text=True)
    print(p.stdout, end="")
    counts = re.search(r"(\d+) passed, (\d+) failed\s*$", p.stdout)
    if not counts:
        print("Tests/Served/run.py ended with exit code %d before it had reported" % p.returncode)
        return add(total, (0, 1))
    return add(total, (int(counts.group(1)), int(counts.group(2))))


def add(a, b):
    return a[0] + b[0], a[1] + b[1]


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--binary", required=True)
    p.add_argument("--oracle", help="the program oracle-check")
    p.add_argument("--only", choices=["swift", "conformance", "served"])
    a = p.parse_args()
    total = (0, 0)
    if not a.only:
        total = formatting()
    binary = os.path.abspath(a.binary)
    if a.only in (None, "served"):
        total = add(total, served(binary))
    if a.only in (None, "conformance"):
        total = add(total, add(add(conformance(binary), examples(binary)), analysis(binary)))
    if not a.only:
        total = add(add(total, scripts(binary)), embedding())
        total = add(total, benchmarks(binary))
        if a.oracle:
            total = add(total, oracle(os.path.abspath(a.oracle)))
            total = add(total, scripts(binary, ["layouts.py"], ["--oracle", os.path.abspath(a.oracle)]))
    if a.only in (None, "swift"):
        total = add(total, swift_tests())
    print("%d passed, %d failed" % total, flush=True)
    return 1 if total[1] else 0


if __name__ == "__main__":
    sys.exit(main())
