"""A server under test, and what the tests of it have in common."""
import contextlib, http.client, json, os, re, shutil, signal, socket, subprocess, tempfile, threading, time, urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
CONFORMANCE = os.path.join(os.path.dirname(HERE), "Conformance")
BLOCKS = os.path.join(CONFORMANCE, "blocks", "vParquet4")
# Slower under sanitizers: everything that waits is multiplied.
PATIENCE = float(os.environ.get("SERVED_PATIENCE", "1"))


class Failed(Exception):
    pass


def check(condition, *what):
    if not condition:
        raise Failed(" ".join(str(w)[:400] for w in what))


def equal(got, want, what=""):
    check(got == want, "%s: got %r, want %r" % (what, got, want))


class Server:
    """`traceql serve` on a free port; ends with the `with` block, and must end well."""

    def __init__(self, binary, *arguments, source=BLOCKS, environment=None, host="127.0.0.1", scheme="http"):
        command = [binary, "serve"] + (["--source", source] if source else []) + ["--listen", host + ":0"] + list(arguments)
        environment = dict(environment or {})
        # A sanitizer may have something to load as well.
        libraries = [e["LD_PRELOAD"] for e in (environment, os.environ) if "LD_PRELOAD" in e]
        if libraries:
            environment["LD_PRELOAD"] = ":".join(libraries)
        environment = dict(os.environ, SWIFT_BACKTRACE="enable=no", **environment)
        self.log_file = tempfile.NamedTemporaryFile("w+b", suffix=".log", delete=False)
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=self.log_file, env=environment)
        self.scheme, self.host = scheme, host
        end = time.time() + 20 * PATIENCE
        while True:
            found = re.search(r"at %s://[^ ]*:(\d+)" % scheme, self.log())
            if found:
                break
            check(self.process.poll() is None and time.time() < end, "the server does not start:", self.log())
            time.sleep(0.01)
        self.port = int(found.group(1))
        self.base = "%s://%s:%d" % (scheme, host, self.port)

    def log(self):
        return open(self.log_file.name, encoding="utf8", errors="replace").read()

    def connect(self, timeout=60):
        return http.client.HTTPConnection(self.host, self.port, timeout=timeout * PATIENCE)

    def get(self, target, headers=None, method="GET", body=None):
        """status, headers, body"""
        connection = self.connect()
        try:
            return ask(connection, target, headers, method, body)
        finally:
            connection.close()

    def json(self, target, headers=None):
        status, _, body = self.get(target, headers)
        equal(status, 200, target + " " + body[:200].decode(errors="replace"))
        return json.loads(body)

    def raw(self, data, timeout=10, half_close=False):
        """Sends bytes, returns everything that comes back until the server closes or falls silent."""
        with socket.create_connection((self.host, self.port), timeout=timeout * PATIENCE) as s:
            try:
                s.sendall(data)
                if half_close:
                    s.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # It may close before it has read everything.
            return drain(s)

    def metric(self, name, **labels):
        """The sum of the samples of that name that have these labels."""
        total = 0.0
        for line in self.get("/metrics")[2].decode().splitlines():
            found = re.match(r"([a-z_]+)(?:\{(.*)\})? (\S+)$", line)
            if found and found.group(1) == name:
                have = dict(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', found.group(2) or ""))
                if all(have.get(k) == v for k, v in labels.items()):
                    total += float(found.group(3))
        return total

    def stop(self, how=signal.SIGTERM):
        """The exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            return self.process.wait(30 * PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise Failed("the server does not stop: " + self.log()[-600:])

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        log_name = self.log_file.name
        try:
            if self.process.poll() is not None and kind is None:
                raise Failed("the server ended by itself with %d: %s" % (self.process.returncode, self.log()[-2000:]))
            code = self.stop()
            if kind is None:
                check(code == 0, "exit code", code, self.log()[-2000:])
                for sign in ("Sanitizer", "Fatal error", "Precondition"):
                    check(sign not in self.log(), self.log()[-3000:])
        finally:
            self.log_file.close()
            os.unlink(log_name)


class Ended:
    """Stands for a process whose end was the test."""
    returncode = 0
    poll = staticmethod(lambda: None)
    wait = staticmethod(lambda *_: 0)
    send_signal = staticmethod(lambda *_: None)


class Gate:
    """While it is closed, nobody reads a block: a query that runs goes on running."""

    def __init__(self, folder):
        library, self.path = os.path.join(folder, "gate.so"), os.path.join(folder, "closed")
        compiler = shutil.which("clang") or shutil.which("cc")
        subprocess.run([compiler, "-O1", "-shared", "-fPIC", "-o", library, os.path.join(HERE, "gate.c"), "-ldl"], check=True)
        self.environment = {"LD_PRELOAD": library, "SERVED_GATE": self.path}

    def close(self):
        os.path.exists(self.path + ".reached") and os.unlink(self.path + ".reached")
        open(self.path, "w").close()

    @property
    def is_reached(self):
        """Somebody waits at it."""
        return os.path.exists(self.path + ".reached")

    def open(self):
        os.path.exists(self.path) and os.unlink(self.path)


@contextlib.contextmanager
def gated(binary, *arguments, **more):
    """A server that runs one query at a time, on one thread, and the gate before its blocks."""
    with tempfile.TemporaryDirectory() as folder:
        gate = Gate(folder)
        flags = ["--threads", "1", "--set", "querier.max_concurrent_queries=1", "--set", "traceql.result_cache_bytes=0"]
        with Server(binary, *flags, *arguments, environment=gate.environment, **more) as server:
            try:
                yield server, gate
            finally:
                gate.open()


def drain(s):
    got = b""
    try:
        while True:
            piece = s.recv(65536)
            if not piece:
                return got
            got += piece
    except OSError:  # silence, or a reset
        return got


def ask(connection, target, headers=None, method="GET", body=None):
    connection.request(method, target, body=body, headers=headers or {})
    response = connection.getresponse()
    return response.status, response.headers, response.read()


def quote(text):
    return urllib.parse.quote(text, safe="")


def until(condition, seconds, what):
    end = time.time() + seconds * PATIENCE
    while not condition():
        check(time.time() < end, what, "did not happen in", seconds, "s")
        time.sleep(0.02)


def in_threads(count, work):
    """Runs `work(i)` in that many threads; the first exception is raised here."""
    problems = []

    def run(i):
        try:
            work(i)
        except Exception as e:  # shown by whoever waits
            problems.append(e)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(count)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    if problems:
        raise problems[0]


RANGE = "start=1768435200&end=1768440000"
