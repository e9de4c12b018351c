"""Configuration, tenants, and who may ask."""
import base64, crypt, json, os, re, shutil, signal, subprocess, tempfile, time

from served import BLOCKS, RANGE, Server, check, equal, quote, until


def printed(binary, *arguments, environment=None):
    """What --print-config prints, as key: value, and standard error."""
    p = subprocess.run([binary, "serve", "--print-config", *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                       env=dict(os.environ, **(environment or {})), timeout=60)
    path, values = [], {}
    for line in p.stdout.splitlines():
        found = re.match(r"( *)(\w+):(?: (.*))?$", line)
        if found:
            path = path[: len(found.group(1)) // 2] + [found.group(2)]
            if found.group(3) is not None:
                values[".".join(path)] = found.group(3)
    return p.returncode, values, p.stderr, p.stdout


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf8") as f:
        f.write(text)
    return path


def test_precedence(binary):
    """Flags before the environment, the environment before the file, the file before defaults."""
    with tempfile.TemporaryDirectory() as folder:
        file = write(folder, "tempo.yml", "server:\n  http_listen_port: 1111\n  log_level: warn\nquery_frontend:\n  api_timeout: 5s\n"
                     "storage:\n  trace:\n    backend: local\n    local: {path: /from/file}\n")
        key = "server.http_listen_port"
        environment = {"TRACEQL_SERVER_HTTP_LISTEN_PORT": "2222", "TRACEQL_CACHE_BYTES": "1MiB"}
        equal(printed(binary)[1][key], "3200")
        equal(printed(binary, "--config", file)[1][key], "1111")
        equal(printed(binary, "--config", file, environment=environment)[1][key], "2222")
        code, values, _, text = printed(binary, "--config", file, "--listen", "[::1]:3333", "--source", "/from/flag", environment=environment)
        equal((code, values[key], values["server.http_listen_address"]), (0, "3333", '"::1"'))
        equal((values["server.log_level"], values["query_frontend.api_timeout"]), ("warn", "5s"))
        equal((values["storage.trace.local.path"], values["traceql.cache_bytes"]), ("/from/flag", "1048576"))
        # What is printed is a file that means the same.
        again = write(folder, "again.yml", text)
        equal(printed(binary, "--config", again)[3], text)


def test_what_is_wrong_is_said_with_its_place(binary):
    with tempfile.TemporaryDirectory() as folder:
        def refused(text, *want):
            file = write(folder, "c.yml", text)
            code, _, error, _ = printed(binary, "--config", file)
            check(code == 2 and all(w in error for w in want), text, code, error)

        refused("server:\n  http_listen_port: many\n", "c.yml:2", "server.http_listen_port", "whole number")
        refused("server:\n  log_level: loud\n", "c.yml:2", "debug, info, warn, error")
        refused("query_frontend:\n  api_timeout: 5\n", "c.yml:2", "length of time")
        refused("multitenancy_enabled: maybe\n", "c.yml:1", "true or false")
        refused("server: [\n", "c.yml:")
        refused("server:\n  http_listen_port: [1, 2]\n", "c.yml:2", "has 2 values; it takes one")
        refused("- server\n", "c.yml:1", "a list stands where a key is expected")
        for text, want in (("server: 5\n", "c.yml:1: 'server' is a group of keys"), ("server:\n  log_level: info\n  log_level: warn\n", "c.yml:3: 'server.log_level' stands in line 2 too")):
            code, _, error, _ = printed(binary, "--config", write(folder, "c.yml", text))
            check(code == 0 and want in error, text, code, error)
        refused("a: b: c\n", "c.yml:1")
        refused("server:\n  http_tls_config:\n    cert_file: x\n", "both cert_file and key_file")
        # Unknown keys are no reason not to start, and are named with the nearest known one.
        file = write(folder, "c.yml", "server:\n  http_listen_prt: 1\ndistributor:\n  receivers:\n    otlp: {protocols: [a, {b: c}]}\nquery_frontend:\n  max_duration: 1h\n")
        code, values, error, _ = printed(binary, "--config", file)
        equal((code, values["server.http_listen_port"]), (0, "3200"))
        check("c.yml:2" in error and "'server.http_listen_port'" in error, error)
        check("c.yml:5" in error and "distributor.receivers.otlp.protocols" in error, error)
        check("c.yml:7" in error and "max_duration'" in error, error)
        code, _, error, _ = printed(binary, environment={"TRACEQL_SERVER_HTTP_LISTEN_PROT": "1"})
        check(code == 0 and "TRACEQL_SERVER_HTTP_LISTEN_PORT" in error, error)
        code, _, error, _ = printed(binary, "--set", "server.http_listen_prt=1")
        check(code == 2 and "server.http_listen_port" in error, error)
        code, _, error, _ = printed(binary, "--config", folder + "/none.yml")
        check(code == 2 and "none.yml" in error, code, error)
        for flag in (["--listen", "3200"], ["--listen", "x:99999"], ["--set", "x"]):
            equal(printed(binary, *flag)[0], 2, flag)
        for source in (folder + "/none", file):
            p = subprocess.run([binary, "serve", "--source", source, "--listen", "127.0.0.1:0"], capture_output=True, text=True, timeout=60)
            check(p.returncode != 0 and source in p.stderr, p.stderr)


def test_port_in_use(binary):
    with Server(binary) as server:
        p = subprocess.run([binary, "serve", "--source", BLOCKS, "--listen", "127.0.0.1:%d" % server.port], capture_output=True, text=True, timeout=60)
        check(p.returncode != 0 and str(server.port) in p.stderr and "in use" in p.stderr, p.stderr)


def test_reload(binary):
    with tempfile.TemporaryDirectory() as folder:
        file = write(folder, "c.yml", "query_frontend:\n  search:\n    default_result_limit: 2\n")
        count = lambda: len(server.json("/api/search?q=%7B%7D&" + RANGE)["traces"])
        with Server(binary, "--config", file) as server:
            equal(count(), 2)
            write(folder, "c.yml", "query_frontend:\n  search:\n    default_result_limit: 5\n  max_query_expression_size_bytes: 10\nserver:\n  http_listen_port: 1\n  http_server_idle_timeout: 1m\n")
            server.process.send_signal(signal.SIGHUP)
            until(lambda: "configuration read again" in server.log(), 10, "reload")
            check("server.http_server_idle_timeout changes at the next start" in server.log(), server.log())
            equal(server.get("/status/config")[2].decode().count("http_server_idle_timeout: 2m0s"), 1)
            check("port changes at the next start" not in server.log(), "the flag decides the port")
            equal(count(), 5, "no answer of the old configuration is kept")
            equal(server.get("/api/search?q=" + quote("{ status = error }"))[0], 400)
            # A file that is wrong changes nothing.
            write(folder, "c.yml", "query_frontend: {search: {default_result_limit: none}}\n")
            server.process.send_signal(signal.SIGHUP)
            until(lambda: "configuration left as it was" in server.log(), 10, "refusal")
            equal(server.get("/api/search?q=" + quote("{ status = error }"))[0], 400)


def test_limits(binary):
    """Off unless set, and then refused in Tempo's words."""
    flags = {"query_frontend.search.max_result_limit": 25, "query_frontend.search.max_spans_per_span_set": 5,
             "query_frontend.search.max_duration": "1h", "query_frontend.metrics.max_duration": "1h"}
    requests = (
        ("/api/search?limit=26", "limit 26 exceeds max limit 25"),
        ("/api/search?spss=6", "spans per span set exceeds 5. received 6"),
        ("/api/search?" + RANGE, "range specified by start and end exceeds 1h0m0s. received start=1768435200 end=1768440000"),
        ("/api/search/tags?" + RANGE, "range specified by start and end exceeds 1h0m0s. received start=1768435200 end=1768440000"),
        ("/api/metrics/query_range?q=%s&%s" % (quote("{} | rate()"), RANGE), "metrics query time range exceeds the maximum allowed duration of 1h0m0s"),
    )
    with Server(binary, *(a for k, v in flags.items() for a in ("--set", "%s=%s" % (k, v)))) as server:
        for target, text in requests:
            equal(server.get(target)[::2], (400, text.encode()), target)
        # Recorded of Tempo (e-013), whose limit was on: values of a reversed range are none.
        equal(server.json("/api/v2/search/tag/name/values?start=1768440000&end=1768435200")["tagValues"], [])
        long = "/api/search?q=" + quote("{ name = `" + "x" * 131072 + "` }")
        status, _, body = server.get(long)
        check(status == 400 and b"exceeds the configured maximum size of 131072 bytes" in body, status, body)
    with Server(binary, "--set", "overrides.defaults.read.left_pad_trace_ids=true") as server:
        check(all(len(t["traceID"]) == 32 for t in server.json("/api/search?limit=500&" + RANGE)["traces"]), "padded")
        for target, _ in requests:
            equal(server.get(target)[0], 200, target)


def test_limits_of_tags(binary):
    """Bytes of names and values have a limit that can be set; a client can stop where it learns nothing new."""
    names = lambda server, more="": server.json("/api/v2/search/tags?scope=span" + more)["scopes"]
    values = lambda server, more="": server.json("/api/v2/search/tag/name/values?x=y" + more)["tagValues"]
    size = lambda texts: sum(len(t.encode()) for t in texts)
    with Server(binary) as server:
        every_name, every_value = names(server)[0]["tags"], [v.get("value", "") for v in values(server)]
        check(size(every_name) > 200 and size(every_value) > 200, size(every_name), size(every_value))
        # One in a row that is known already: what the first row group holds, and no more.
        check(len(names(server, "&maxStaleValues=1")) == 1, "some names")
        check(0 < len(values(server, "&maxStaleValues=1")) <= len(every_value), "some values")
        equal(names(server, "&maxStaleValues=1000000")[0]["tags"], every_name)
        equal(names(server, "&maxStaleValues=x")[0]["tags"], every_name)
        equal(server.get("/api/v2/search/tag/name/values?maxStaleValues=x")[::2], (400, b'invalid maxStaleValues: strconv.ParseUint: parsing "x": invalid syntax'))
    with Server(binary, "--threads", "1", "--set", "overrides.defaults.read.max_bytes_per_tag_values_query=200") as server:
        for target, every, listed in (
            ("/api/v2/search/tags?scope=span", every_name, lambda a: a["scopes"][0]["tags"]), ("/api/search/tags?scope=span", every_name, lambda a: a["tagNames"]),
            ("/api/v2/search/tag/name/values", every_value, lambda a: [v.get("value", "") for v in a["tagValues"]]),
            ("/api/search/tag/name/values", every_value, lambda a: a["tagValues"]),
            ("/api/v2/search/tag/name/values?q=" + quote("{ kind = server || kind = client || kind = internal }"), every_value, lambda a: [v.get("value", "") for v in a["tagValues"]]),
        ):
            status, headers, body = server.get(target)
            got = listed(json.loads(body))
            check(status == 200 and 100 < size(got) <= 200 and set(got) < set(every), target, status, got)
            check("200 bytes" in headers["X-Traceql-Partial"], target, headers)


def test_several_sources(binary):
    """Blocks of several places are served as one: the same tenant's in both, a place that fills later, each place once."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        two_tenants(one)
        target = "/api/search?limit=5000&q=%7B%7D"
        ids = lambda server, tenant: {t["traceID"] for t in server.json(target, {"X-Scope-OrgID": tenant})["traces"]}
        flags = ["--source", two, "--source", one, "--set", "multitenancy_enabled=true", "--set", "storage.trace.blocklist_poll=1s"]
        with Server(binary, *flags, source=one) as server:
            check(one + ", " + two in server.log(), server.log())
            a, b = ids(server, "team-a"), ids(server, "team-b")
            check(a - b and b - a, len(a), len(b))
            equal(server.metric("tempodb_blocklist_length"), 2)
            (block,) = os.listdir(os.path.join(one, "team-b"))
            shutil.copytree(os.path.join(one, "team-b", block), os.path.join(two, "team-a", block))
            until(lambda: ids(server, "team-a") == a | b, 20, "a block at the second place")
            equal(server.metric("tempodb_blocklist_length", tenant="team-a"), 2)
            shutil.rmtree(os.path.join(two, "team-a"))
            until(lambda: ids(server, "team-a") == a, 20, "its end")
        config = write(one, "c.yml", "storage: {trace: {local: {path: %s}}}\ntraceql:\n  sources:\n  - %s\n" % (os.path.join(one, "team-a"), os.path.join(one, "team-b")))
        with Server(binary, "--config", config, source=None) as server:
            equal({t["traceID"] for t in server.json(target)["traces"]}, a | b)
        p = subprocess.run([binary, "serve", "--source", one + "/team-a", "--source", one + "/none", "--listen", "127.0.0.1:0"], capture_output=True, text=True, timeout=60)
        check(p.returncode == 4 and one + "/none" in p.stderr, p.returncode, p.stderr)


def two_tenants(folder):
    """Two tenants with different blocks each."""
    (source,) = [d for d in os.listdir(BLOCKS) if os.path.isdir(os.path.join(BLOCKS, d))] if not is_tenant(BLOCKS) else [""]
    blocks = sorted(d for d in os.listdir(os.path.join(BLOCKS, source)) if os.path.isdir(os.path.join(BLOCKS, source, d)))
    for tenant, chosen in (("team-a", blocks[:1]), ("team-b", blocks[1:2])):
        for block in chosen:
            shutil.copytree(os.path.join(BLOCKS, source, block), os.path.join(folder, tenant, block))
    return folder


def is_tenant(path):
    return any(os.path.exists(os.path.join(path, d, "meta.json")) for d in os.listdir(path))


def test_tenants(binary):
    with tempfile.TemporaryDirectory() as folder:
        two_tenants(folder)
        os.makedirs(folder + "/outside")
        p = subprocess.run([binary, "serve", "--source", folder, "--listen", "127.0.0.1:0"], capture_output=True, text=True, timeout=60)
        check(p.returncode != 0 and "several tenants" in p.stderr, p.stderr)
        target = "/api/search?limit=5000&q=%7B%7D"
        ids = lambda server, tenant: {t["traceID"] for t in server.json(target, {"X-Scope-OrgID": tenant} if tenant else {})["traces"]}
        with Server(binary, "--tenant", "team-b", source=folder) as server:
            only_b = ids(server, None)
            equal(ids(server, "team-a"), only_b, "without multitenancy the header means nothing")
        with Server(binary, "--set", "multitenancy_enabled=true", "--set", "storage.trace.blocklist_poll=1s", source=folder) as server:
            a, b = ids(server, "team-a"), ids(server, "team-b")
            check(a and b and a != b, len(a), len(b))
            equal(b, only_b)
            equal(ids(server, "team-a|team-b"), a | b)
            equal(ids(server, "team-b|team-a|team-b"), a | b)
            equal(ids(server, "nobody"), set())
            for headers in ({}, {"X-Scope-OrgID": ""}):
                equal(server.get(target, headers)[::2], (401, b"no org id\n"))
            for name, text in (("../team-a", "tenant ID '../team-a' contains unsupported character '/'"), ("..", "tenant ID is '.' or '..'"),
                               (".", "tenant ID is '.' or '..'"), ("a" * 151, "tenant ID is too long: max 150 characters"),
                               ("team-a|", "no org id"), ("a\\b", "tenant ID 'a\\b' contains unsupported character '\\'"),
                               ("team-a|../outside", "tenant ID '../outside' contains unsupported character '/'")):
                equal(server.get(target, {"X-Scope-OrgID": name})[::2], (400, text.encode()), name)
            for free in ("/ready", "/metrics", "/status", "/api/echo", "/api/status/buildinfo"):
                equal(server.get(free)[0], 200, free)
            # A tenant that comes later is there without a restart.
            shutil.copytree(os.path.join(folder, "team-a"), os.path.join(folder, "team-c"))
            until(lambda: ids(server, "team-c") == a, 30, "a new tenant")
            check(server.metric("tempodb_blocklist_length", tenant="team-c") == 1, "its blocks are counted")
        with Server(binary, "--set", "multitenancy_enabled=true", "--set", "query_frontend.multi_tenant_queries_enabled=false", source=folder) as server:
            equal(server.get(target, {"X-Scope-OrgID": "team-a|team-b"})[::2], (400, b"multiple org IDs present"))


def test_credentials(binary):
    """Hashes made by Python's crypt: SHA-512, and the system's strongest."""
    hashed = lambda text, method=crypt.METHOD_SHA512: crypt.crypt(text, crypt.mksalt(method, rounds=1000) if method is not crypt.METHOD_BLOWFISH else crypt.mksalt(method))
    basic = lambda user, phrase: {"Authorization": "Basic " + base64.b64encode(("%s:%s" % (user, phrase)).encode()).decode()}
    with tempfile.TemporaryDirectory() as folder:
        two_tenants(folder)
        file = write(folder, "credentials", "# tenant user hash\nteam-a alice %s\nteam-b alice %s\nteam-a bob %s\n* root %s\nteam-b - %s\n" % (
            hashed("wonder:land"), hashed("wonder:land"), hashed("bob", crypt.METHOD_SHA256), hashed("toor", crypt.METHOD_BLOWFISH), hashed("t0ken")))
        flags = ["--set", "multitenancy_enabled=true", "--set", "traceql.credentials_file=" + file]
        with Server(binary, *flags, source=folder) as server:
            def status(tenant, headers):
                answers = {server.get("/api/search?limit=1", dict(headers, **{"X-Scope-OrgID": tenant}))[0] for _ in range(3)}
                equal(len(answers), 1, "the same answer each time")
                return answers.pop()

            for tenant, headers, want in (
                ("team-a", {}, 401), ("team-a", basic("alice", "wonder:land"), 200), ("team-a|team-b", basic("alice", "wonder:land"), 200),
                ("team-a", basic("alice", "wonder"), 401), ("team-a", basic("alice", ""), 401), ("team-a", basic("nobody", "x"), 401),
                ("team-a", basic("bob", "bob"), 200), ("team-b", basic("bob", "bob"), 403), ("team-a|team-b", basic("bob", "bob"), 403),
                ("anything", basic("root", "toor"), 200), ("team-b", {"Authorization": "Bearer t0ken"}, 200),
                ("team-a", {"Authorization": "Bearer t0ken"}, 403), ("team-b", {"Authorization": "Bearer t0ken2"}, 401),
                ("team-b", {"Authorization": "Bearer "}, 401), ("team-b", {"Authorization": "Basic ???"}, 401),
                ("team-b", {"Authorization": "Digest x"}, 401), ("team-b", basic("-", "t0ken"), 401), ("team-a", basic("alice", "wonder:land\0x"), 401),
            ):
                equal(status(tenant, headers), want, (tenant, headers))
            refusal = server.get("/api/search", {"X-Scope-OrgID": "team-a"})
            check("Basic" in refusal[1]["WWW-Authenticate"], refusal[1])
            for free in ("/ready", "/api/echo"):
                equal(server.get(free)[0], 200, free)
        bad = write(folder, "bad", "team-a alice plain-text\n")
        p = subprocess.run([binary, "serve", "--source", folder, "--set", "traceql.credentials_file=" + bad, "--listen", "127.0.0.1:0"], capture_output=True, text=True, timeout=60)
        check(p.returncode == 2 and "bad:1" in p.stderr, p.stderr)
