"""A disk that fails: senders are told to come again, what was taken stays, nothing is there twice or in part."""
import contextlib, os, random, shutil, struct, subprocess, tempfile, time

import protocols
from receiving import PROTOBUF, Receiving, blocks, logs

HERE = os.path.dirname(os.path.abspath(__file__))
ENOSPC, EIO = 28, 5


def library(folder):
    path = os.path.join(folder, "faults.so")
    subprocess.run(["clang", "-O1", "-shared", "-fPIC", "-o", path, os.path.join(HERE, "faults.c"), "-ldl"], check=True)
    return path


class Disk:
    """Says which call fails from now on."""

    def __init__(self, path):
        self.path = path
        self.fail("")

    def fail(self, text):
        with open(self.path + ".new", "w") as f:
            f.write(text)
        os.replace(self.path + ".new", self.path)


def trace(number):
    return struct.pack(">QQ", 0xFA, number)


def send(server, number):
    return server.ask("otlp", "POST", "/v1/traces", protocols.message(trace(number), spans=3).SerializeToString(), {"Content-Type": PROTOBUF})


def present(server):
    found = server.json("/api/search", q="{ }", limit="100000", spss="1")
    return {bytes.fromhex(t["traceID"].zfill(32)): t["spanSets"][0]["matched"] for t in found["traces"]}


@contextlib.contextmanager
def five_taken(binary, preload):
    """A server whose disk can be made to fail, with five requests taken: (start it, its disk, its folder, it, what it took)."""
    folder = tempfile.mkdtemp()
    disk, data = Disk(os.path.join(folder, "faults")), os.path.join(folder, "data")
    start = lambda: Receiving(binary, data, environment={"LD_PRELOAD": preload, "FAULTS": disk.path})
    try:
        server = start()
        assert all(send(server, n)[0] == 200 for n in range(5))
        yield start, disk, data, server, {trace(n): 3 for n in range(5)}
    finally:
        shutil.rmtree(folder)


def writing_fails(checks, binary, preload, what):
    with five_taken(binary, preload) as (start, disk, data, server, taken):
        disk.fail(what)
        status, headers, body = send(server, 100)
        checks.check(what + ": refused, to be sent again", status == 503 and "Retry-After" in headers and protocols.status_of(body)[0] == 14, (status, body))
        checks.check(what + ": what was refused is not there", present(server) == taken, len(present(server)))
        checks.check(what + ": refused again", send(server, 101)[0] == 503)
        disk.fail("")
        checks.check(what + ": taken afterwards", all(send(server, n)[0] == 200 for n in range(5, 10)))
        taken.update({trace(n): 3 for n in range(5, 10)})
        checks.check(what + ": all that was taken is there", present(server) == taken)
        server.kill()
        server = start()
        got = present(server)
        checks.check(what + ": also after a crash", got == taken, (len(got), len(taken)))
        checks.check(what + ": nothing damaged", "damaged" not in server.log())
        checks.check(what + ": ends well", server.stop() == 0 and not logs(data))


def flushing_fails(checks, binary, preload, what):
    with five_taken(binary, preload) as (start, disk, data, server, taken):
        disk.fail(what)
        checks.check(what + ": a flush says that it failed", server.flush() == 503)
        checks.check(what + ": spans stay live", present(server) == taken)
        checks.check(what + ": no half block", not blocks(data))
        server.kill()
        disk.fail("")
        server = start()
        checks.check(what + ": they are there after a crash", present(server) == taken)
        end = time.time() + 60
        while not blocks(data) and time.time() < end:
            time.sleep(.05)
        checks.check(what + ": the block is written once it can be", len(blocks(data)) == 1 and present(server) == taken)
        verified = subprocess.run([binary, "blocks", "verify", "--source", data], stdout=subprocess.PIPE, text=True)
        checks.check(what + ": the block is sound", verified.returncode == 0, verified.stdout)
        checks.check(what + ": the server ends well", server.stop() == 0)


def torn_and_damaged(checks, binary, seed):
    """A log cut anywhere keeps its whole records; a flipped byte in the middle is said, and costs its record only."""
    r = random.Random(seed)
    folder = tempfile.mkdtemp()
    try:
        first = os.path.join(folder, "first")
        server = Receiving(binary, first)
        sizes = []
        for n in range(8):
            send(server, n)
            sizes.append(os.path.getsize(logs(first)[0]))
        server.kill()
        for cut in [sizes[3], sizes[3] - 1, sizes[3] + 1, sizes[2] + 9, r.randrange(sizes[0], sizes[-1])]:
            copy = os.path.join(folder, "cut")
            shutil.copytree(first, copy)
            os.truncate(logs(copy)[0], cut)
            server = Receiving(binary, copy)
            whole = sum(1 for size in sizes if size <= cut)
            checks.check("torn at %d: whole records are kept" % cut, present(server) == {trace(n): 3 for n in range(whole)}, len(present(server)))
            checks.check("torn at %d: nothing is called damaged" % cut, "damaged" not in server.log(), server.log())
            checks.check("torn at %d: ends well" % cut, server.stop() == 0)
            shutil.rmtree(copy)
        for victim in (1, 4):
            copy = os.path.join(folder, "flipped")
            shutil.copytree(first, copy)
            with open(logs(copy)[0], "r+b") as f:
                position = r.randrange(sizes[victim - 1], sizes[victim])
                f.seek(position)
                byte = f.read(1)[0]
                f.seek(position)
                f.write(bytes([byte ^ 1 << r.randrange(8)]))
            server = Receiving(binary, copy)
            checks.check("flipped: the others are kept", present(server) == {trace(n): 3 for n in range(8) if n != victim}, (position, sizes, len(present(server))))
            checks.check("flipped: it is said", "damaged" in server.log(), server.log())
            checks.check("flipped: ends well, the log put aside", server.stop() == 0 and [n for n in logs(copy) if n.endswith(".damaged")])
            shutil.rmtree(copy)
    finally:
        shutil.rmtree(folder)


def run(checks, binary, seed):
    folder = tempfile.mkdtemp()
    try:
        preload = library(folder)
        for what in ("pwrite %d" % ENOSPC, "half %d" % ENOSPC, "pwrite %d" % EIO, "fdatasync %d" % EIO):
            writing_fails(checks, binary, preload, what)
        for what in ("write %d" % ENOSPC, "fsync %d" % EIO, "rename %d" % EIO):
            flushing_fails(checks, binary, preload, what)
        torn_and_damaged(checks, binary, seed)
    finally:
        shutil.rmtree(folder)
