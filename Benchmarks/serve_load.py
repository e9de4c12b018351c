#!/usr/bin/env python3
"""A server under load: a mixed replay of queries on many connections, watched for errors, memory and slow answers.

  serve_load.py --binary .build/release/traceql --blocks DIR [--seconds 300] [--connections 64] [--queries FILE] [--no-wrk]

Starts `traceql serve` (result cache off) and replays the queries of Tests/Conformance/queries.json, or of FILE in the same form, in a
seeded random order from as many processes as there are processors. Memory is that of /proc: after a fifth of the time, and at the end.
Then wrk (Debian) for the most requests a second of a probe and of one search. Exits 1 at any error, or if memory grew by more than 5 %
in a run of at least a minute.
"""
import argparse, http.client, json, multiprocessing, os, random, re, shutil, signal, statistics, subprocess, sys, tempfile, threading, time

HERE = os.path.dirname(os.path.abspath(__file__))
CONFORMANCE = os.path.join(os.path.dirname(HERE), "Tests", "Conformance")
sys.path.insert(0, CONFORMANCE)
import check


def start(binary, blocks):
    log = tempfile.NamedTemporaryFile("w+", suffix=".log")
    process = subprocess.Popen([binary, "serve", "--source", blocks, "--listen", "127.0.0.1:0", "--set", "traceql.result_cache_bytes=0",
                                "--set", "server.log_level=warn"], stderr=log, stdin=subprocess.DEVNULL)
    while True:
        found = re.search(r"http://127\.0\.0\.1:(\d+)", open(log.name).read())
        if found:
            return process, int(found.group(1)), log
        if process.poll() is not None:
            sys.exit("the server does not start: " + open(log.name).read())
        time.sleep(0.02)


def resident_mb(pid):
    return next(int(l.split()[1]) / 1024 for l in open("/proc/%d/status" % pid) if l.startswith("VmRSS"))


def replay(port, targets, connections, end, seed, results):
    """One process with some of the connections, a thread each."""
    taken, errors = [], []

    def client(number):
        dice = random.Random(seed * 1000 + number)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        while time.time() < end:
            target = dice.choice(targets)
            began = time.perf_counter()
            try:
                connection.request("GET", target, headers={"Accept-Encoding": "gzip"} if dice.random() < 0.5 else {})
                response = connection.getresponse()
                response.read()
                if response.status != 200 and not (response.status == 404 and "/traces/" in target):
                    errors.append("%d %s" % (response.status, target))
            except OSError as e:
                errors.append("%r %s" % (e, target))
                connection.close()
            taken.append(time.perf_counter() - began)
        connection.close()

    threads = [threading.Thread(target=client, args=(i,)) for i in range(connections)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    results.put((taken, errors))


def wrk(port, target, seconds, connections):
    out = subprocess.run(["wrk", "-t1", "-c%d" % connections, "-d%d" % seconds, "--latency", "http://127.0.0.1:%d%s" % (port, target)],
                         capture_output=True, text=True).stdout
    rate, p99 = re.search(r"Requests/sec: +(\S+)", out), re.search(r"99% +(\S+)", out)
    bad = re.search(r"Socket errors.*|Non-2xx.*", out)
    print("wrk %-34s %s requests/s, p99 %s%s" % (target[:34], rate and rate.group(1), p99 and p99.group(1), "  " + bad.group(0) if bad else ""), flush=True)
    return bad is None


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--binary", required=True)
    p.add_argument("--blocks", required=True)
    p.add_argument("--seconds", type=int, default=300)
    p.add_argument("--connections", type=int, default=64)
    p.add_argument("--queries", default=os.path.join(CONFORMANCE, "queries.json"))
    p.add_argument("--dataset", default="small")
    p.add_argument("--no-wrk", action="store_true")
    a = p.parse_args()
    queries = json.load(open(a.queries))
    targets = [check.url_of(q) for q in queries if q.get("dataset", a.dataset) == a.dataset]
    server, port, log = start(os.path.abspath(a.binary), a.blocks)
    ok = True
    try:
        processes = max(1, min(4, os.cpu_count() or 1))
        results, began = multiprocessing.Queue(), time.time()
        workers = [multiprocessing.Process(target=replay, args=(port, targets, a.connections // processes, began + a.seconds, i, results))
                   for i in range(processes)]
        for w in workers:
            w.start()
        memory = []
        while time.time() < began + a.seconds - 1:
            time.sleep(min(a.seconds / 20, 5))
            memory.append((time.time() - began, resident_mb(server.pid)))
        taken, errors = [], []
        for _ in workers:
            some, bad = results.get()
            taken += some
            errors += bad
        for w in workers:
            w.join()
        taken.sort()
        at = lambda q: taken[min(len(taken) - 1, int(len(taken) * q))] * 1000
        early = next(m for t, m in memory if t >= a.seconds / 5)
        late = statistics.median(m for t, m in memory[-3:])
        growth = late / early - 1
        print("replay: %d queries of %d kinds on %d connections, %.0f s: %.0f a second" % (len(taken), len(targets), a.connections, a.seconds, len(taken) / a.seconds))
        print("latency ms: median %.1f, p90 %.1f, p99 %.1f, longest %.1f" % (at(0.5), at(0.9), at(0.99), taken[-1] * 1000))
        print("memory MB: %.0f after a fifth of the time, %.0f at the end (%+.1f %%), most %.0f" % (early, late, growth * 100, max(m for _, m in memory)))
        fifths = [next((m for t, m in memory if t >= a.seconds * k / 5), late) for k in range(1, 5)] + [late]
        print("memory MB at each fifth: " + ", ".join("%.0f" % m for m in fifths))
        print("errors %d%s" % (len(errors), "".join("\n  " + e for e in errors[:10])), flush=True)
        ok = not errors and (a.seconds < 60 or growth <= 0.05)
        if not a.no_wrk and not shutil.which("wrk"):
            print("wrk is not installed: apt-get install wrk")
        elif not a.no_wrk:
            for target in ("/api/echo", "/api/search?q=%7Bstatus%3Derror%7D&limit=5"):
                ok &= wrk(port, target, min(10, a.seconds), a.connections)
    finally:
        server.send_signal(signal.SIGTERM)
        code = server.wait(60)
        print("server: exit code %d%s" % (code, open(log.name).read()[-500:] if code else ""))
    return 0 if ok and code == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
