"""A terminal with the shell in it: keys go in, a screen comes out."""
import os, re, select, signal, struct, fcntl, termios, time
import pexpect, pyte

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SMALL = os.path.join(ROOT, "Tests", "Conformance", "blocks", "vParquet4")
EXAMPLE = os.path.join(ROOT, "examples", "data")

KEYS = {"tab": "\t", "backtab": "\x1b[Z", "enter": "\r", "up": "\x1b[A", "down": "\x1b[B", "left": "\x1b[D", "right": "\x1b[C",
        "ctrl-a": "\x01", "ctrl-c": "\x03", "ctrl-d": "\x04", "ctrl-e": "\x05", "ctrl-l": "\x0c", "ctrl-r": "\x12", "ctrl-u": "\x15",
        "ctrl-_": "\x1f", "escape": "\x1b", "backspace": "\x7f", "alt-enter": "\x1b\r"}


def environment(home, **more):
    env = {"HOME": home, "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "TERM": "xterm-256color", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8",
           "TZ": "UTC", "INPUTRC": "/dev/null", "PAGER": "cat", "SWIFT_BACKTRACE": "enable=no"}
    env.update({k: v for k, v in more.items() if v is not None})
    for k, v in more.items():
        if v is None:
            env.pop(k, None)
    return env


class Terminal:
    def __init__(self, binary, arguments, home, rows=30, columns=110, **env):
        self.screen = pyte.HistoryScreen(columns, rows, history=5000)
        self.stream = pyte.ByteStream(self.screen)
        self.child = pexpect.spawn(binary, arguments, dimensions=(rows, columns), env=environment(home, **env), timeout=20, cwd=home)
        self.child.delaybeforesend = None
        self.seen = b""
        self.arrived = time.time()

    def pump(self, seconds):
        """Takes what comes for that long; true if there was anything."""
        ready, _, _ = select.select([self.child.child_fd], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self.child.child_fd, 65536)
        except OSError:
            return False
        if not data:
            return False
        # Before the screen is made of it, which takes longer than the shell does.
        self.arrived = time.time()
        self.seen += data
        self.stream.feed(data)
        return True

    def type(self, *pieces):
        """Text as it is, keys by name in angle brackets: "<tab>"."""
        for piece in pieces:
            name = piece[1:-1] if piece.startswith("<") and piece.endswith(">") else None
            os.write(self.child.child_fd, (KEYS[name] if name in KEYS else piece).encode())
            self.settle()

    def settle(self, quiet=0.06, limit=5):
        end = time.time() + limit
        while time.time() < end and self.pump(quiet):
            pass

    def wait(self, text, seconds=20):
        """Until the screen shows the text (a regular expression)."""
        end = time.time() + seconds
        while time.time() < end:
            if re.search(text, self.text(), re.M):
                return self
            self.pump(0.05)
        raise AssertionError("waited in vain for %r\n%s" % (text, self.text()))

    def run(self, line, until=None, seconds=20):
        """Types a line, presses Enter, and waits for the next prompt."""
        self.type(line)
        self.type("<enter>")
        if until:
            self.wait(until, seconds)
        return self.prompt(seconds)

    def prompt(self, seconds=20):
        """Until an empty prompt is where the cursor stands."""
        end = time.time() + seconds
        while time.time() < end:
            self.pump(0.05)
            if self.screen.display[self.screen.cursor.y].rstrip() == "traceql>" and not self.pump(0.08):
                return self
        raise AssertionError("no prompt\n%s" % self.text())

    def lines(self):
        return [line.rstrip() for line in self.screen.display]

    def text(self):
        return "\n".join(self.lines()).rstrip("\n")

    def everything(self):
        """What has scrolled away, too."""
        width = self.screen.columns
        gone = ["".join(line[x].data for x in range(width)).rstrip() for line in self.screen.history.top]
        return "\n".join(gone + self.lines()).rstrip("\n")

    def style(self, text, occurrence=-1):
        """(colour, bold, underlined) of the first letter of a text on the screen, the last place it stands."""
        found = None
        for y, line in enumerate(self.screen.display):
            x = line.rfind(text)
            if x >= 0:
                found = self.screen.buffer[y][x]
        assert found is not None, "no %r on the screen\n%s" % (text, self.text())
        return found.fg, found.bold, found.underscore

    def resize(self, rows, columns):
        self.screen.resize(rows, columns)
        fcntl.ioctl(self.child.child_fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.settle()

    def ended(self, seconds=5):
        """The exit code."""
        end = time.time() + seconds
        while time.time() < end:
            self.pump(0.02)
            if not self.child.isalive():
                return self.child.exitstatus
        raise AssertionError("still runs\n%s" % self.text())

    def close(self):
        if self.child.isalive():
            self.child.kill(signal.SIGKILL)
        self.child.close(force=True)


def masked(text):
    """A screen without what differs from run to run: times and amounts of work."""
    text = re.sub(r"\d+(\.\d+)? (ns|µs|ms|s)(?= ·)", "TIME", text)
    text = re.sub(r"\d+(\.\d+)? [kMG]?B of \d+(\.\d+)? [kMG]?B read", "BYTES read", text)
    return text.replace(SMALL, "BLOCKS").replace(EXAMPLE, "EXAMPLE")
