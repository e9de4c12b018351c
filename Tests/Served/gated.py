"""What happens around a query that runs for as long as the test likes: lines, limits, stops."""
import os, shutil, signal, socket, tempfile, time, uuid

from life import block_folders
from served import PATIENCE, RANGE, Ended, ask, check, drain, equal, gated, quote, until

# Each is another query, so that nothing but the gate decides when it ends.
query = lambda i=0: "/api/search?limit=5&%s&q=%s" % (RANGE, quote('{ name != "%d" && span.nothing != "x" }' % i))


def send(server, target, headers=""):
    s = socket.create_connection((server.host, server.port), timeout=60 * PATIENCE)
    s.sendall(("GET %s HTTP/1.1\r\nHost: x\r\n%s\r\n" % (target, headers)).encode())
    return s


def status(answer):
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else None


def first_answer(s):
    s.settimeout(60 * PATIENCE)
    return s.recv(65536)


def hold(server, gate, waiting=0, headers=""):
    """Closes the gate behind a query, and lets others wait; the sockets of all of them."""
    gate.close()
    sockets = [send(server, query(0), headers)]
    until(lambda: server.metric("traceql_queries_running") == 1, 10, "a running query")
    until(lambda: gate.is_reached, 10, "a query that reads")
    for i in range(waiting):
        sockets.append(send(server, query(i + 1), headers))
    until(lambda: server.metric("tempo_query_frontend_queue_length") == waiting, 10, "waiting queries")
    return sockets


def test_too_many_queries(binary):
    """One runs, two wait, all others are told to come again."""
    with gated(binary, "--set", "query_frontend.max_outstanding_per_tenant=2") as (server, gate):
        sockets = hold(server, gate, waiting=2)
        for i in range(5):
            code, headers, body = server.get(query(100 + i))
            equal((code, body, headers["Retry-After"]), (429, b"job queue full", "1"))
        equal(server.metric("tempo_query_frontend_queries_total", result="rejected"), 5)
        gate.open()
        equal([status(first_answer(s)) for s in sockets], [200] * 3)
        until(lambda: server.metric("traceql_queries_running") == 0, 10, "the end of all")
        equal(server.get(query(200))[0], 200)


def test_tenants_take_turns(binary):
    """A tenant with one query waits for one of another's twenty, not for all."""
    with tempfile.TemporaryDirectory() as folder:
        for tenant in ("many", "few"):
            for block in block_folders():
                shutil.copytree(block, os.path.join(folder, tenant, os.path.basename(block)))
        with gated(binary, "--set", "multitenancy_enabled=true", source=folder) as (server, gate):
            sockets = hold(server, gate, waiting=20, headers="X-Scope-OrgID: many\r\n")
            sockets.append(send(server, query(50), "X-Scope-OrgID: few\r\n"))
            until(lambda: server.metric("tempo_query_frontend_queue_length", user="few") == 1, 10, "the one query")
            gate.open()
            until(lambda: server.log().count("msg=query") == 22, 60, "all answers")
            order = ["few" if "tenant=few" in l else "many" for l in server.log().splitlines() if "msg=query" in l]
            # One was running, and the other tenant's turn had come first.
            equal(order.index("few"), 2)
            for s in sockets:
                s.close()


def test_waiting_clients_leave(binary):
    """Who leaves the line is gone at once, though nothing is read; who runs is told to stop."""
    with gated(binary) as (server, gate):
        sockets = hold(server, gate, waiting=4)
        for s in sockets:
            s.close()
        until(lambda: server.metric("tempo_query_frontend_queue_length") == 0, 10, "an empty line")
        equal(server.metric("tempo_query_frontend_queries_total", result="canceled"), 4)
        gate.open()
        until(lambda: server.metric("tempo_query_frontend_queries_total", result="canceled") == 5, 10, "the end of the first")
        until(lambda: server.metric("traceql_requests_in_flight") == 1, 10, "nothing in flight")
        equal(server.get(query(9))[0], 200)


def test_time_limit(binary):
    with gated(binary, "--timeout", "300ms") as (server, gate):
        sockets = hold(server, gate)
        # It waits behind the first and runs out of time there.
        equal(server.get(query(1))[::2], (503, b"unable to process request in the configured timeout"))
        gate.open()
        answer = first_answer(sockets[0])
        check(status(answer) == 503 and answer.endswith(b"configured timeout"), answer)
        equal(server.get("/api/echo")[0], 200)
        sockets[0].close()


def test_graceful_stop(binary):
    """What is asked before SIGTERM is answered; afterwards nobody new comes in."""
    with gated(binary) as (server, gate):
        kept = server.connect()
        equal(ask(kept, "/ready")[0], 200)
        sockets = hold(server, gate, waiting=3)
        server.process.send_signal(signal.SIGTERM)
        until(lambda: "msg=stopping" in server.log(), 10, "the stop")
        # Who has a connection is told; it is the last answer there.
        code, headers, body = ask(kept, "/ready")
        equal((code, body, headers["Connection"]), (503, b"Application is stopping\n", "close"))
        try:
            socket.create_connection((server.host, server.port), timeout=2).close()
            newcomer = send(server, "/api/echo")
            newcomer.settimeout(1)
            equal(drain(newcomer), b"")
        except OSError:
            pass  # Refused, or never answered: nobody is let in.
        equal(server.process.poll(), None)
        gate.open()
        for s in sockets:
            answer = drain(s)
            check(status(answer) == 200 and answer.endswith(b"}}"), answer[:300])
            s.close()
        equal(server.process.wait(30 * PATIENCE), 0)
        server.process = Ended()


def test_drain_has_an_end(binary):
    """Queries that outlast the patience are stopped, not waited for: those in line at once, the running one when it looks up."""
    with gated(binary, "--set", "server.graceful_shutdown_timeout=1ms") as (server, gate):
        sockets = hold(server, gate, waiting=3)
        server.process.send_signal(signal.SIGTERM)
        for s in sockets[1:]:
            answer = drain(s)
            check(status(answer) == 503 and answer.endswith(b"Application is stopping\n"), answer)
        equal(server.process.poll(), None)
        gate.open()
        answer = drain(sockets[0])
        check(status(answer) == 503 and answer.endswith(b"Application is stopping\n"), answer)
        equal(server.process.wait(30 * PATIENCE), 0)
        server.process = Ended()


def test_second_signal(binary):
    with gated(binary) as (server, gate):
        sockets = hold(server, gate, waiting=3)
        server.process.send_signal(signal.SIGTERM)
        until(lambda: "msg=stopping" in server.log(), 10, "the stop")
        server.process.send_signal(signal.SIGTERM)
        equal(server.process.wait(10 * PATIENCE), 128 + signal.SIGTERM)
        for s in sockets:
            equal(drain(s), b"")
            s.close()
        server.process = Ended()


def test_reading_that_never_ends(binary):
    """A query that cannot be stopped, as on a disk that does not answer, does not keep the process for ever."""
    with gated(binary, "--set", "server.graceful_shutdown_timeout=1ms") as (server, gate):
        hold(server, gate)
        server.process.send_signal(signal.SIGTERM)
        equal(server.process.wait(30 * PATIENCE), 1)
        check("stopped before everything was answered" in server.log(), server.log())
        server.process = Ended()
