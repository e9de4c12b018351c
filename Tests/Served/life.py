"""What changes while it runs: blocks, load, clients that leave, its own end."""
import gzip, json, os, shutil, signal, socket, tempfile, threading, time, uuid

from administration import is_tenant
from served import BLOCKS, PATIENCE, RANGE, Server, ask, check, drain, equal, in_threads, quote, until

NO_RESULTS = ["--set", "traceql.result_cache_bytes=0"]
# Reads every span; some ten milliseconds here, long enough to meet one another.
HEAVY = "/api/search?limit=5000&spss=100&q=" + quote('{ span.nothing != "x" } >> { name =~ ".*e.*" } | by(name) | count() > 0 | select(span.http.url)')


def block_folders():
    root = BLOCKS if is_tenant(BLOCKS) else os.path.join(BLOCKS, os.listdir(BLOCKS)[0])
    return [os.path.join(root, d) for d in sorted(os.listdir(root)) if os.path.isdir(os.path.join(root, d))]


def test_blocks_come_and_go(binary):
    """Queries all the time while blocks are added, compacted and removed: no error, and never a trace that is nowhere."""
    sources = block_folders()
    with tempfile.TemporaryDirectory() as folder:
        tenant = os.path.join(folder, "single-tenant")
        os.makedirs(tenant)
        with Server(binary, *NO_RESULTS, "--set", "storage.trace.blocklist_poll=1s", "--set", "server.log_level=warn", source=folder) as server:
            equal(server.json("/api/search")["traces"], [], "an empty folder is served")
            place = lambda s: os.path.join(tenant, os.path.basename(s))

            def add(source):  # as Tempo does: the metadata comes last
                shutil.copytree(source, place(source), ignore=shutil.ignore_patterns("meta.json"))
                shutil.copy(os.path.join(source, "meta.json"), place(source))

            add(sources[0])
            count = lambda: len(server.json("/api/search?limit=5000&q=%7B%7D")["traces"])
            until(lambda: count() > 0, 20, "the first block")
            first = count()
            ends, answers = threading.Event(), []

            def client(i):
                connection = server.connect()
                while not ends.is_set():
                    target = ("/api/search?limit=5000&q=%7B%7D", "/api/v2/search/tags", "/api/search/tag/name/values", HEAVY)[i % 4]
                    status, _, body = ask(connection, target)
                    check(status == 200, status, body[:300])
                    if i % 4 == 0:
                        answers.append(len(json.loads(body)["traces"]))
                connection.close()

            problems = []

            def run():
                try:
                    in_threads(6, client)
                except Exception as e:
                    problems.append(e)

            clients = threading.Thread(target=run)
            clients.start()
            for source in sources[1:]:
                add(source)
                time.sleep(0.4)
            until(lambda: server.metric("tempodb_blocklist_length") == len(sources), 20, "all blocks")
            for round in range(3):
                gone = place(sources[round % len(sources)])
                os.rename(os.path.join(gone, "meta.json"), os.path.join(gone, "meta.compacted.json"))
                time.sleep(0.2)
                shutil.rmtree(gone)
                time.sleep(0.3)
                add(sources[round % len(sources)])
                time.sleep(0.3)
            for source in sources[1:]:  # and without notice
                shutil.rmtree(place(source))
            until(lambda: server.metric("tempodb_blocklist_length") == 1, 20, "one block left")
            ends.set()
            clients.join()
            if problems:
                raise problems[0]
            equal(count(), first)
            check(len(answers) > 2 and max(answers) > first, len(answers), max(answers))


def test_tenant_index(binary):
    """Where it is asked for, the index says which blocks there are; a damaged one leaves the folders."""
    with tempfile.TemporaryDirectory() as folder:
        tenant = os.path.join(folder, "single-tenant")
        for block in block_folders():
            shutil.copytree(block, os.path.join(tenant, os.path.basename(block)))
        metas = [json.load(open(os.path.join(b, "meta.json"))) for b in block_folders()]

        def write(content):
            with open(os.path.join(folder, "index"), "wb") as f:
                f.write(content)
            os.rename(os.path.join(folder, "index"), os.path.join(tenant, "index.json.gz"))

        def index(metas):
            write(gzip.compress(json.dumps({"created_at": "2026-01-15T00:00:00Z", "meta": metas, "compacted": None}).encode()))

        index(metas[:1])
        flags = ["--set", "storage.trace.blocklist_poll=1s"]
        with Server(binary, *flags, source=folder) as server:
            equal(server.metric("tempodb_blocklist_length"), len(metas))
        with Server(binary, *flags, "--set", "traceql.tenant_index=true", source=folder) as server:
            equal(server.metric("tempodb_blocklist_length"), 1)
            index(metas)
            until(lambda: server.metric("tempodb_blocklist_length") == len(metas), 20, "the new index")
            index(metas[1:])
            until(lambda: server.metric("tempodb_blocklist_length") == len(metas) - 1, 20, "the next index")
            write(b"no index")
            until(lambda: server.metric("tempodb_blocklist_length") == len(metas), 20, "the folders")
            equal(server.get("/api/search")[0], 200)


def test_read_limit(binary):
    with Server(binary, "--set", "traceql.query_read_bytes=1000", *NO_RESULTS) as server:
        status, headers, body = server.get(HEAVY)
        check(status == 200 and "1000 bytes" in headers["X-Traceql-Partial"], status, headers)


def test_clients_that_leave(binary):
    """Their queries end; nothing of them stays."""
    with Server(binary, "--set", "querier.max_concurrent_queries=2", *NO_RESULTS) as server:
        def client(i):
            for _ in range(10):
                with socket.create_connection((server.host, server.port)) as s:
                    s.sendall(("GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % HEAVY).encode())
                    if i % 2:
                        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # a reset
                    time.sleep(0.002 * i)

        in_threads(12, client)
        until(lambda: server.metric("traceql_requests_in_flight") == 1, 20, "only the request that asks")
        until(lambda: server.metric("tempo_tcp_connections") == 1, 20, "only its connection")
        check(server.metric("tempo_query_frontend_queries_total", result="canceled") > 10, "queries were cancelled")
        equal(server.metric("traceql_queries_running"), 0)
        equal(server.get(HEAVY)[0], 200)


def test_log(binary):
    """One line a query, with what it cost; JSON if that is wanted."""
    target = "/api/search?limit=3&q=" + quote('{ name != "a b" }') + "&" + RANGE
    with Server(binary) as server:
        server.get(target)
        server.get("/api/search?q={")
        server.get("/api/echo")
        until(lambda: server.log().count("msg=query") == 2, 5, "two lines")
        line = next(l for l in server.log().splitlines() if "status=200" in l and "msg=query" in l)
        for part in ("level=info", "op=search", 'q="{ name != \\"a b\\" }"', "limit=3", "duration=", "bytes_read=", "pages_read=", "blocks=3", "peer=127.0.0.1"):
            check(part in line, part, "in", line)
        check("status=400" in server.log() and 'error="invalid TraceQL query' in server.log(), server.log())
    with Server(binary, "--set", "server.log_format=json") as server:
        server.get(target)
        until(lambda: '"msg":"query"' in server.log(), 5, "a line")
        entry = json.loads(next(l for l in server.log().splitlines() if '"msg":"query"' in l))
        equal((entry["q"], entry["status"], entry["op"], entry["blocks"]), ('{ name != "a b" }', 200, "search", 3))
        check(entry["duration_ms"] > 0, entry)
