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
