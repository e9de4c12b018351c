"""Clients that mean no good, or do not know what they do: the right status, and a process unharmed."""
import os, random, socket, subprocess, sys, time

import served
from served import HERE, PATIENCE, RANGE, Server, check, drain, equal, in_threads, quote, until


def status_of(answer):
    """The number of the last answer's status line, None for no answer."""
    lines = [l for l in answer.split(b"\r\n") if l.startswith(b"HTTP/1.1 ")]
    return int(lines[-1].split()[1]) if lines else None


def unharmed(server):
    equal(server.get("/api/echo")[::2], (200, b"echo\n"), "after that")
    until(lambda: server.metric("traceql_requests_in_flight") == 1, 20, "nothing left in flight")


def test_slow_clients(binary):
    """A byte now and then keeps no connection: not in the headers, not in the body, not when taking the answer."""
    limits = ["--set", "server.http_server_read_timeout=2s", "--set", "server.http_server_write_timeout=2s", "--set", "server.http_server_idle_timeout=3s"]
    with Server(binary, *limits) as server:
        def trickle(start, rest):
            s = socket.create_connection((server.host, server.port), timeout=30 * PATIENCE)
            began = time.time()
            s.sendall(start)
            try:
                for byte in rest * 100:
                    s.sendall(bytes([byte]))
                    time.sleep(0.1)
                    check(time.time() - began < 8 * PATIENCE, "still open after", time.time() - began)
            except OSError:
                pass
            answer = drain(s)
            s.close()
            check(status_of(answer) in (None, 408), answer[:100])

        def greedy(_):
            s = socket.socket()
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            s.connect((server.host, server.port))
            for _ in range(50):
                try:
                    s.sendall(b"GET /api/search?limit=5000&spss=100&q=%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n")
                except OSError:
                    break
            time.sleep(6 * PATIENCE)
            s.close()

        def client(i):
            if i % 4 == 0:
                trickle(b"GET /api/echo HTTP/1.1\r\nHost: x\r\n", b"X-Slow: 1\r\n")
            elif i % 4 == 1:
                trickle(b"POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\n\r\n", b"x")
            elif i % 4 == 2:
                trickle(b"", b"GET ")
            else:
                greedy(i)

        # In between, others are served as if nothing were.
        import threading

        slow = threading.Thread(target=lambda: in_threads(40, client))
        slow.start()
        while slow.is_alive():
            began = time.time()
            equal(server.get("/api/echo")[0], 200)
            check(time.time() - began < 1 * PATIENCE, "an echo took", time.time() - began)
            time.sleep(0.05)
        slow.join()
        # A connection that says nothing at all.
        s = socket.create_connection((server.host, server.port), timeout=10 * PATIENCE)
        began = time.time()
        equal(drain(s), b"")
        check(time.time() - began < 8 * PATIENCE, "idle for", time.time() - began)
        until(lambda: server.metric("tempo_tcp_connections") == 1, 20, "all others are gone")
        unharmed(server)


def test_clients_that_close_their_end(binary):
    """They get the answer to what they asked, and their connections go."""
    with Server(binary, "--set", "query_frontend.mcp_server.enabled=true") as server:
        left = lambda: server.metric("tempo_tcp_connections") - 1
        for data, wait, wanted in ((b"", 0, b""), (b"GET /api/echo HTTP/1.1\r\nHost: x\r\n\r\n", 0, b"HTTP/1.1 200"), (b"GET /api/echo HTTP/1.1\r\nHost: x\r\n\r\n", 0.1, b"HTTP/1.1 200"),
                                   (b"GET /api/search?limit=1 HTTP/1.1\r\nHost: x\r\n\r\n", 0.3, b"HTTP/1.1 200"), (b"GET /api/sea", 0, b""), (b"GET /api/sea", 0.1, b""),
                                   (b"POST /api/mcp HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nxx", 0.1, b""), (b"GET /api/mcp HTTP/1.1\r\nHost: x\r\n\r\n", 0.1, b"HTTP/1.1 200")):
            s = socket.create_connection((server.host, server.port), timeout=20 * PATIENCE)
            s.sendall(data)
            time.sleep(wait * PATIENCE)
            s.shutdown(socket.SHUT_WR)
            answer = drain(s)
            check(answer.startswith(wanted) if wanted else answer == b"" or b" 400 " in answer[:20], data, wait, answer[:100])
            until(lambda: left() == 0, 10, "the end of " + repr((data, wait)))
            s.close()


def test_too_large(binary):
    with Server(binary) as server:
        head = b"GET /api/echo HTTP/1.1\r\nHost: x\r\n"
        for request, wanted in (
            (head + b"X-Long: " + b"x" * (3 << 20) + b"\r\n\r\n", {431, 413, 400, None}),
            (head + b"".join(b"X-%d: y\r\n" % i for i in range(200000)) + b"\r\n", {431, 413, 400, None}),
            (b"GET /api/search?q=" + b"x" * (3 << 20) + b" HTTP/1.1\r\nHost: x\r\n\r\n", {414, 431, 400, None}),
            (b"POST /api/mcp HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\nx", {413}),
            (b"POST /api/mcp HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999999999999999999999\r\n\r\nx", {413, 400, None}),
            (b"POST /api/mcp HTTP/1.1\r\nHost: x\r\nContent-Length: 6000000\r\n\r\n" + b"x" * 6000000, {413}),
            (b"POST /api/mcp HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + (b"100000\r\n" + b"x" * 0x100000 + b"\r\n") * 6 + b"0\r\n\r\n", {413}),
            (b"POST /api/mcp HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffffff\r\nx", {400, 413, None}),
            (b"POST /api/mcp HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx", {400, None}),
            (b"POST /api/mcp HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\nx", {400, None}),
        ):
            answer = server.raw(request, timeout=4)
            check(status_of(answer) in wanted, request[:60], answer[:200])
        unharmed(server)
        check(server.metric("process_resident_memory_bytes") < 300e6 * PATIENCE, "memory", server.metric("process_resident_memory_bytes"))
        # A query text of the longest size, every byte encoded, is no attack.
        longest = quote("{ name = `" + "é" * 65500 + "` }")
        equal(server.get("/api/search?q=" + longest)[0], 200)


def test_malformed(binary):
    with Server(binary) as server:
        for request in (b"\r\n\r\n", b"GET\r\n\r\n", b"GET /api/echo\r\n\r\n", b"GET /api/echo HTTP/9.9\r\n\r\n", b"G\0T /api/echo HTTP/1.1\r\n\r\n",
                        b"GET /api/echo HTTP/1.1\r\nbroken header\r\n\r\n", b"GET /api/echo HTTP/1.1\r\n: empty\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00",
                        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", b"GET http://x/api/echo HTTP/1.1\r\nHost: x\r\n\r\n",
                        b"GET  /api/echo  HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /api/ec\0ho HTTP/1.1\r\nHost: x\r\n\r\n",
                        b"POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                        b"GET /api/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab", b"\xff" * 1000, b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n"):
            answer = server.raw(request, timeout=0.5)
            check(status_of(answer) in (None, 200, 204, 301, 400, 404, 405, 413, 501, 505), request[:60], answer[:100])
        unharmed(server)


def test_paths(binary):
    """No path leads out of the API."""
    with Server(binary) as server:
        for target in ("/../../etc/passwd", "/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/api/../../etc/passwd", "/api/traces/..%2f..%2fmeta.json",
                       "/status/../../etc/passwd", "/status/..%2fconfig", "/api/search/tag/../../x/values", "/%00", "/api/traces/%00", "/api/search%00",
                       "/api/traces/%ff%fe", "/api/v2/traces/" + "f" * 10000, "/%", "/%z", "/api/%73earch/../x", "/" + "a/" * 5000, "/\\..\\..", "/api/v2/traces/diff/../1",
                       "/?q=../..", "/status/overrides/../../x", "/api/search/tag/%2e%2e%2f%2e%2e/values"):
            status, headers, body = server.get(target)
            check(status in (200, 301, 400, 404) and b"root:" not in body and b"totalObjects" not in body, target, status, body[:100])
        for target, want in (("/api/%73earch?limit=1", 200), ("/api/search?limit=1&q=%", 200), ("/api/search?q=%zz&limit=1", 200), ("/api/search?;=;&limit=1", 200)):
            equal(server.get(target)[0], want, target)
        long = "/api/search?" + "&".join("a%d=b" % i for i in range(20000))
        answer = server.raw(("GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % long).encode(), timeout=2)
        check(status_of(answer) in (200, 414, 431, None), "many parameters", answer[:200])
        unharmed(server)


def test_noise(binary):
    """Requests with bytes changed, cut and repeated, seeded; a good one between them is always answered."""
    valid = [b"GET /api/search?q=%7B%20status%20%3D%20error%20%7D&limit=2&" + RANGE.encode() + b" HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip, zstd\r\nX-Scope-OrgID: a|b\r\n\r\n",
             b"POST /api/v2/traces/diff HTTP/1.1\r\nHost: x\r\nContent-Length: 59\r\n\r\n" + b'{"base":{"traceId":"1"},"compare":{"traceId":"2"},"x":[1]} ',
             b"POST /api/mcp HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n24\r\n" + b'{"jsonrpc":"2.0","id":1,"method":"x"' + b"\r\n1\r\n}\r\n0\r\n\r\n",
             b"GET /api/v2/traces/1?q=%7B%7D&match_depth=1 HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n",
             b"GET /metrics HTTP/1.1\r\nHost: x\r\nAuthorization: Basic eDp5\r\n\r\n"]
    with Server(binary, "--set", "query_frontend.mcp_server.enabled=true", "--set", "server.log_level=error",
                "--set", "server.http_server_idle_timeout=3s") as server:
        def client(seed):
            dice = random.Random(seed)
            for _ in range(25):
                data = bytearray(dice.choice(valid))
                for _ in range(dice.randint(1, 4)):
                    at, kind = dice.randrange(len(data)), dice.randrange(4)
                    if kind == 0:
                        data[at] = dice.randrange(256)
                    elif kind == 1:
                        del data[at: at + dice.randint(1, 20)]
                    elif kind == 2:
                        data[at:at] = bytes(dice.choice((b"%", b"\r\n", b"\0", b"&&", b"\xff", b" ", b":" * 50)))
                    else:
                        data[at:at] = data[max(0, at - 40): at]
                    data = data or bytearray(b"x")
                answer = server.raw(bytes(data), timeout=0.05, half_close=dice.random() < 0.5)
                check(status_of(answer) not in (500, 502), seed, bytes(data), answer[:300])
            equal(server.get("/api/echo")[0], 200, seed)

        in_threads(8, client)
        unharmed(server)


def test_many_connections(binary):
    with Server(binary, "--set", "server.http_listen_conn_limit=50") as server:
        idle = [socket.create_connection((server.host, server.port), timeout=5) for _ in range(49)]
        equal(server.get("/api/echo")[0], 200)
        more = [socket.create_connection((server.host, server.port), timeout=5) for _ in range(100)]
        for s in more + idle:
            s.close()
        until(lambda: server.get("/api/echo")[0] == 200, 10, "room again")
        unharmed(server)


def test_load(binary):
    """The short form of Benchmarks/serve_load.py: a mixed replay on 64 connections, without one error."""
    script = os.path.join(os.path.dirname(os.path.dirname(HERE)), "Benchmarks", "serve_load.py")
    p = subprocess.run([sys.executable, script, "--binary", binary, "--blocks", served.BLOCKS, "--seconds", str(int(5 * PATIENCE)), "--no-wrk"],
                       capture_output=True, text=True, timeout=300)
    check(p.returncode == 0 and "errors 0" in p.stdout, p.stdout[-800:], p.stderr[-800:])
