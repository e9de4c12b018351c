#!/usr/bin/env python3
"""The commands as people type them, held against what other programs say.

  commands.py --binary .build/release/traceql [--only NAME,...]

Man page: mandoc or groff. Completions: a real bash; zsh and fish check the syntax of theirs. Where one of these programs
is not installed its check is skipped, and said so. The last line is "N passed, N failed".
"""
import argparse, json, os, re, shutil, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
DATA = "examples/data"
TRACE = "7d7ac01c6f2c69a67eeac21deabb27cb"


class Run:
    """One run of the binary in the project's folder."""

    def __init__(self, binary, *arguments, stdin=""):
        p = subprocess.run([binary, *arguments], cwd=ROOT, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                           errors="replace", env={**os.environ, "TZ": "UTC", "NO_COLOR": "1"})
        self.code, self.out, self.err = p.returncode, p.stdout, p.stderr


class Checks:
    def __init__(self):
        self.count = self.failed = 0

    def __call__(self, what, condition, detail=""):
        self.count += 1
        if not condition:
            self.failed += 1
            print("FAIL %s %s" % (what, str(detail)[:800]))

    def skip(self, what, program):
        print("skipped: %s (%s is not installed)" % (what, program))


def manual(binary, check):
    page = Run(binary, "man").out
    with tempfile.NamedTemporaryFile("w", suffix=".1") as f:
        f.write(page)
        f.flush()
        if shutil.which("mandoc"):
            p = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", f.name], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            check("mandoc has nothing to say", p.returncode == 0 and not p.stdout, p.stdout)
        else:
            check.skip("manual page", "mandoc")
        if shutil.which("groff"):
            p = subprocess.run(["groff", "-ww", "-man", "-T", "utf8", f.name], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            plain = re.sub(r"\x1b\[[0-9;]*m|.\x08", "", p.stdout)
            check("groff has nothing to say", p.returncode == 0 and not p.stderr, p.stderr)
            for flag in ("--source", "--trace-scope", "--check"):
                check("the rendered page has " + flag, flag in plain.replace("\u2010", "-").replace("\u2212", "-"))
        else:
            check.skip("manual page", "groff")


BASH = """
source /dev/stdin <<'SCRIPT'
%s
SCRIPT
complete_words() {
  COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
  compopt() { :; }
  _traceql; printf '%%s\\n' "${COMPREPLY[@]}" | sort | tr '\\n' ' '
}
complete_words %s
"""


def completions(binary, check):
    script = Run(binary, "completions", "bash").out

    def words(*line):
        quoted = " ".join("'%s'" % w for w in line)
        p = subprocess.run(["bash", "--norc", "-c", BASH % (script, quoted)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
        return p.stdout.split() if not p.stderr else p.stderr

    for line, want in [
        (("traceql", "bl"), ["blocks"]), (("traceql", "blocks", "sh"), ["show"]), (("traceql", "query", "--ro"), ["--rows"]),
        (("traceql", "query", "--rows", "s"), ["spans"]), (("traceql", "query", "--rows", "=", "s"), ["spans"]),
        (("traceql", "lint", "--output", ""), ["json", "sarif", "text"]), (("traceql", "--tenant", "blocks", "val"), ["values"]),
        (("traceql", "--source=x", "val"), ["values"]), (("traceql", "completions", ""), ["bash", "fish", "zsh"]),
        (("traceql", "blocks", "show", "--out"), ["--output"]), (("traceql", "help", "expl"), ["explain"]),
        (("traceql", "lint", "examples/dem"), ["examples/demo.sh"]), (("traceql", "query", "-f", "READ"), ["README.md"]),
        (("traceql", "query", "--limit", ""), []), (("traceql", "--ver"), ["--version"]), (("traceql", "fmt", "--out"), []),
    ]:
        got = words(*line)
        check("bash completes %s" % " ".join(line), got == want, got)
    for shell in ("zsh", "fish"):
        text = Run(binary, "completions", shell).out
        if not shutil.which(shell):
            check.skip("%s completion" % shell, shell)
            continue
        p = subprocess.run([shell, "-n", "/dev/stdin"], input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        check("%s understands its completion" % shell, p.returncode == 0 and not p.stdout, p.stdout)
    bad = Run(binary, "completions", "bsh")
    check("an unknown shell is named", bad.code == 2 and "did you mean 'bash'" in bad.err, bad.err)


def lint(binary, check):
    clean = Run(binary, "lint", stdin="{ status = error }")
    check("clean queries give 0", clean.code == 0 and clean.out == "1 query: nothing to say\n", clean.out)
    warned = Run(binary, "lint", stdin="// x\n{ .foo = 1 }\n---\n\n{ duration > 100 }\n")
    check("warnings give 1", warned.code == 1, warned.out)
    check("places count over the whole file", re.findall(r"<stdin>:(\d+:\d+)", warned.out) == ["2:3", "5:14"], warned.out)
    check("underlines", "\n2 | { .foo = 1 }\n      ^~~~\n" in warned.out, warned.out)
    broken = Run(binary, "lint", stdin="{ .a = \n")
    check("broken queries give 2", broken.code == 2 and "error" in broken.out, broken.out)
    check("a missing file gives 2", Run(binary, "lint", "no/such.traceql").code == 2)
    hostile = Run(binary, "lint", stdin="{ \x1b[31m = \x07 }\n").out
    check("files do not command the terminal", "\x1b" not in hostile and "\x07" not in hostile, repr(hostile))
    long = Run(binary, "lint", stdin="{ name = \"a\" && " + " || ".join("span.a%d = 1" % n for n in range(99)) + " && .foo = 1 }\n").out
    check("of long lines the part that matters", "…" in long and ".foo = 1" in long and max(map(len, long.splitlines())) < 200, long)
    check("an empty file gives 2", Run(binary, "lint", stdin="// nothing\n").code == 2)
    tempo = Run(binary, "lint", "--dialect", "tempo", stdin="{ service.name = \"a\" }")
    check("extensions are errors of the dialect", tempo.code == 2 and "[not-in-tempo]" in tempo.out, tempo.out)
    lines = Run(binary, "lint", "--lines", "--output", "json", "grammar/valid.traceql")
    found = json.loads(lines.out)
    check("one query a line, as JSON", lines.code == 1 and all(f["severity"] in ("warning", "note") for f in found), lines.err)
    sarif = json.loads(Run(binary, "lint", "--output", "sarif", stdin="{ .foo = 1 }").out)
    result = sarif["runs"][0]["results"][0]
    region = result["locations"][0]["physicalLocation"]["region"]
    check("SARIF", sarif["version"] == "2.1.0" and result["ruleId"] == "unscoped-name" and result["level"] == "warning"
          and (region["startLine"], region["startColumn"], region["endColumn"]) == (1, 3, 7)
          and result["ruleId"] in [r["id"] for r in sarif["runs"][0]["tool"]["driver"]["rules"]], sarif)


def fmt(binary, check):
    check("standard input to standard output", Run(binary, "fmt", stdin="{status=error}|count()>2").out == "{ status = error } | count() > 2\n")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "q.traceql")
        open(path, "w").write("// why\n{status=error}\n---\n{}|rate()\n")
        os.chmod(path, 0o640)
        before = Run(binary, "fmt", "--check", path)
        check("--check names files that would change", before.code == 1 and before.out == path + "\n", before.out)
        check("--write changes them", Run(binary, "fmt", "-w", path).code == 0)
        check("comments and separators stay", open(path).read() == "// why\n{ status = error }\n---\n{ } | rate()\n", open(path).read())
        check("permissions stay", os.stat(path).st_mode & 0o777 == 0o640)
        after = Run(binary, "fmt", "--check", path)
        check("formatted files are clean", after.code == 0 and not after.out, after.out)
        open(path, "w").write("{ status = \n")
        bad = Run(binary, "fmt", "--write", path)
        check("broken files are left alone", bad.code == 2 and open(path).read() == "{ status = \n" and path + ":2:1: error" in bad.err, bad.err)
        check("nothing is left beside the file", os.listdir(folder) == ["q.traceql"], os.listdir(folder))
    same = Run(binary, "fmt", "--check", *sorted("examples/queries/" + n for n in os.listdir(os.path.join(ROOT, "examples/queries"))))
    check("the examples are formatted", same.code == 0, same.out)


LOG = """ts=1 traceID=%s msg="x"
{"level":"info","trace_id":"AD49AA53B9DF99CA495BB9B3E92AB319","span_id":"aaaaaaaaaaaaaaaa"}
traceparent: 00-034831a7be2c2beb0a41d5936a8c0fc8-00f067aa0ba902b7-01
escaped {\\"traceId\\":\\"7d49dcfef1275feb78c7a2fdf5009e6d\\"} again %s
sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 span_id=00f067aa0ba902b7
b3: 32ffd000000000000-e457b5a2e4d86bd1-1 x7d7ac01c6f2c69a67eeac21deabb27cb
trace_id=00000000000000000000000000000000
""" % (TRACE, TRACE)


def trace(binary, check):
    shown = Run(binary, "trace", "--source", DATA, "-", stdin=LOG)
    ids = re.findall(r"^Trace ([0-9a-f]{32})$", shown.out, re.M)
    want = [TRACE, "ad49aa53b9df99ca495bb9b3e92ab319", "034831a7be2c2beb0a41d5936a8c0fc8", "7d49dcfef1275feb78c7a2fdf5009e6d"]
    check("each trace once, in order", ids == want and shown.code == 0, ids)
    check("what is missing is said", "1 of 5 trace IDs not in 1 block: 00000000000000032ffd000000000000" in shown.err, shown.err)
    rows = Run(binary, "trace", "--source", DATA, "--output", "ndjson", "-", stdin=LOG).out.splitlines()
    check("rows name their trace", list(dict.fromkeys(json.loads(r)["trace_id"] for r in rows)) == want)
    single = json.loads(Run(binary, "trace", "--source", DATA, "--output", "json", TRACE).out)
    many = Run(binary, "trace", "--source", DATA, "--output", "json", "-", stdin=LOG).out.splitlines()
    check("bodies of the API, one a line", len(many) == 4 and json.loads(many[0]) == single)
    none = Run(binary, "trace", "--source", DATA, "-", stdin="nothing\nhere\n")
    check("no IDs at all", none.code == 1 and "no trace IDs in 2 lines" in none.err, none.err)
    gone = Run(binary, "trace", "--source", DATA, "-", stdin="ffffffffffffffffffffffffffffffff")
    check("no trace found", gone.code == 1 and not gone.out, gone.err)


def sources(binary, check):
    other = "Tests/Conformance/blocks/vParquet4"

    def count(*paths):
        flags = [part for path in paths for part in ("--source", path)]
        return len(json.loads(Run(binary, "query", *flags, "--output", "json", "--limit", "0", "{ }").out)["traces"])

    tenant = os.path.join(other, "single-tenant")
    folders = [os.path.join(tenant, n) for n in sorted(os.listdir(os.path.join(ROOT, tenant))) if n.count("-") == 4]
    apart, whole = [count(f) for f in folders], count(other)
    check("several sources are one answer", len(folders) == 3 and count(*folders) == whole and 0 < max(apart) < whole, (apart, whole))
    check("the same source twice is the same source", count(folders[0], folders[0], "./" + folders[0]) == apart[0])
    bad = Run(binary, "blocks", "--source", DATA, "--source", "no/such")
    check("every source must be there", bad.code == 4 and "no/such" in bad.err, bad.err)


def blocks(binary, check):
    import pyarrow.parquet as parquet
    folder = os.path.join(DATA, "single-tenant", os.listdir(os.path.join(ROOT, DATA, "single-tenant"))[0])
    footer = parquet.ParquetFile(os.path.join(ROOT, folder, "data.parquet")).metadata
    shown = [json.loads(r) for r in Run(binary, "blocks", "show", "--source", DATA, "--limit", "0", "--output", "ndjson").out.splitlines()]
    want = {}
    for g in range(footer.num_row_groups):
        for c in range(footer.num_columns):
            chunk = footer.row_group(g).column(c)
            path = ".".join(p for p in chunk.path_in_schema.split(".") if p not in ("list", "element", "key_value"))
            path = re.sub(r"^ServiceStats\.value\.", "ServiceStats.", path)
            sums = want.setdefault(path, [0, 0, 0, chunk.compression])
            for i, n in enumerate((chunk.total_compressed_size, chunk.total_uncompressed_size, chunk.num_values)):
                sums[i] += n
    got = {r["column"]: [r["compressed_bytes"], r["uncompressed_bytes"], r["entries"], r["codec"]] for r in shown}
    check("columns as pyarrow sees them", got == want, [(k, got.get(k), v) for k, v in want.items() if got.get(k) != v][:3])
    head = Run(binary, "blocks", "show", folder).out
    check("a block by its path", "505 in 2 row groups" in head and "span.url.path (String02)" in head, head)
    check("a block by the beginning of its ID", Run(binary, "blocks", "show", "--source", DATA, "1ae9").out.startswith("Block "))
    bad = Run(binary, "blocks", "show", "--source", DATA, "zzz")
    check("an unknown block", bad.code == 2 and "none of the 1 block is called 'zzz'" in bad.err, bad.err)
    bad = Run(binary, "blocks", "shwo")
    check("an unknown sub-command", bad.code == 2 and "did you mean 'blocks show'" in bad.err, bad.err)


def verify(binary, check):
    """Blocks that Tempo, pyarrow's writer aside, wrote are sound; every kind of damage is found."""
    for path in [DATA] + ["Tests/Conformance/blocks/vParquet%d" % v for v in (3, 4, 5)]:
        r = Run(binary, "blocks", "verify", "--source", path)
        check("sound: " + path, r.code == 0 and "all sound" in r.out, r.out[-600:] + r.err)
    source = os.path.join(ROOT, DATA, "single-tenant", os.listdir(os.path.join(ROOT, DATA, "single-tenant"))[0])

    def damaged(what, want, change):
        with tempfile.TemporaryDirectory() as folder:
            copy = os.path.join(folder, "single-tenant", os.path.basename(source))
            shutil.copytree(source, copy)
            change(copy)
            r = Run(binary, "blocks", "verify", "--source", folder, "--output", "ndjson")
            checks = {f["check"] for f in map(json.loads, r.out.splitlines()) if f["severity"] == "damage"}
            check("found: " + what, r.code == 4 and checks & want, (r.code, checks, r.err[-300:]))

    def meta(**changes):
        def change(folder):
            path = os.path.join(folder, "meta.json")
            value = json.load(open(path))
            value.update(changes)
            json.dump(value, open(path, "w"))
        return change

    def patch(name, edit):
        def change(folder):
            path = os.path.join(folder, name)
            content = bytearray(open(path, "rb").read())
            content = edit(content) or content
            open(path, "wb").write(content)
        return change

    def zeros(content):
        content[24:] = bytes(len(content) - 24)

    damaged("a size that is not the file's", {"meta-size"}, meta(size=1))
    damaged("a footer size", {"meta-footer", "open"}, meta(footerSize=77))
    damaged("a number of traces", {"meta-traces"}, meta(totalObjects=7))
    damaged("too few row groups", {"meta-row-groups"}, meta(totalRecords=1))
    damaged("times the wrong way round", {"meta-times"}, meta(startTime="2026-01-15T01:00:00Z", endTime="2026-01-15T00:00:00Z"))
    damaged("another block's ID", {"meta-names"}, meta(blockID="00000000-0000-4000-8000-000000000000"))
    damaged("dedicated columns that are not there", {"columns"}, lambda f: meta(format="vParquet5")(f))
    damaged("a bloom filter that knows nothing", {"bloom-ids"}, patch("bloom-0", zeros))
    damaged("half a bloom filter", {"bloom"}, patch("bloom-0", lambda c: c[:1000]))
    damaged("no bloom filter", {"bloom"}, lambda f: os.remove(os.path.join(f, "bloom-0")))
    damaged("an index of another block", {"index"}, patch("index", lambda c: b'{"rowGroups":["AAAAAAAAAAAAAAAAAAAAAA==","AAAAAAAAAAAAAAAAAAAAAQ=="]}'))
    damaged("an index that is no JSON", {"index"}, patch("index", lambda c: c[:9]))
    damaged("a file that is cut", {"open"}, patch("data.parquet", lambda c: c[:-1000]))

    import random
    rng = random.Random(20260115)
    import pyarrow.parquet as parquet
    footer = parquet.ParquetFile(os.path.join(source, "data.parquet")).metadata
    chunks = [footer.row_group(g).column(c) for g in range(footer.num_row_groups) for c in range(footer.num_columns)]
    for _ in range(12):
        chunk = rng.choice([c for c in chunks if c.total_compressed_size > 200])
        start = min(o for o in (chunk.dictionary_page_offset, chunk.data_page_offset) if o)
        at = start + rng.randrange(chunk.total_compressed_size)

        def flip(content):
            content[at] ^= 1 << rng.randrange(8)

        damaged("a flipped bit at %d" % at, {"checksum", "decode", "bounds", "counts", "page-places", "levels", "open", "trace-order",
                                              "boolean-encoding", "mixed-encodings", "empty-page", "unsupported", "page-statistics"},
                patch("data.parquet", flip))
    written_by_pyarrow(binary, check, source)
    stopped(binary, check)


def written_by_pyarrow(binary, check, source):
    """What only another writer's files have: statistics in the headers of pages, and other annotations."""
    import pyarrow as pa
    import pyarrow.parquet as parquet
    from parquet_places import CompactReader, ParquetPlaces

    def checks(table, change=None, block=source):
        """Names of checks that find something in a block with that table, written with statistics in page headers."""
        with tempfile.TemporaryDirectory() as folder:
            copy = os.path.join(folder, "single-tenant", os.path.basename(block))
            shutil.copytree(block, copy)
            path = os.path.join(copy, "data.parquet")
            parquet.write_table(table, path, data_page_size=2_000, row_group_size=len(table), write_page_index=False, store_schema=False)
            if change:
                content = bytearray(open(path, "rb").read())
                change(content)
                open(path, "wb").write(content)
            r = Run(binary, "blocks", "verify", "--source", folder, "--output", "ndjson")
            return [(f["check"], f["message"]) for f in map(json.loads, r.out.splitlines())]

    def statistics(content):
        """Header, and the statistics in it, of the data pages that have bounds."""
        for start, end in ParquetPlaces(bytes(content)).headers:
            header = CompactReader(bytes(content), start).struct()
            said = header.get(5, {}).get(5) or header.get(8, {}).get(8)
            if said and len(said.get(5, b"")) == 8:
                yield start, end, said

    def lower_maximum(content):
        for start, end, said in statistics(content):
            if said[5] != said[6]:
                at = bytes(content).index(said[5], start, end)
                content[at:at + 8] = said[6]
                return

    table = parquet.read_table(os.path.join(source, "data.parquet"))
    names = {name for name, _ in checks(table)}
    check("pyarrow's page statistics are right", "page-statistics" not in names and "annotations" not in names, names)
    names = {name for name, _ in checks(table, lower_maximum)}
    check("found: a maximum in a page's header", "page-statistics" in names, names)
    other = table.set_column(1, pa.field("TraceIDText", pa.binary(), nullable=False), table.column("TraceIDText").cast(pa.binary()))
    other = other.set_column(2, pa.field("StartTimeUnixNano", pa.int64(), nullable=False), table.column("StartTimeUnixNano").cast(pa.int64()))
    said = [message for name, message in checks(other) if name == "annotations"]
    check("found: columns annotated as something else", len(said) == 2 and "TraceIDText is annotated as nothing where text" in said[0]
          and "StartTimeUnixNano is annotated as" in said[1], said)

    def no_list(content):
        """rs says that it is an enumeration, in the old way and in the new one."""
        was, becomes = (b"\x02rs\x15\x02\x15" + said for said in (b"\x06\x4c\x3c", b"\x08\x4c\x4c"))
        content[:] = bytes(content).replace(was, becomes)

    said = [message for name, message in checks(table, no_list) if name == "annotations"]
    check("found: lists that are not annotated", len(said) > 3 and "not annotated as LIST or MAP: rs.list" in said[0], said[:3])
    tenant = os.path.join(ROOT, "Tests/Conformance/blocks/vParquet5/single-tenant")
    flat = os.path.join(tenant, sorted(os.listdir(tenant))[0])
    said = [message for name, message in checks(parquet.read_table(os.path.join(flat, "data.parquet")), block=flat) if name == "columns"]
    check("found: lists where a version has none", len(said) == 1 and "lies in a LIST or MAP" in said[0], said)


def stopped(binary, check):
    """A check that ends early says so, for people and for programs."""
    source = ["--source", "Tests/Conformance/blocks/vParquet5"]
    r = Run(binary, "blocks", "verify", *source, "--timeout", "1ns", "--output", "ndjson")
    found = [f["check"] for f in map(json.loads, r.out.splitlines())]
    # The first block may be done before the clock is looked at.
    check("blocks verify past its time", r.code == 3 and found in (["stopped"] * 3, ["stopped"] * 2) and "stopped after 1 ns: partial answer" in r.err, (r.code, found, r.err))
    r = Run(binary, "blocks", "verify", *source, "--timeout", "1ns")
    check("a part is not called sound", "all sound" not in r.out and "not checked to the end" in r.out, r.out)
    one, two = (Run(binary, "blocks", "verify", *source, "--threads", n).out for n in "14")
    check("blocks verify on one thread and four", one == two and "all sound" in one, (one, two))


def masked(output):
    """Without what differs from run to run: times taken, bytes read, blanks at the ends of lines."""
    output = re.sub(r"(spans inspected) · .*", r"\1 · ...", output)
    return "\n".join(line.rstrip() for line in output.strip("\n").splitlines())


def readme(binary, check):
    """Every command that a document shows with its output gives that output."""
    shown = 0
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(binary, os.path.join(folder, "traceql"))
        env = {**os.environ, "TZ": "UTC", "NO_COLOR": "1", "PATH": folder + ":" + os.environ["PATH"]}
        for document in ("README.md", "examples/README.md", "ARCHITECTURE.md"):
            text = open(os.path.join(ROOT, document), encoding="utf8").read()
            for block in re.findall(r"^```\n(\$ .*?)^```$", text, re.M | re.S):
                for command, want in re.findall(r"^\$ ((?:[^\n]*\\\n)*[^\n]*)\n(.*?)(?=^\$ |\Z)", block, re.M | re.S):
                    shown += 1
                    p = subprocess.run(["bash", "-c", command], cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
                    check("%s: %s" % (document, command), masked(p.stdout) == masked(want), "\n" + p.stdout)
    check("the documents show commands", shown >= 3, shown)


PARTS = [manual, completions, lint, fmt, trace, sources, blocks, verify, readme]


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--binary", required=True)
    p.add_argument("--only", help="comma-separated: " + ", ".join(part.__name__ for part in PARTS))
    a = p.parse_args()
    check = Checks()
    for part in PARTS:
        if not a.only or part.__name__ in a.only.split(","):
            part(os.path.abspath(a.binary), check)
    print("%d passed, %d failed" % (check.count - check.failed, check.failed))
    return 1 if check.failed else 0


if __name__ == "__main__":
    sys.exit(main())
