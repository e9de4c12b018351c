"""Without a terminal: -c, -f, standard input, exit codes, the rc file, what is loaded."""
import csv, io, json, os, subprocess
import terminal


def run(b, *arguments, stdin="", **env):
    p = subprocess.run([b.binary] + list(arguments), input=stdin.encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=b.home,
                       env=terminal.environment(b.home, **env), timeout=60)
    return p.returncode, p.stdout.decode(), p.stderr.decode()


def test_statements_on_the_command_line(b):
    code, out, err = run(b, "-c", ".mode csv; { status = error } | count() > 5", terminal.SMALL)
    assert (code, err) == (0, ""), (code, err)
    rows = list(csv.DictReader(io.StringIO(out)))
    # Recorded by Tempo: `{ status = error } | count() >= 6` has three traces.
    assert len(rows) == 3, out


def test_nothing_but_results(b):
    code, out, err = run(b, terminal.SMALL, stdin='.mode ndjson\n{ name = "charge" && status = error };\n{ name = "charge" && status = error }')
    assert (code, err) == (0, "")
    lines = [json.loads(line) for line in out.splitlines()]
    assert len(lines) == 2 and lines[0] == lines[1]


def test_the_first_error_ends_it(b):
    statements = "{ a = }; .mode csv; { status = error }"
    code, out, err = run(b, terminal.SMALL, stdin=statements)
    assert code == 2 and out == "" and "error:" in err, (code, out, err)
    code, out, err = run(b, "--keep-going", terminal.SMALL, stdin=statements)
    assert code == 2 and out.startswith("trace_id") and "error:" in err, (code, out[:80], err)


def test_exit_codes(b):
    assert run(b, "-c", "{ status = error }", os.path.join(b.home, "nowhere"))[0] in (2, 4)
    assert run(b, "-c", ".trace 00000000000000000000000000000001", terminal.SMALL)[0] == 1
    assert run(b, "-c", ".nonsense", terminal.SMALL)[0] == 2
    assert run(b, "-c", "{ false }", terminal.SMALL)[0] == 0
    assert run(b, "-c", ".read missing.traceql", terminal.SMALL)[0] == 2


def test_files_of_statements(b):
    path = os.path.join(b.home, "q.traceql")
    open(path, "w").write("// errors\n.mode tsv\n{ status = error\n} | count() > 5;\n.limit 1\n")
    code, out, err = run(b, "-f", path, terminal.SMALL)
    assert (code, err) == (0, "") and len(out.splitlines()) == 4, (code, out, err)


def test_the_rc_file(b):
    os.makedirs(os.path.join(b.home, ".config", "traceql"))
    open(os.path.join(b.home, ".config", "traceql", "rc"), "w").write(
        ".mode csv\n.limit 2\n.sources small %s\n.alias errors { status = error }\n" % terminal.SMALL)
    code, out, err = run(b, "-c", ".open small; .errors")
    assert (code, err) == (0, "") and len(out.splitlines()) == 3, (code, out, err)
    open(os.path.join(b.home, ".config", "traceql", "rc"), "w").write(".nonsense\n.limit 1\n")
    code, out, err = run(b, "-c", ".mode csv; { status = error }", terminal.SMALL)
    assert code == 0 and len(out.splitlines()) == 2 and ".nonsense" in err, (code, out, err)


def test_circles_end(b):
    path = os.path.join(b.home, "a.traceql")
    open(path, "w").write(".read a.traceql\n")
    code, _, err = run(b, "-f", path, terminal.SMALL)
    assert code == 2 and "circle" in err, err
    code, _, err = run(b, "-c", ".alias x .x; .x", terminal.SMALL)
    assert code == 2 and "circle" in err, err


def test_strange_input(b):
    for text in ("\0", "{", "}", '"', "{ } |", ".", "..", ";;;", "\xff\xfe", "{ a = \"\\", "/*", ".read", ".trace", ".trace 99", ".span 1", ".diff 1", ".compare x y",
                 ".export", ".export x.unknown", ".limit -1", ".step 0s", ".values {", ".attrs nothing{", ".open", ".alias 1 x", ".set a b c", ".once /no/such/x",
                 ".events 1", ".profile", ".explain", ".watch", ".history x"):
        code, out, err = run(b, "--keep-going", terminal.SMALL, stdin=text, EDITOR="true")
        assert code in (0, 1, 2, 3, 4), (text, code, err)
        assert "Fatal" not in err and "Crash" not in err, (text, err)


def test_one_shot_commands_load_no_more_than_they_need(b):
    for arguments in (["--version"], ["query", "--source", terminal.SMALL, "{ false }"], ["-c", "{ false }", terminal.SMALL]):
        code, _, err = run(b, *arguments, LD_DEBUG="libs")
        assert code == 0
        for library in ("readline", "libtinfo", "libcurl"):
            assert library not in err, (arguments, library)
