#!/usr/bin/env python3
"""Draws screens of the shell as SVG: what the terminal holds after a few keys.

  picture.py --binary .build/release/traceql --out docs

Writes shell.svg (a trace, and completion), heat-map.svg (latencies over time), and charts at 80 and at 160 columns.
"""
import argparse, os, shutil, sys, tempfile
from xml.sax.saxutils import escape

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import terminal

COLOURS = {"default": "#d8dee9", "black": "#2e3440", "red": "#f0717c", "green": "#a3be8c", "brown": "#ebcb8b", "blue": "#81a1c1",
           "magenta": "#c895bf", "cyan": "#88d0c8", "white": "#eceff4"}
BACKGROUND, FAINT = "#1f2430", "#8891a5"
WIDTH, HEIGHT, MARGIN = 8.4, 18, 14


# Where the bits of a Braille pattern stand: column, row.
DOTS = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))


def dots(text, left, top, colour):
    """Braille patterns as circles: few fonts have them."""
    out = []
    for i, character in enumerate(text):
        if 0x2800 < ord(character) < 0x2900:
            bits = ord(character) - 0x2800
            out += ['<circle cx="%.1f" cy="%.1f" r="1.2"/>' % (left + i * WIDTH + WIDTH * (0.25 + 0.5 * x), top + HEIGHT * (0.125 + 0.25 * y))
                    for bit, (x, y) in enumerate(DOTS) if bits >> bit & 1]
    return ['<g fill="%s">%s</g>' % (colour, "".join(out))] if out else []


def svg(screen):
    """Runs of cells of one look are one text; boxes are drawn behind reversed ones."""
    rows = [y for y in range(screen.lines) if screen.display[y].strip()]
    last = (rows[-1] if rows else 0) + 1
    width, height = screen.columns * WIDTH + 2 * MARGIN, last * HEIGHT + 2 * MARGIN
    out = ['<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d">' % (width, height, width, height),
           '<rect width="100%%" height="100%%" rx="8" fill="%s"/>' % BACKGROUND,
           '<g font-family="ui-monospace, Menlo, Consolas, \'DejaVu Sans Mono\', monospace" font-size="14" xml:space="preserve">']
    for y in range(last):
        x = 0
        while x < screen.columns:
            cell = screen.buffer[y][x]
            look = (cell.fg, cell.bg, cell.bold, cell.reverse, cell.underscore)
            end, text = x, ""
            while end < screen.columns:
                c = screen.buffer[y][end]
                if (c.fg, c.bg, c.bold, c.reverse, c.underscore) != look:
                    break
                text += c.data
                end += 1
            left, base = MARGIN + x * WIDTH, MARGIN + y * HEIGHT + 13
            if text.strip() or cell.reverse or cell.bg != "default":
                colour = COLOURS.get(cell.fg, "#" + cell.fg if len(cell.fg) == 6 else COLOURS["default"])
                ground = cell.bg if len(cell.bg) == 6 else None
                if ground:
                    out.append('<rect x="%.1f" y="%.1f" width="%.1f" height="%d" fill="#%s"/>' % (left, base - 13, (end - x) * WIDTH, HEIGHT, ground))
                if cell.reverse:
                    out.append('<rect x="%.1f" y="%.1f" width="%.1f" height="%d" fill="%s"/>' % (left, base - 13, (end - x) * WIDTH, HEIGHT, colour))
                    colour = BACKGROUND
                style = (' font-weight="bold"' if cell.bold else "") + (' text-decoration="underline"' if cell.underscore else "")
                out += dots(text, left, base - 13, colour)
                shown = "".join(" " if 0x2800 <= ord(c) < 0x2900 else c for c in text).rstrip()
                # Every letter has its place, whatever the font.
                places = " ".join("%g" % round(left + i * WIDTH, 1) for i in range(len(shown)))
                if shown:
                    out.append('<text x="%s" y="%g" fill="%s"%s>%s</text>' % (places, base, colour, style, escape(shown)))
            x = end
    return "\n".join(out + ["</g>", "</svg>"]) + "\n"


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--binary", required=True)
    p.add_argument("--out", required=True)
    a = p.parse_args()
    for name, columns, draw in (("shell", 108, trace_and_completion), ("heat-map", 108, heat_map), ("chart-80", 80, rates), ("chart-160", 160, latencies)):
        home = tempfile.mkdtemp(prefix="traceql-picture-")
        t = terminal.Terminal(os.path.abspath(a.binary), ["--utc", terminal.EXAMPLE], home, rows=50, columns=columns)
        try:
            draw(t.prompt())
            open(os.path.join(a.out, name + ".svg"), "w", encoding="utf8").write(svg(t.screen))
        finally:
            t.close()
            shutil.rmtree(home)


def trace_and_completion(t):
    t.run('{ resource.service.name = "checkout" } >> { status = error }', until="traces? ·")
    t.type("<ctrl-l>")
    t.run(".trace 1", until="critical path")
    t.type('{ resource.service.name = "checkout" && name = ', "<tab>")
    t.settle(0.8)


def heat_map(t):
    t.run(".step 30s")
    t.type("<ctrl-l>")
    t.run("{ } | histogram_over_time(duration)", until="series ·")


def rates(t):
    t.run(".limit 5")
    t.type("<ctrl-l>")
    t.run("{ kind = server } | rate() by (resource.service.name)", until="series ·")


def latencies(t):
    t.run(".limit 4")
    t.type("<ctrl-l>")
    t.run("{ } | quantile_over_time(duration, .5, .9, .99)", until="series ·")


if __name__ == "__main__":
    main()
