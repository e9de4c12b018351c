#!/usr/bin/env python3
"""Coverage-guided fuzzing of everything that reads bytes, with AddressSanitizer.

  run.py [--seconds 60] [--only TARGET] [--seed N]

Builds Tests/Fuzz with libFuzzer, seeds a corpus for each target from the repository's own files and
runs each target for so many seconds. The corpora stay in .build/fuzz/corpus and grow from run to
run. A crash leaves its input in .build/fuzz; every one found becomes a test.

Python 3 standard library only.
"""
import argparse
import gzip
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import spans

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILD = ROOT / ".build" / "fuzz"
BLOCKS = ROOT / "Tests" / "Conformance" / "blocks"
INPUT_BYTES_MAX = {"parquet": 40_000, "schema": 40_000}


def files(folder, pattern):
    return [f.read_bytes() for f in sorted(Path(folder).rglob(pattern)) if f.is_file()]


def queries():
    known = json.loads((ROOT / "Tests" / "Conformance" / "queries.json").read_text())
    texts = {q["q"] for q in known if q.get("q")}
    for f in (ROOT / "examples" / "queries").iterdir():
        texts.add(f.read_text())
    return [t.encode() for t in sorted(texts)]


def seeds():
    golden = files(ROOT / "Tests" / "ParquetTests" / "Golden", "*.parquet")
    blocks = files(ROOT / "Tests", "data.parquet")
    metas = files(ROOT / "Tests", "meta.json")
    tenant = json.dumps({"created_at": "2026-01-15T00:00:00Z", "meta": [json.loads(metas[0])]})
    return {
        "parquet": golden + [b for b in blocks if len(b) < 40_000],
        "schema": golden + [b[-40_000:] for b in blocks],
        "metadata": metas,
        "bloom": files(BLOCKS, "bloom-*"),
        "index": files(BLOCKS, "index"),
        "tenantjson": files(ROOT / "Tests", "index.json.gz") + [gzip.compress(tenant.encode())],
        "tenantproto": files(ROOT / "Tests", "index.pb.zst"),
        "query": queries(),
        "filter": queries(),
        "json": metas + [q for q in queries()[:20]],
        "value": [b'{"stringValue":"a"}', b'{"arrayValue":{"values":[{"intValue":"1"}]}}',
                  b"\x0a\x01a", b"\x2a\x04\x0a\x02\x18\x01"],
        **spans.SEEDS,
    }


def build():
    # The package sees the project's sources through a link; a link beside it would be a second copy
    # of them to whoever walks the tree.
    package = BUILD / "package"
    package.mkdir(exist_ok=True)
    for name, target in (("Package.swift", HERE / "Package.swift"), ("Harness", HERE / "Harness"),
                         ("Driver", HERE / "Driver"), ("Sources", ROOT / "Sources")):
        link = package / name
        if not link.is_symlink():
            link.symlink_to(target)
    subprocess.run(
        ["swift", "build", "-c", "release", "--package-path", str(package), "--scratch-path",
         str(BUILD / "build")], check=True)
    return BUILD / "build" / "release" / "fuzz"


def run(binary, target, inputs, seconds, seed):
    corpus = BUILD / "corpus" / target
    corpus.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(inputs):
        (corpus / f"seed-{number}").write_bytes(data)
    command = [
        str(binary), str(corpus), f"-max_total_time={seconds}", f"-seed={seed}",
        "-timeout=20", "-rss_limit_mb=2048", "-malloc_limit_mb=1024", "-print_final_stats=1",
        f"-max_len={INPUT_BYTES_MAX.get(target, 8192)}", f"-artifact_prefix={BUILD}/{target}-",
    ]
    environment = {**os.environ, "SWIFT_BACKTRACE": "enable=no", "ASAN_OPTIONS": "detect_leaks=0",
                   "FUZZ_TARGET": target}
    log = BUILD / f"{target}.log"
    with open(log, "w", encoding="utf8") as out:
        code = subprocess.run(command, stdout=out, stderr=subprocess.STDOUT, env=environment,
                              cwd=BUILD).returncode
    text = log.read_text(errors="replace")
    runs = [line.split()[-1] for line in text.splitlines() if "number_of_executed_units" in line]
    covered = [line for line in text.splitlines() if " cov: " in line]
    cov = covered[-1].split(" cov: ")[1].split()[0] if covered else "?"
    print(f"fuzz {target:12} {runs[0] if runs else '?':>10} inputs, coverage {cov}, "
          + ("fine" if code == 0 else f"FINDING (exit {code}), see {log}"), flush=True)
    return code == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--only")
    parser.add_argument("--seed", type=int, default=random.randrange(1, 1 << 31))
    a = parser.parse_args()
    BUILD.mkdir(parents=True, exist_ok=True)
    print(f"fuzz: seed {a.seed}", flush=True)
    binary = build()
    found = [run(binary, target, inputs, a.seconds, a.seed) for target, inputs in seeds().items()
             if a.only in (None, target)]
    print(f"fuzz: {len(found)} targets, {found.count(False)} with findings")
    return 1 if False in found else 0


if __name__ == "__main__":
    sys.exit(main())
