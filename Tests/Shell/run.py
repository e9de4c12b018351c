#!/usr/bin/env python3
"""The shell, driven as a person drives it: the real binary in a pseudo-terminal.

  run.py --binary .build/release/traceql [--only PATTERN] [--update]

Every function test_* of the test_*.py files here is one test. Screens are compared with Tests/Shell/screens; --update rewrites them.
The last line is "N passed, N failed".
"""
import argparse, fnmatch, importlib, os, shutil, sys, tempfile, time, traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import terminal

SCREENS = os.path.join(HERE, "screens")


class Bench:
    """What a test works with: a home of its own, terminals, screens to compare with."""

    def __init__(self, binary, update):
        self.binary = binary
        self.update = update
        self.home = tempfile.mkdtemp(prefix="traceql-shell-")
        self.open = []

    def shell(self, *arguments, **options):
        arguments = list(arguments)
        if not any("/" in argument for argument in arguments):
            arguments.append(terminal.SMALL)
        t = terminal.Terminal(self.binary, arguments, self.home, **options)
        self.open.append(t)
        return t

    def ready(self, *arguments, **options):
        return self.shell(*arguments, **options).prompt()

    def screen(self, name, text):
        """Compares a screen with the one kept under that name."""
        path = os.path.join(SCREENS, name + ".txt")
        text = terminal.masked(text).strip("\n") + "\n"
        if self.update:
            os.makedirs(SCREENS, exist_ok=True)
            open(path, "w", encoding="utf8").write(text)
        want = open(path, encoding="utf8").read()
        assert text == want, "another screen than %s:\n%s\n--- wanted\n%s" % (name, text, want)

    def close(self):
        for t in self.open:
            t.close()
        shutil.rmtree(self.home, ignore_errors=True)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--binary", required=True)
    p.add_argument("--only", default="*")
    p.add_argument("--update", action="store_true")
    a = p.parse_args()
    passed = failed = 0
    started = time.time()
    for file in sorted(os.listdir(HERE)):
        if not (file.startswith("test_") and file.endswith(".py")):
            continue
        module = importlib.import_module(file[:-3])
        for name, test in list(vars(module).items()):
            if not name.startswith("test_") or not fnmatch.fnmatch(name, a.only):
                continue
            bench = Bench(os.path.abspath(a.binary), a.update)
            try:
                test(bench)
                passed += 1
            except Exception:
                failed += 1
                print("FAIL %s %s\n%s" % (file, name, traceback.format_exc()[-3000:]), flush=True)
            finally:
                bench.close()
    print("shell: %.1f s" % (time.time() - started))
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
