#!/usr/bin/env python3
"""Spans into a running server, as fast as it takes them: OTLP over HTTP to durable blocks.

  ingest_load.py --binary .build/release/traceql --messages FILE [--seconds 60] [--connections 16] [--batch 500] [--gzip] [--sync always]
                 [--fresh] [--queries] [--last SECONDS] [--set KEY=VALUE]

FILE holds OTLP messages, each with its length as a varint in front. They are put together to requests of about --batch spans and
sent again and again, each time under other trace IDs, without being decoded here: the sender costs little. With --gzip they are
compressed beforehand and sent again as they are; blocks are smaller than FILE then, so that none gets a span twice. With --fresh spans
are as old as they are where they come from something that runs: the last one of a message ends when it is sent (needs numpy). Without, all
passes over FILE have the same times, so that no search can leave a block out.

With --queries one more client searches, one search after another: over everything, or with --last over the last so many seconds.

Prints for every minute the RSS, what it is made of and what has become blocks, and at the end spans/s and MB/s acknowledged, the server's CPU
time per million spans, its largest RSS, the time from an acknowledgement to being found, and bytes written per byte received.
"""
import argparse, gzip, http.client, json, os, re, resource, shutil, signal, socket, subprocess, sys, tempfile, threading, time, urllib.parse


def varint(data, position):
    value = shift = 0
    while True:
        byte = data[position]
        value |= (byte & 127) << shift
        position, shift = position + 1, shift + 7
        if byte < 128:
            return value, position


def fields(data, start, end):
    """(number, start, end) of the fields with bytes, or eight of them, of a message, one behind the other."""
    while start < end:
        key, start = varint(data, start)
        kind = key & 7
        if kind == 0:
            _, start = varint(data, start)
        elif kind == 1:
            yield key >> 3, start, start + 8
            start += 8
        elif kind == 5:
            start += 4
        else:
            size, start = varint(data, start)
            yield key >> 3, start, start + size
            start += size


class Request:
    """A request as it is sent again and again: what changes each time stands at the same places."""

    def __init__(self):
        self.body, self.traces, self.times, self.latest, self.spans = bytearray(), [], [], 0, 0

    def add(self, data, begin, end, spans, latest):
        """Takes a resource with these spans over from a message whose last span ends at `latest`."""
        base = len(self.body) - begin
        for start, stop in spans:
            for number, value, value_end in fields(data, start, stop):
                if number == 1 and value_end - value == 16:
                    self.traces.append(base + value)
                elif number in (7, 8) and value_end - value == 8:
                    self.times.append(base + value)
                elif number == 11:
                    self.times += [base + v for n, v, v_end in fields(data, value, value_end) if n == 1 and v_end - v == 8]
        self.body += data[begin:end]
        self.spans += len(spans)
        self.latest = max(self.latest, latest)

    def made_fresh(self):
        """Where each byte of a time stands, for `moved`."""
        import numpy
        self.places = numpy.array(self.times, dtype=numpy.int64)[:, None] + numpy.arange(8)
        return self

    def moved(self, body, now):
        """The times of `body` moved on, so that `latest` is now."""
        import numpy
        flat = numpy.frombuffer(body, dtype=numpy.uint8)
        flat[self.places] = (flat[self.places].view("<u8") + numpy.uint64(now - self.latest)).view(numpy.uint8)


def requests(path, batch):
    """What a resource of a message sends goes into a request, until it has enough spans."""
    data = open(path, "rb").read()
    found, position = [Request()], 0
    while position < len(data):
        size, position = varint(data, position)
        begin, resources, latest = position, [], 0
        for _, rs, rs_end in fields(data, position, position + size):
            spans = [(s, s_end) for number, ss, ss_end in fields(data, rs, rs_end) if number == 2
                     for number, s, s_end in fields(data, ss, ss_end) if number == 2]
            for s, s_end in spans:
                latest = max([latest] + [int.from_bytes(data[v:v_end], "little") for number, v, v_end in fields(data, s, s_end) if number == 8])
            resources.append((begin, rs_end, spans))
            begin = rs_end
        for start, end, spans in resources:
            if found[-1].spans >= batch:
                found.append(Request())
            found[-1].add(data, start, end, spans, latest)
        position += size
    return found


class Sender(threading.Thread):
    def __init__(self, port, load, number, options, end):
        super().__init__(daemon=True)
        self.port, self.load, self.number, self.step, self.end = port, load, number, options.connections, end
        self.gzip, self.fresh = options.gzip, options.fresh
        self.spans = self.bytes = self.refused = 0
        self.late = []

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        turn = self.number
        while time.time() < self.end:
            one = self.load[turn % len(self.load)]
            headers, spans, size = {"Content-Type": "application/x-protobuf"}, one.spans, len(one.body)
            if self.gzip:
                headers["Content-Encoding"], body = "gzip", one.compressed
            else:
                mark, body = (turn // len(self.load)).to_bytes(2, "big"), bytearray(one.body)
                for place in one.traces:
                    body[place:place + 2] = mark
                if self.fresh:
                    one.moved(body, time.time_ns())
            began = time.time()
            connection.request("POST", "/v1/traces", bytes(body), headers)
            response = connection.getresponse()
            response.read()
            if response.status == 200:
                self.spans, self.bytes = self.spans + spans, self.bytes + size
                self.late.append(time.time() - began)
                turn += self.step
            else:
                self.refused += 1
                time.sleep(.05)


def usage(process):
    """CPU seconds, resident bytes"""
    parts = open("/proc/%d/stat" % process).read().rsplit(")", 1)[1].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK"), int(parts[21]) * os.sysconf("SC_PAGE_SIZE")


def metric(port, name):
    """The sum of a metric's samples."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    return sum(float(x) for x in re.findall(r"^%s(?:\{[^}]*\})? (\S+)$" % name, text, re.M))


def parts(port):
    """What the memory is used for, as the server says: part=MB."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    return " ".join("%s=%.0f" % (part, float(x) / 1e6) for part, x in re.findall(r'^traceql_memory_bytes\{part="([^"]*)"\} (\S+)$', text, re.M))


def in_blocks(port):
    """Spans that have become part of a block so far, and when."""
    return metric(port, "tempo_distributor_spans_received_total") - metric(port, "traceql_live_spans"), time.time()


def ask(port, query, last, counts, end):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    while time.time() < end:
        began = time.time()
        window = {"start": int(began) - last, "end": int(began) + 1} if last else {}
        connection.request("GET", "/api/search?" + urllib.parse.urlencode({"q": query, "limit": "20", **window}))
        connection.getresponse().read()
        counts.append(time.time() - began)
        time.sleep(.5)


def visible(port, otlp, times=10):
    """Seconds from an acknowledgement until the trace is found by a search of the last five minutes."""
    taken = []
    for i in range(times):
        trace = os.urandom(16).hex()
        body = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": trace, "spanId": "1111111111111111", "name": "seen" + trace,
                           "startTimeUnixNano": str(time.time_ns()), "endTimeUnixNano": str(time.time_ns())}]}]}]})
        connection = http.client.HTTPConnection("127.0.0.1", otlp)
        connection.request("POST", "/v1/traces", body, {"Content-Type": "application/json"})
        if connection.getresponse().status != 200:
            continue
        began = time.time()
        while True:
            c = http.client.HTTPConnection("127.0.0.1", port)
            now = int(time.time())
            c.request("GET", "/api/search?" + urllib.parse.urlencode({"q": '{ name = "seen%s" }' % trace, "start": now - 300, "end": now + 60}))
            if json.loads(c.getresponse().read())["traces"]:
                break
        taken.append(time.time() - began)
    return sorted(taken)[len(taken) // 2] if taken else float("nan")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--messages", required=True)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--batch", type=int, default=500)
    parser.add_argument("--gzip", action="store_true")
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--queries", action="store_true")
    parser.add_argument("--last", type=int, default=0)
    parser.add_argument("--sync", default="always")
    parser.add_argument("--set", action="append", default=[])
    options = parser.parse_args()
    load = requests(options.messages, options.batch)
    for one in load:
        if options.gzip:
            one.compressed = gzip.compress(bytes(one.body), 1)
        elif options.fresh:
            one.made_fresh()
    folder = tempfile.mkdtemp()
    log = open(os.path.join(folder, "log"), "w+")
    command = [options.binary, "serve", "--data", os.path.join(folder, "data"), "--listen", "127.0.0.1:0", "--set", "traceql.ingest.wal_sync=" + options.sync,
               "--set", "distributor.receivers.otlp.protocols.http.endpoint=127.0.0.1:0"]
    for pair in options.set:
        command += ["--set", pair]
    server = subprocess.Popen(command, stderr=log)
    try:
        text = ""
        while not re.search(r" at http://127.0.0.1:(\d+)", text):
            time.sleep(.05)
            text = open(log.name).read()
        otlp = int(re.search(r"\(otlp\) on 127.0.0.1:(\d+)", text).group(1))
        port = int(re.search(r" at http://127.0.0.1:(\d+)", text).group(1))
        began, (cpu, _) = time.time(), usage(server.pid)
        end = began + options.seconds
        own = resource.getrusage(resource.RUSAGE_SELF)
        own_before = own.ru_utime + own.ru_stime
        senders = [Sender(otlp, load, i, options, end) for i in range(options.connections)]
        for one in senders:
            one.start()
        searches, largest = [], 0
        if options.queries:
            threading.Thread(target=ask, args=(port, "{ status = error }", options.last, searches, end), daemon=True).start()
        # The first blocks are written a while after the first spans come.
        settled, minute = None, began + 60
        while time.time() < end:
            time.sleep(.2)
            largest = max(largest, usage(server.pid)[1])
            if settled is None and time.time() > began + min(10, options.seconds / 3):
                settled = in_blocks(port)
            if time.time() > minute:
                print("minute %d: RSS %.0f MB (%s), %.1f M spans in blocks"
                      % ((minute - began) // 60, usage(server.pid)[1] / 1e6, parts(port), in_blocks(port)[0] / 1e6), flush=True)
                minute += 60
        written_meanwhile = in_blocks(port)
        for one in senders:
            one.join()
        acknowledged = time.time()
        spans, size, refused = (sum(getattr(s, k) for s in senders) for k in ("spans", "bytes", "refused"))
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        connection.request("POST", "/flush")
        connection.getresponse().read()
        durable = time.time()
        used = usage(server.pid)[0] - cpu
        connection.request("GET", "/metrics")
        metrics = connection.getresponse().read().decode()
        written = {n: float(re.search(n + r"\{[^}]*\} (\S+)", metrics).group(1)) for n in ("traceql_wal_bytes_written_total", "traceql_block_bytes_written_total", "traceql_wal_syncs_total")}
        blocks = sum(1 for name in os.listdir(os.path.join(folder, "data", "single-tenant")))
        late = sorted(t for s in senders for t in s.late)
        print("%d spans, %.1f MB in %.1f s: %.0f spans/s, %.1f MB/s acknowledged; all in blocks after %.1f s: %.0f spans/s"
              % (spans, size / 1e6, acknowledged - began, spans / (acknowledged - began), size / 1e6 / (acknowledged - began), durable - began, spans / (durable - began)))
        print("into blocks while they came: %.0f spans/s" % ((written_meanwhile[0] - settled[0]) / (written_meanwhile[1] - settled[1])))
        own = resource.getrusage(resource.RUSAGE_SELF)
        print("sender: CPU %.2f s per million spans" % ((own.ru_utime + own.ru_stime - own_before) / spans * 1e6))
        print("CPU %.2f s per million spans; RSS at most %.0f MB; %d refused, to be sent again" % (used / spans * 1e6, largest / 1e6, refused))
        print("request of %d spans: median %.1f ms, 99 %% %.1f ms; %d syncs" % (options.batch, late[len(late) // 2] * 1e3, late[len(late) * 99 // 100] * 1e3, written["traceql_wal_syncs_total"]))
        print("written per byte received: log %.2f, blocks %.2f; %.1f bytes a span in %d blocks"
              % (written["traceql_wal_bytes_written_total"] / size, written["traceql_block_bytes_written_total"] / size, written["traceql_block_bytes_written_total"] / spans, blocks))
        if searches:
            searches.sort()
            print("%d searches meanwhile, median %.0f ms, 95 %% %.0f ms, longest %.0f ms"
                  % (len(searches), searches[len(searches) // 2] * 1e3, searches[len(searches) * 95 // 100] * 1e3, searches[-1] * 1e3))
        print("from acknowledgement to being found: %.1f ms (idle server)" % (visible(port, otlp) * 1e3))
        server.send_signal(signal.SIGTERM)
        server.wait()
    finally:
        if server.poll() is None:
            server.kill()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
