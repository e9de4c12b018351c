#!/usr/bin/env python3
"""Cost against size: the same queries over 1, 4 and 16 times the data.

  scale.py generate --blocks DIR --into DIR [--times 1,4,16]   stores DIR/x1, DIR/x4, ... of copies of the blocks
  scale.py measure --stores DIR --binary FILE --out FILE.json  times the queries over them, in one warm process each
  scale.py table FILE.json                                     as a Markdown table
  scale.py plot FILE.json FILE.svg                             as a picture

Wall time is the median of the runs. Of processor time, which both show with --cpu, it is the least: for a machine that is busy with other things.

A copy has a block ID of its own and trace IDs of its own: their last four bytes differ, so that copies stay sorted
and share no trace. Bloom filters are left as they are: look-ups by trace ID are not part of this.
Needs pyarrow to generate.
"""
import argparse, glob, json, os, shutil, statistics, subprocess, sys, time, urllib.parse, uuid

QUERIES = {
    "no such value": '{ span.user.id = "nobody" }',
    "rare value": '{ span.user.id = "u-000042" }',
    "duration": "{ duration > 5s }",
    "service and error": '{ resource.service.name = "payment" && status = error && duration > 15ms }',
    "regular expression": '{ span.user.id =~ "u-0000[0-9]3" }',
    "descendants": '{ resource.service.name = "frontend" } >> { name = "charge" && status = error }',
    "count": "{ } | count() > 3000",
    "groups": "{ kind = server } | by(resource.service.name) | avg(duration) > 500ms",
}
RANGE = (1768435200, 1768440000)
BLOCK_FILES = ("meta.json", "data.parquet", "index", "bloom-0")


# MARK: Generating

def blocks_below(folder):
    return sorted(root for root, _, files in os.walk(folder) if "meta.json" in files and "data.parquet" in files)


def trace_ids(path):
    """The IDs in the order of the file, and where their column chunks lie."""
    import pyarrow.parquet as pq
    file = pq.ParquetFile(path)
    ids, places = [], []
    for number in range(file.num_row_groups):
        group = file.metadata.row_group(number)
        leaf = next(i for i in range(group.num_columns) if group.column(i).path_in_schema == "TraceID")
        chunk = group.column(leaf)
        if chunk.compression != "UNCOMPRESSED":
            sys.exit("%s: trace IDs are compressed" % path)
        places.append((chunk.data_page_offset, chunk.data_page_offset + chunk.total_compressed_size, group.num_rows))
        ids += file.read_row_group(number, columns=["TraceID"])["TraceID"].to_pylist()
    return ids, places


def changed(identifier, copy):
    last = int.from_bytes(identifier[12:], "big") ^ copy
    return identifier[:12] + last.to_bytes(4, "big")


def write_copy(block, target, number):
    os.makedirs(target)
    meta = json.load(open(os.path.join(block, "meta.json")))
    meta["blockID"] = os.path.basename(target)
    json.dump(meta, open(os.path.join(target, "meta.json"), "w"))
    path = os.path.join(block, "data.parquet")
    ids, places = trace_ids(path)
    data = bytearray(open(path, "rb").read())
    first = 0
    for start, end, rows in places:
        position = start
        for identifier in ids[first:first + rows]:
            position = data.find(identifier, position, end)
            if position < 0:
                sys.exit("%s: a trace ID is not where its column is" % path)
            data[position:position + 16] = changed(identifier, number)
            position += 16
        first += rows
    # Bounds of chunks and pages stand behind the data, as the IDs they are.
    tail = max(end for _, end, _ in places)
    known = {bytes(identifier) for identifier in ids}
    prefixes = {identifier[:4] for identifier in known}
    from_here = len(data) - (2 << 20) if len(data) > (2 << 20) else tail
    for position in range(max(tail, from_here), len(data) - 16):
        if bytes(data[position:position + 4]) in prefixes and bytes(data[position:position + 16]) in known:
            data[position:position + 16] = changed(bytes(data[position:position + 16]), number)
    with open(os.path.join(target, "data.parquet"), "wb") as out:
        out.write(data)
    for name in ("index", "bloom-0"):
        if os.path.exists(os.path.join(block, name)):
            shutil.copy(os.path.join(block, name), target)


def generate(arguments):
    blocks = blocks_below(arguments.blocks)
    times = sorted(int(t) for t in arguments.times.split(","))
    pool = os.path.join(arguments.into, "pool")
    for number in range(times[-1]):
        for block in blocks:
            name = str(uuid.uuid5(uuid.NAMESPACE_URL, "%s/%d" % (os.path.basename(block), number)))
            if not os.path.exists(os.path.join(pool, name)):
                write_copy(block, os.path.join(pool, name), number)
            for t in times:
                if number < t:
                    link = os.path.join(arguments.into, "x%d" % t, "tenant", name)
                    os.makedirs(link, exist_ok=True)
                    for file in BLOCK_FILES:
                        source = os.path.join(pool, name, file)
                        if os.path.exists(source) and not os.path.exists(os.path.join(link, file)):
                            os.link(source, os.path.join(link, file))
        print("copy %d of %d" % (number + 1, times[-1]), flush=True)


# MARK: Measuring

class Session:
    """One process that answers request after request."""

    def __init__(self, binary, store, threads):
        self.process = subprocess.Popen(
            [binary, "api", "--source", store, "--threads", str(threads), "-"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def run(self, query):
        path = "/api/search?" + urllib.parse.urlencode(
            {"q": query, "limit": 100000, "spss": 3, "start": RANGE[0], "end": RANGE[1]})
        begin = time.perf_counter()
        self.process.stdin.write(path.encode() + b"\n")
        self.process.stdin.flush()
        if b" 200 " not in self.process.stdout.readline():
            sys.exit("refused: " + query)
        length = 0
        while line := self.process.stdout.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        body = self.process.stdout.read(length)
        return (time.perf_counter() - begin) * 1000, len(json.loads(body).get("traces", []))

    def cpu_ms(self):
        """Of all threads so far, which stay as long as the process."""
        tasks = glob.glob("/proc/%d/task/*/schedstat" % self.process.pid)
        return sum(int(open(task).read().split()[0]) for task in tasks) / 1e6

    def timed(self, query):
        before = self.cpu_ms()
        ms, results = self.run(query)
        return ms, self.cpu_ms() - before, results

    def peak_mb(self):
        for line in open("/proc/%d/status" % self.process.pid):
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def measure(arguments):
    stores = sorted((d for d in os.listdir(arguments.stores) if d.startswith("x")), key=lambda d: int(d[1:]))
    result = {"threads": arguments.threads, "sizes": [], "queries": {}}
    for store in stores:
        folder = os.path.join(arguments.stores, store)
        size = sum(os.path.getsize(os.path.join(b, "data.parquet")) for b in blocks_below(folder))
        # The first request of a process opens the files and finds what blocks share.
        session = Session(arguments.binary, folder, arguments.threads)
        for name, query in QUERIES.items():
            first, _ = session.run(query)
            runs = [session.timed(query) for _ in range(arguments.n)]
            result["queries"].setdefault(name, []).append({
                "ms": round(statistics.median(ms for ms, _, _ in runs), 2), "first_ms": round(first, 2),
                "cpu_ms": round(min(cpu for _, cpu, _ in runs), 2), "results": runs[0][2]})
            print(store, name, result["queries"][name][-1], flush=True)
        result["sizes"].append({"times": int(store[1:]), "bytes": size, "peak_mb": round(session.peak_mb(), 1)})
        session.close()
    json.dump(result, open(arguments.out, "w"), indent=1)


# MARK: Showing

def table(arguments):
    data = json.load(open(arguments.file))
    heads = ["%dx (%.1f GB)" % (s["times"], s["bytes"] / 1e9) for s in data["sizes"]]
    which = "cpu_ms" if arguments.cpu else "ms"
    print("| query, %s | " % ("CPU ms" if arguments.cpu else "ms") + " | ".join(heads) + " | growth |")
    print("|---|" + "--:|" * (len(heads) + 1))
    for name, runs in data["queries"].items():
        ms = [run[which] for run in runs]
        print("| %s | %s | %.1fx |" % (name, " | ".join("%.1f" % m for m in ms), ms[-1] / ms[0]))
    peaks = [s["peak_mb"] for s in data["sizes"]]
    print("| *peak memory, MB* | %s | %.1fx |" % (" | ".join("%.0f" % p for p in peaks), peaks[-1] / peaks[0]))


COLOURS = ["#4269d0", "#efb118", "#ff725c", "#6cc5b0", "#3ca951", "#ff8ab7", "#a463f2", "#97bbf5"]


def plot(arguments):
    import math
    data = json.load(open(arguments.file))
    which = "cpu_ms" if arguments.cpu else "ms"
    sizes = [s["times"] for s in data["sizes"]]
    width, height, left, right, top, bottom = 760, 440, 64, 190, 44, 52
    everything = [run[which] for runs in data["queries"].values() for run in runs]
    low, high = math.floor(math.log10(min(everything))), math.ceil(math.log10(max(everything)))
    x = lambda t: left + (width - left - right) * math.log(t / sizes[0]) / math.log(sizes[-1] / sizes[0])
    y = lambda ms: height - bottom - (height - top - bottom) * (math.log10(ms) - low) / (high - low)
    out = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12" '
           'fill="#333">' % (width, height), '<rect width="100%" height="100%" fill="white"/>',
           '<text x="%d" y="24" font-size="15" font-weight="bold">%s of a query against the size of the store</text>' % (
               left, "Processor time" if arguments.cpu else "Time")]
    for power in range(low, high + 1):
        out.append('<line x1="%d" x2="%d" y1="%.1f" y2="%.1f" stroke="#ddd"/>' % (left, width - right, y(10 ** power), y(10 ** power)))
        label = "%g ms" % 10 ** power if power < 3 else "%g s" % 10 ** (power - 3)
        out.append('<text x="%d" y="%.1f" text-anchor="end">%s</text>' % (left - 8, y(10 ** power) + 4, label))
    for s in data["sizes"]:
        out.append('<line x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke="#eee"/>' % (x(s["times"]), x(s["times"]), top, height - bottom))
        out.append('<text x="%.1f" y="%d" text-anchor="middle">%dx</text>' % (x(s["times"]), height - bottom + 18, s["times"]))
        out.append('<text x="%.1f" y="%d" text-anchor="middle" fill="#888">%.1f GB, peak %.0f MB</text>' % (
            x(s["times"]), height - bottom + 34, s["bytes"] / 1e9, s["peak_mb"]))
    labels = []
    for (name, runs), colour in zip(data["queries"].items(), COLOURS):
        points = [(x(t), y(run[which])) for t, run in zip(sizes, runs)]
        out.append('<polyline fill="none" stroke="%s" stroke-width="2" points="%s"/>' % (colour, " ".join("%.1f,%.1f" % p for p in points)))
        out += ['<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>' % (px, py, colour) for px, py in points]
        labels.append([points[-1][1], name, colour])
    labels.sort()
    for i in range(1, len(labels)):
        labels[i][0] = max(labels[i][0], labels[i - 1][0] + 15)
    for at, name, colour in labels:
        out.append('<text x="%d" y="%.1f" fill="%s">%s</text>' % (width - right + 12, at + 4, colour, name))
    out.append("</svg>")
    open(arguments.svg, "w").write("\n".join(out) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("generate")
    command.add_argument("--blocks", required=True)
    command.add_argument("--into", required=True)
    command.add_argument("--times", default="1,4,16")
    command.set_defaults(run=generate)
    command = commands.add_parser("measure")
    command.add_argument("--stores", required=True)
    command.add_argument("--binary", default=".build/release/traceql")
    command.add_argument("--threads", type=int, default=2)
    command.add_argument("--n", type=int, default=5)
    command.add_argument("--out", required=True)
    command.set_defaults(run=measure)
    command = commands.add_parser("table")
    command.add_argument("file")
    command.add_argument("--cpu", action="store_true")
    command.set_defaults(run=table)
    command = commands.add_parser("plot")
    command.add_argument("file")
    command.add_argument("svg")
    command.add_argument("--cpu", action="store_true")
    command.set_defaults(run=plot)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
