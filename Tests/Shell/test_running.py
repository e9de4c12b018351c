"""Long queries: progress, first rows, Ctrl-C, resize."""
import os, re, time, uuid
import terminal


def heavy(b, copies=120):
    """The small blocks many times over: the same traces in very many places, which takes a while."""
    target = os.path.join(b.home, "many", "single-tenant")
    os.makedirs(target)
    tenant = os.path.join(terminal.SMALL, "single-tenant")
    for number in range(copies):
        for name in os.listdir(tenant):
            new = str(uuid.uuid5(uuid.UUID(name), str(number)))
            os.mkdir(os.path.join(target, new))
            for part in os.listdir(os.path.join(tenant, name)):
                os.symlink(os.path.join(tenant, name, part), os.path.join(target, new, part))
            meta = os.path.join(target, new, "meta.json")
            os.remove(meta)
            open(meta, "w").write(open(os.path.join(tenant, name, "meta.json")).read().replace(name, new))
    return os.path.dirname(target)


SLOW = '{ name =~ ".*(a|b|c|d)+.*(e|f|g)+.*" } >> { span.http.url =~ ".*(x|y|z)*.*[0-9]+.*" } | count() > 0'


def test_progress_first_rows_and_ctrl_c(b):
    t = b.ready("--threads", "1", heavy(b), rows=40)
    t.run(".set scope fragment")
    t.type(SLOW, "<enter>")
    t.wait(r"% · .* spans/s", 20)
    assert re.search(r"\d+ of 360 blocks", t.text()), t.text()
    os.write(t.child.child_fd, b"\x03")
    began = time.time()
    t.prompt()
    # The wait for a quiet prompt is in it; the figure itself is in Benchmarks.
    assert time.time() - began < 1.5
    assert "interrupted: partial answer" in t.text(), t.text()
    assert "partial:" in t.text()
    t.run(".limit 3", until="limit 3")


def test_a_second_ctrl_c_does_not_end_the_shell(b):
    t = b.ready("--threads", "1", heavy(b))
    t.run(".set scope fragment")
    t.type(SLOW, "<enter>")
    t.wait(r"spans/s", 20)
    os.write(t.child.child_fd, b"\x03\x03\x03")
    t.prompt()
    t.run(".limit", until="limit 20")


def test_a_resize_while_a_query_runs(b):
    t = b.ready("--threads", "1", heavy(b), columns=120)
    t.run(".set scope fragment")
    t.type(SLOW, "<enter>")
    t.wait(r"spans/s", 20)
    t.resize(30, 70)
    t.settle(0.3, 1)
    t.type("<ctrl-c>")
    t.prompt()
    assert all(len(line) <= 70 for line in t.lines())
    t.run("{ status = error } | count() > 100", until="no traces|traces? ·")


def test_ctrl_c_while_rows_are_drawn(b):
    """Thousands of rows: the shell comes back with the first ones, and goes on."""
    t = b.ready(heavy(b, 12), rows=30, TRACEQL_RC=os.devnull)
    for line in (".set scope fragment", ".set pager off", ".mode table", ".set rows spans", ".limit 0"):
        t.run(line)
    t.type("{ }", "<enter>")
    # Rows stand on the screen: it is drawing, or writing.
    end = time.time() + 20
    while time.time() < end and not re.search(r"^ *\d+  [0-9a-f]{32}", t.text(), re.M):
        t.pump(0.02)
    os.write(t.child.child_fd, b"\x03")
    t.prompt(20)
    t.run(".limit 3", until="limit 3")


def test_ctrl_c_ends_all_that_was_typed(b):
    t = b.ready("--threads", "1", heavy(b))
    t.run(".set scope fragment")
    t.type(SLOW + "; .limit 7", "<enter>")
    t.wait(r"spans/s", 20)
    t.type("<ctrl-c>")
    t.prompt()
    t.run(".limit", until="limit 20")


def test_ctrl_c_leaves_the_loop_of_watch(b):
    t = b.ready()
    t.type(".watch 200ms { status = error }", "<enter>")
    t.wait(r"traces? ·")
    t.settle(0.3, 0.7)
    t.type("<ctrl-c>")
    t.prompt()
    t.run(".limit 3", until="limit 3")


def test_the_command_keeps_what_it_found(b):
    """`traceql query` and Ctrl-C: the rows found so far, a sentence, exit code 130."""
    import signal, subprocess
    binary = [b.binary, "query", "--trace-scope", "fragment", "--threads", "1", "--limit", "0", "--output", "csv", "--source", heavy(b)]
    p = subprocess.Popen(binary + [SLOW], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(0.8)
    p.send_signal(signal.SIGINT)
    out, err = p.communicate(timeout=20)
    assert p.returncode == 130 and "interrupted: partial answer" in err, (p.returncode, err)
    assert out.startswith("trace_id,"), out[:200]
