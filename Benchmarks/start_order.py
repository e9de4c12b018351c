#!/usr/bin/env python3
"""Which functions a start runs, and which data it touches: for the linker, which puts them next to each other.

  start_order.py --binary traceql --source BLOCKS --out FILE            functions, in their order
  start_order.py --binary traceql --source BLOCKS --out FILE --data     appends data on whose pages it faults

Nearly all of a start is page faults, and what runs lies scattered over the whole program. The list is
`Sources/CLibraries/Inside/start.order`; names in it that are gone do no harm, so that it need not be made anew with every
change: when starts have become slower, say. Commands run under ptrace with a breakpoint on every function, which is taken
away when it is met: x86-64 Linux, a binary at a fixed address. A fault names only the first that is touched of a page:
`--data` finds more after each new link; some ten rounds are worth it. Python 3 standard library and readelf; perf for --data.
"""
import argparse
import bisect
import ctypes
import os
import signal
import subprocess
import sys
import tempfile

libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
libc.ptrace.restype = ctypes.c_long
TRACEME, CONT, GETREGS, SETREGS = 0, 7, 12, 13
RIP = 16  # place among the 27 registers
RANGE = "start=1768435200&end=1768440000"


def symbols(binary, kinds):
    """Names and sizes of symbols of these kinds by address; of several at one address the first."""
    found = {}
    table = subprocess.run(["readelf", "-sW", binary], stdout=subprocess.PIPE, check=True).stdout.decode()
    for line in table.splitlines():
        parts = line.split()
        # Number, address, size, type, binding, visibility, section, name.
        if len(parts) == 8 and parts[3] in kinds and parts[6] != "UND" and parts[2] != "0":
            found.setdefault(int(parts[1], 16), (parts[7].split("@")[0], int(parts[2], 0)))
    return found


def commands(source):
    path = lambda target: ["api", "--source", source, "--threads", "1", target]
    search = lambda query: path("/api/search?limit=20&spss=3&%s&q=%s" % (RANGE, query))
    yield ["--version"]
    yield path("/api/v2/traces/0123456789abcdef0123456789abcdef")
    yield search("%7B%20span.user.id%20%3D%20%22nobody%22%20%7D")
    yield search("%7B%20duration%20%3E%205s%20%7D")
    yield search("%7B%20span.http.response.status_code%20%3D%20500%20%7D")
    yield search("%7B%20resource.service.name%20%3D%20%22frontend%22%20%7D%20%3E%3E%20%7B%20status%20%3D%20error%20%7D")
    yield search("%7B%20name%20%3D~%20%22a.*%22%20%7D%20%7C%20count()%20%3E%202")
    yield search("%7B%20span.http.url%20%3D~%20%22.*check.ut.*%22%20%26%26%20duration%20%3E%20150ms%20%7D")
    yield path("/api/v2/search/tags?" + RANGE)
    yield path("/api/v2/search/tag/resource.service.name/values?" + RANGE)
    yield path("/api/metrics/query_range?step=60s&%s&q=%%7B%%7D%%20%%7C%%20rate()%%20by%%20(name)" % RANGE)
    yield ["query", "--source", source, "--threads", "1", "{ status = error } | select(name)"]


def attach(arguments):
    """The process, stopped before its first instruction."""
    pid = os.fork()
    if pid == 0:
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(null, descriptor)
        libc.ptrace(TRACEME, 0, None, None)
        os.execv(arguments[0], arguments)
    _, status = os.waitpid(pid, 0)
    if not os.WIFSTOPPED(status):
        sys.exit("cannot run " + arguments[0])
    return pid


def met(arguments, names):
    """Addresses of the functions that a run of the command enters, in their order."""
    pid = attach(arguments)
    order, saved = [], {}
    registers = (ctypes.c_ulonglong * 27)()
    with open("/proc/%d/mem" % pid, "r+b", buffering=0) as memory:
        for address in names:
            memory.seek(address)
            saved[address] = memory.read(1)
            memory.seek(address)
            memory.write(b"\xcc")
        passed = 0
        while True:
            libc.ptrace(CONT, pid, None, passed)
            _, status = os.waitpid(pid, 0)
            if not os.WIFSTOPPED(status):
                return order
            passed = os.WSTOPSIG(status)
            if passed != signal.SIGTRAP:
                continue
            passed = 0
            libc.ptrace(GETREGS, pid, None, ctypes.addressof(registers))
            address = registers[RIP] - 1
            if address not in saved:
                continue
            order.append(address)
            memory.seek(address)
            memory.write(saved.pop(address))
            registers[RIP] = address
            libc.ptrace(SETREGS, pid, None, ctypes.addressof(registers))


def faulted(arguments, found):
    """Names of what lies where a run of the command faults in the program's own pages."""
    addresses, names = sorted(found), []
    with tempfile.NamedTemporaryFile() as record:
        subprocess.run(["perf", "record", "-q", "-e", "minor-faults", "-c", "1", "-d", "-o", record.name] + arguments,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        script = subprocess.run(["perf", "script", "-i", record.name, "-F", "addr,ip"], stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL, check=True).stdout.decode()
    for line in script.splitlines():
        address = int(line.split()[0], 16)
        place = bisect.bisect_right(addresses, address) - 1
        if place >= 0 and address < addresses[place] + found[addresses[place]][1]:
            names.append(found[addresses[place]][0])
    return names


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--source", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--data", action="store_true")
    a = parser.parse_args()
    binary, listed = os.path.abspath(a.binary), {}
    if a.data:
        listed = dict.fromkeys(open(a.out, encoding="utf8").read().split())
    found = symbols(binary, {"FUNC", "OBJECT", "NOTYPE"} if a.data else {"FUNC"})
    for command in commands(a.source):
        before = len(listed)
        if a.data:
            run = faulted([binary] + command, found)
        else:
            run = [found[address][0] for address in met([binary] + command, found)]
        listed.update(dict.fromkeys(run))
        print("%5d more: %s" % (len(listed) - before, " ".join(command)[:90]), flush=True)
    with open(a.out, "w", encoding="utf8") as file:
        file.write("".join(name + "\n" for name in listed))


if __name__ == "__main__":
    main()
