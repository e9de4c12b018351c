#!/usr/bin/env python3
"""Spans into a running server, as fast as it takes them: OTLP over HTTP to durable blocks.

  ingest_load.py --binary .build/release/traceql --messages FILE [--seconds 60] [--connections 16] [--queries] [--batch 500] [--gzip] [--sync always]

FILE holds OTLP messages, each with its length as a varint in front. They are put together to requests of about --batch spans and
sent again and again, each time under other trace IDs, without being decoded here: the sender costs little. With --gzip they are
compressed beforehand and sent again as they are; blocks are smaller than FILE then, so that none gets a span twice. With --queries one
more client searches all the time. Prints for every minute the RSS and what has become blocks, and at the end spans/s and MB/s acknowledged, the server's CPU time per million spans, its largest RSS, the
time from an acknowledgement to being found, and bytes written per byte received.
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
    """(number, start, end) of the fields with bytes of a message, one behind the other."""
    while start < end:
        key, start = varint(data, start)
        kind = key & 7
        if kind == 0:
            _, start = varint(data, start)
        elif kind == 1:
            start += 8
        elif kind == 5:
            start += 4
        else:
            size, start = varint(data, start)
            yield key >> 3, start, start + size
            start += size


def requests(path, batch):
    """[(body, offsets of trace IDs, spans)]: what a resource of a message sends goes into a request, until it has enough spans."""
    data = open(path, "rb").read()
    found, position, body, places, spans = [], 0, bytearray(), [], 0
    while position < len(data):
        size, position = varint(data, position)
        begin = position
        for _, rs, rs_end in fields(data, position, position + size):
            base = len(body) - begin
            for number, ss, ss_end in fields(data, rs, rs_end):
                if number != 2:
                    continue
                for number, s, s_end in fields(data, ss, ss_end):
                    if number != 2:
                        continue
                    spans += 1
                    places += [base + t for number, t, t_end in fields(data, s, s_end) if number == 1 and t_end - t == 16]
            body += data[begin:rs_end]
            begin = rs_end
            if spans >= batch:
                found.append((body, places, spans))
                body, places, spans = bytearray(), [], 0
        position += size
    if spans:
        found.append((body, places, spans))
    return found


class Sender(threading.Thread):
    def __init__(self, port, load, number, step, end):
        super().__init__(daemon=True)
        self.port, self.load, self.number, self.step, self.end = port, load, number, step, end
        self.spans = self.bytes = self.refused = 0
        self.late = []

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        turn = self.number
        while time.time() < self.end:
            body, places, spans = self.load[turn % len(self.load)]
            headers = {"Content-Type": "application/x-protobuf"}
            if isinstance(places, int):
                headers["Content-Encoding"], size = "gzip", places
            else:
                mark, size = (turn // len(self.load)).to_bytes(2, "big"), len(body)
                body = bytearray(body)
                for place in places:
                    body[place:place + 2] = mark
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


def in_blocks(port):
    """Spans that have become part of a block so far, and when."""
    return metric(port, "tempo_distributor_spans_received_total") - metric(port, "traceql_live_spans"), time.time()


def ask(port, query, counts, end):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    while time.time() < end:
        began = time.time()
        connection.request("GET", "/api/search?" + urllib.parse.urlencode({"q": query, "limit": "20"}))
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
    parser.add_argument("--queries", action="store_true")
    parser.add_argument("--sync", default="always")
    parser.add_argument("--set", action="append", default=[])
    options = parser.parse_args()
    load = requests(options.messages, options.batch)
    if options.gzip:
        load = [(gzip.compress(bytes(body), 1), len(body), spans) for body, _, spans in load]
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
        senders = [Sender(otlp, load, i, options.connections, end) for i in range(options.connections)]
        for one in senders:
            one.start()
        searches, largest = [], 0
        if options.queries:
            threading.Thread(target=ask, args=(port, "{ status = error }", searches, end), daemon=True).start()
        # The first blocks are written a while after the first spans come.
        settled, minute = None, began + 60
        while time.time() < end:
            time.sleep(.2)
            largest = max(largest, usage(server.pid)[1])
            if settled is None and time.time() > began + min(10, options.seconds / 3):
                settled = in_blocks(port)
            if time.time() > minute:
                print("minute %d: RSS %.0f MB, %.1f M spans in blocks" % ((minute - began) // 60, usage(server.pid)[1] / 1e6, in_blocks(port)[0] / 1e6), flush=True)
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
