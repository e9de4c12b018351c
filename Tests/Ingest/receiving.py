"""A server that takes spans, and what the tests of it have in common."""
import atexit, gzip, http.client, json, os, re, signal, subprocess, sys, tempfile, time, urllib.parse, zlib

import cramjam
import pyarrow

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.dirname(HERE))
PROTOBUF, JSON = "application/x-protobuf", "application/json"
# How senders may compress bodies, by encoders nobody here wrote.
CODINGS = {"gzip": gzip.compress, "zlib": zlib.compress, "deflate": zlib.compress, "x-snappy-framed": lambda b: bytes(cramjam.snappy.compress(b)),
           **{name: lambda b, name=name: pyarrow.compress(b, codec=name, asbytes=True) for name in ("zstd", "snappy", "lz4")}}


class Receiving:
    """`traceql serve` over a data folder, each receiver on a free port."""

    def __init__(self, binary, folder, *settings, environment=None, jaeger=True):
        self.folder = folder
        # A block is cut when a test says so.
        command = [binary, "serve", "--data", folder, "--listen", "127.0.0.1:0",
                   "--set", "distributor.receivers.otlp.protocols.http.endpoint=127.0.0.1:0",
                   "--set", "distributor.receivers.zipkin.endpoint=127.0.0.1:0",
                   "--set", "distributor.receivers.jaeger.protocols.thrift_http.endpoint=127.0.0.1:0",
                   "--set", "traceql.threads=2"]
        for pair in settings:
            command += ["--set", pair]
        self.log_file = tempfile.NamedTemporaryFile("w+b", suffix=".log", delete=False)
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=self.log_file, stdout=self.log_file,
                                        env=dict(os.environ, SWIFT_BACKTRACE="enable=no", **(environment or {})))
        # A test that fails half-way leaves no server behind.
        atexit.register(self.process.kill)
        end = time.time() + 60
        while True:
            log = self.log()
            api = re.search(r"serving .* at http://127.0.0.1:(\d+)", log)
            if api:
                break
            if self.process.poll() is not None or time.time() > end:
                raise RuntimeError("the server does not start: " + log[-2000:])
            time.sleep(0.005)
        self.ports = {name: int(port) for name, port in re.findall(r"taking spans \((\w+)\) on 127.0.0.1:(\d+)", log)}
        self.ports["api"] = int(api.group(1))

    def log(self):
        return open(self.log_file.name, encoding="utf8", errors="replace").read()

    def ask(self, port, method, target, body=None, headers=None, timeout=120):
        """status, headers, body"""
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[port], timeout=timeout)
        try:
            connection.request(method, target, body, headers or {})
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read()
        finally:
            connection.close()

    def send(self, message, headers=None, port="otlp"):
        """Posts a protobuf message; the status."""
        return self.ask(port, "POST", "/v1/traces", message.SerializeToString(), dict({"Content-Type": PROTOBUF}, **(headers or {})))[0]

    def json(self, target, headers=None, **parameters):
        if parameters:
            target += "?" + urllib.parse.urlencode(parameters)
        status, _, body = self.ask("api", "GET", target, headers=headers)
        if status != 200:
            raise RuntimeError("%s: %d %s" % (target, status, body[:300]))
        return json.loads(body)

    def flush(self):
        return self.ask("api", "POST", "/flush")[0]

    def counter(self, name, **labels):
        """The sum of the samples of a metric that have these labels."""
        text = self.ask("api", "GET", "/metrics")[2].decode()
        total = 0.0
        for line in text.splitlines():
            found = re.match(r"%s(?:\{(.*)\})? (\S+)$" % name, line)
            if found and all('%s="%s"' % pair in (found.group(1) or "") for pair in labels.items()):
                total += float(found.group(2))
        return total

    def kill(self):
        self.process.kill()
        self.process.wait()
        os.unlink(self.log_file.name)

    def stop(self):
        """Ends as an administrator would; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(120)
        os.unlink(self.log_file.name)
        return code


def blocks(folder, tenant="single-tenant"):
    """Folders of complete blocks."""
    root = os.path.join(folder, tenant)
    if not os.path.isdir(root):
        return []
    return [os.path.join(root, name) for name in sorted(os.listdir(root)) if os.path.exists(os.path.join(root, name, "meta.json"))]


def logs(folder, tenant="single-tenant"):
    root = os.path.join(folder, "wal", tenant)
    return [os.path.join(root, name) for name in sorted(os.listdir(root))] if os.path.isdir(root) else []
