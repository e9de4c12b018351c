"""Clients that take what they can get: memory, connections, turns, other people's names."""
import base64, crypt, gzip, json, os, re, signal, socket, struct, subprocess, tempfile, time, zlib

from administration import two_tenants, write
from served import BLOCKS, PATIENCE, RANGE, Server, ask, check, drain, equal, in_threads, quote, until

MCP = ["--set", "query_frontend.mcp_server.enabled=true"]
INITIALIZE = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-06-18"}}).encode()
LARGE = "/api/search?limit=5000&spss=100&q=" + quote("{ } | select(span.http.url, span.http.method, name, kind, status)")


def resident(server):
    return server.metric("process_resident_memory_bytes") / 1e6


def post_unfinished(server, target, count):
    """A request whose body is announced as one byte longer than what comes."""
    s = socket.create_connection((server.host, server.port), timeout=20 * PATIENCE)
    try:
        s.sendall(("POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (target, count + 1)).encode() + b"x" * count)
    except OSError:
        pass  # cut off: also an answer
    return s


def test_bodies_together_have_a_limit(binary):
    """Sixteen of the largest size are taken at a time; what nobody reads is not kept at all."""
    with Server(binary, *MCP, "--set", "traceql.max_request_body_bytes=1MB") as server:
        equal(server.get("/api/echo")[0], 200)
        before = resident(server)
        unread = [post_unfinished(server, "/api/search", 990_000) for _ in range(100)]
        equal(server.metric("traceql_request_body_bytes"), 0)
        # The library's own buffers, not 99 MB of bodies.
        check(resident(server) - before < 75 * PATIENCE, "bodies that nobody reads take", resident(server) - before, "MB")
        kept = [post_unfinished(server, "/api/mcp", 990_000) for _ in range(60)]
        until(lambda: server.metric("traceql_request_body_bytes") >= 15e6, 10, "bodies that are kept")
        check(server.metric("traceql_request_body_bytes") <= 16e6, server.metric("traceql_request_body_bytes"))
        status, headers, body = server.get("/api/mcp", method="POST", body=b" " * 900_000)
        equal((status, headers["Retry-After"]), (503, "1"), body[:200])
        for s in unread + kept:
            s.close()
        until(lambda: server.metric("traceql_request_body_bytes") == 0, 10, "room again")
        equal(server.get("/api/mcp", method="POST", body=INITIALIZE)[0], 200)


def test_compressed_bodies(binary):
    """As the client says; what a body becomes has the same limit as what is sent."""
    with Server(binary, *MCP, "--set", "traceql.max_request_body_bytes=1MB") as server:
        def post(body, coding):
            return server.get("/api/mcp", {"Content-Encoding": coding} if coding else {}, "POST", body)

        import pyarrow

        zstd = lambda b: pyarrow.Codec("zstd").compress(b).to_pybytes()
        for body, coding, want in (
            (INITIALIZE, None, 200), (INITIALIZE, "identity", 200), (gzip.compress(INITIALIZE), "gzip", 200), (zstd(INITIALIZE), "zstd", 200),
            (INITIALIZE, "gzip", 400), (gzip.compress(INITIALIZE)[:-9], "gzip", 400), (INITIALIZE, "br", 415),
            (gzip.compress(b" " * 900_000 + INITIALIZE), "gzip", 200), (gzip.compress(b" " * 50_000_000), "gzip", 413), (zstd(b" " * 50_000_000), "zstd", 413),
            (struct.pack("<B", 0xFF) * 4 + b"\x0f", "snappy", 413),
        ):
            status, _, answer = post(body, coding)
            equal(status, want, (coding, len(body), answer[:200]))
        # Where no body is read, its coding does not matter.
        equal(server.get("/api/search?limit=1", {"Content-Encoding": "br"}, "POST", b"x")[0], 200)


def test_answers_that_nobody_takes(binary):
    """They have a limit together; small answers are given all the same, and a client that is patient gets its own."""
    with Server(binary) as server:
        size = len(server.get(LARGE)[2])
        check(size > 1_000_000, size)
    with Server(binary, "--set", "traceql.unsent_bytes=%d" % (2.5 * size), "--set", "traceql.result_cache_bytes=0") as server:
        greedy = []
        for _ in range(12):
            s = socket.socket()
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            s.connect((server.host, server.port))
            s.sendall(("GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % LARGE).encode())
            greedy.append(s)
        until(lambda: server.metric("tempo_request_duration_seconds_count", route="api_search") == 12, 30, "all answers")
        check(1.9 * size <= server.metric("traceql_unsent_bytes") <= 2.5 * size, server.metric("traceql_unsent_bytes"))
        status, headers, body = server.get(LARGE)
        equal((status, headers["Retry-After"]), (503, "1"), body[:200])
        equal(server.get("/api/echo")[0], 200)
        equal(server.get("/api/search?limit=1")[0], 200)
        for s in greedy:
            s.close()
        until(lambda: server.metric("traceql_unsent_bytes") == 0, 20, "room again")
        equal(server.get(LARGE)[0], 200)


def test_headers_in_the_result_cache(binary):
    """What a client writes into its headers is not kept with the answers."""
    with Server(binary) as server:
        server.get("/api/search?limit=1")
        before = resident(server)

        def client(i):
            connection = server.connect()
            for k in range(40):
                target = "/api/search?limit=1&x=%d_%d" % (i, k)
                equal(ask(connection, target, {"Accept": "text/x%d-%d, " % (i, k) * 20_000})[0], 200)
            connection.close()

        in_threads(4, client)
        check(resident(server) - before < 60 * PATIENCE, "160 answers take", resident(server) - before, "MB")


def test_made_up_tenants(binary):
    """Names that nobody has make no series in the metrics, and no difference."""
    with tempfile.TemporaryDirectory() as folder:
        two_tenants(folder)
        with Server(binary, "--set", "multitenancy_enabled=true", source=folder) as server:
            for tenant in ["made-up-%d" % i for i in range(50)] + ["team-a", "team-a|team-b", "team-a|made-up-1"]:
                equal(server.get("/api/search?limit=1", {"X-Scope-OrgID": tenant})[0], 200)
            text = server.get("/metrics")[2].decode()
            labels = set(re.findall(r'tempo_query_frontend_queries_total\{op="search",tenant="([^"]*)"', text))
            equal(labels, {"team-a", "team-a|team-b", "unknown"})
            equal(server.metric("tempo_query_frontend_queries_total", tenant="unknown"), 51)


def test_idle_connections_make_room(binary):
    """Connections that say nothing, or not enough, go when others need their places."""
    with Server(binary, "--set", "server.http_listen_conn_limit=40", "--set", "server.http_server_read_timeout=60s") as server:
        silent = [socket.create_connection((server.host, server.port), timeout=5) for _ in range(60)]
        for i, s in enumerate(silent):
            if i % 2:
                s.sendall(b"GET /api/echo HTTP/1.1\r\nX-A: ")
        began = time.time()
        equal(server.get("/api/echo")[0], 200)
        check(time.time() - began < 20 * PATIENCE, "waited", time.time() - began)
        for s in silent:
            s.close()
        # With places to spare, idle connections are left alone.
        kept = server.connect()
        equal(ask(kept, "/api/echo")[0], 200)
        time.sleep(4)
        equal(ask(kept, "/api/echo")[0], 200)


def test_open_streams_have_a_limit(binary):
    with Server(binary, *MCP, "--set", "server.http_listen_conn_limit=40") as server:
        streams, answers = [], []
        for _ in range(14):
            s = socket.create_connection((server.host, server.port), timeout=10 * PATIENCE)
            s.sendall(b"GET /api/mcp HTTP/1.1\r\nHost: x\r\n\r\n")
            streams.append(s)
            answers.append(int(s.recv(4096).split()[1]))
        equal(answers, [200] * 10 + [503] * 4)
        for s in streams:
            s.close()
        until(lambda: server.metric("tempo_tcp_connections") == 1, 10, "their end")
        s = socket.create_connection((server.host, server.port), timeout=10 * PATIENCE)
        s.sendall(b"GET /api/mcp HTTP/1.1\r\nHost: x\r\n\r\n")
        check(s.recv(4096).startswith(b"HTTP/1.1 200"), "a stream again")
        s.close()


def test_pages_of_others(binary):
    """A web page of anywhere can make a browser send requests here: it changes nothing, and speaks no MCP."""
    with Server(binary, *MCP) as server:
        for headers, want in (({}, 200), ({"Origin": "http://localhost:5000"}, 200), ({"Origin": "https://evil.example"}, 403), ({"Origin": "null"}, 403),
                              ({"Sec-Fetch-Site": "cross-site"}, 403)):
            equal(server.get("/api/mcp", headers, "POST", INITIALIZE)[0], want, headers)
    with tempfile.TemporaryDirectory() as folder:
        hashed = crypt.crypt("secret", crypt.mksalt(crypt.METHOD_SHA512, rounds=1000))
        file = write(folder, "credentials", "team-a - %s\n* - %s\n" % (hashed, crypt.crypt("all", crypt.mksalt(crypt.METHOD_SHA512, rounds=1000))))
        ports = [a for r in ("otlp.protocols.http", "zipkin", "jaeger.protocols.thrift_http") for a in ("--set", "distributor.receivers.%s.endpoint=127.0.0.1:0" % r)]
        with Server(binary, "--data", folder + "/data", *ports, source=None) as server:
            equal(server.get("/flush", {"Origin": "https://evil.example"}, "POST")[0], 403)
            equal(server.get("/shutdown", {"Sec-Fetch-Site": "cross-site"})[0], 403)
            equal(server.get("/flush", method="POST")[0], 204)
        with Server(binary, "--data", folder + "/data", *ports, "--set", "multitenancy_enabled=true", "--set", "traceql.credentials_file=" + file, source=None) as server:
            for headers, want in (({}, 401), ({"Authorization": "Bearer wrong"}, 401), ({"Authorization": "Bearer secret"}, 403), ({"Authorization": "Bearer all"}, 204)):
                equal(server.get("/flush", headers, "POST")[0], want, headers)
            equal(server.get("/shutdown")[0], 401)


def test_guessing(binary):
    """Wrong passwords take one thread, and wait in one line; whoever is known does not notice."""
    slow = crypt.crypt("right", crypt.mksalt(crypt.METHOD_SHA512, rounds=100_000))
    with tempfile.TemporaryDirectory() as folder:
        file = write(folder, "credentials", "* - %s\n" % slow)
        with Server(binary, "--set", "traceql.credentials_file=" + file, "--set", "traceql.result_cache_bytes=0") as server:
            right = {"Authorization": "Bearer right"}
            equal(server.get("/api/search?limit=1", right)[0], 200)
            sockets = []
            for i in range(100):
                s = socket.create_connection((server.host, server.port), timeout=60 * PATIENCE)
                s.sendall(b"GET /api/search?limit=1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer guess%d\r\n\r\n" % i)
                sockets.append(s)
            # More than 30 guesses wait for their hashes now; one after the other takes seconds.
            for _ in range(10):
                equal(server.get("/api/search?limit=1", right)[0], 200)
            statuses = [int(s.recv(4096).split()[1]) for s in sockets]
            equal(set(statuses), {401, 429})
            check(32 <= statuses.count(401), statuses)
            for s in sockets:
                s.close()


def test_log_that_nobody_reads(binary):
    """The reader of standard error goes away: serving goes on."""
    p = subprocess.Popen([binary, "serve", "--source", BLOCKS, "--listen", "127.0.0.1:0"], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        port = int(re.search(rb":(\d+)", p.stderr.readline().split(b" at ")[1]).group(1))
        p.stderr.close()
        for _ in range(3):
            with socket.create_connection(("127.0.0.1", port), timeout=20 * PATIENCE) as s:
                s.sendall(b"GET /api/search?limit=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                check(drain(s).startswith(b"HTTP/1.1 200"), "an answer")
        p.send_signal(signal.SIGTERM)
        equal(p.wait(20 * PATIENCE), 0)
    finally:
        p.kill()
        p.wait()


def test_requests_with_two_meanings(binary):
    """What two servers in a row could read in two ways is refused, and ends the connection."""
    with Server(binary) as server:
        hidden = b"GET /api/hidden HTTP/1.1\r\nHost: x\r\n\r\n"
        for head in (
            b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
            b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
            b"Content-Length: 5\r\nContent-Length: 6\r\n",
            b"Content-Length: 5, 6\r\n",
            b"Content-Length: +5\r\n",
            b"Content-Length: 0x5\r\n",
            b"Transfer-Encoding: xchunked\r\n",
            b"Transfer-Encoding : chunked\r\n",
            b"Transfer-Encoding: identity, chunked\r\n",
            b"X-A: b\r\n Content-Length: 5\r\n",
        ):
            answer = server.raw(b"POST /api/echo HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n0\r\n\r\n" + hidden, timeout=1)
            statuses = [int(l.split()[1]) for l in answer.split(b"\r\n") if l.startswith(b"HTTP/1.1 ")]
            # The library writes the head of its own refusals twice; what matters is that nothing behind it is answered.
            check(statuses and set(statuses) <= {400, 501} and b"404" not in answer, head, answer)
