"""Typing: colours, brackets, lines, history, keys."""
import os


def test_the_first_screen_tells_what_there_is(b):
    t = b.ready()
    assert t.child.isalive()
    text = t.text()
    for word in ("blocks", "3", "vParquet4", "traces", "2,058", "spans", "time", "2026-01-15 00:00:01.492"):
        assert word in text, text
    b.screen("first", text)


def test_words_are_coloured_while_they_are_typed(b):
    t = b.ready()
    t.type('{ span.http.url = "x" && status = error } | count() > 25')
    assert t.style("span.")[0] == "cyan"
    assert t.style('"x"')[0] == "green"
    assert t.style("error")[0] == "brown"
    assert t.style("count")[:2] == ("blue", True)
    assert t.style("25")[0] == "brown"
    t.type("<ctrl-u>", ".help")
    assert t.style(".help")[0] == "magenta"


def test_brackets_find_their_partners(b):
    t = b.ready()
    t.type("{ ( )")
    assert t.style("(")[2] and t.style(")")[2] and not t.style("{")[2]
    t.type(" }")
    assert t.style("{")[2] and t.style("}")[2] and not t.style("(")[2]
    t.type("<ctrl-u>", "{ ) ")
    assert t.style(")")[0] == "red"


def test_open_braces_continue_on_the_next_line(b):
    t = b.ready()
    t.type("{ status =", "<enter>", "error", "<enter>", "}")
    assert "\n      -> error\n      -> }" in t.text(), t.text()
    t.type("<enter>")
    t.wait("21 traces|traces ·").prompt()


def test_a_trailing_pipe_continues(b):
    t = b.ready()
    t.type("{ status = error } |", "<enter>", "count() > 2", "<enter>")
    t.wait(r"traces? ·").prompt()
    assert "      -> count() > 2" in t.text()


def test_up_moves_within_the_lines_of_an_input_first(b):
    t = b.ready()
    t.run(".history")
    t.type("{ a = 1 &&", "<enter>", "b = 2", "<up>", "X")
    assert "traceql> { a = X1 &&" in t.text() or "traceql> { a =X 1 &&" in t.text(), t.text()


def test_history_lasts_over_sessions(b):
    t = b.ready()
    t.run("{ name = \"first\" }")
    t.type("{ name =", "<enter>", "\"second\" }", "<enter>")
    t.prompt()
    t.type("<ctrl-d>")
    assert t.ended() == 0
    t = b.ready()
    t.type("<up>")
    assert '      -> "second" }' in t.text(), t.text()
    t.type("<ctrl-c>")
    t.prompt()
    t.run(".history", until="first")


def test_up_finds_what_begins_alike(b):
    t = b.ready()
    t.run('{ name = "alpha" }')
    t.run(".timer")
    t.run('{ kind = server && name = "beta" }')
    t.type("{ name", "<up>")
    assert 'traceql> { name = "alpha" }' in t.lines()[t.screen.cursor.y]
    t.type("<down>")
    assert t.lines()[t.screen.cursor.y] == "traceql> { name"


def test_ctrl_r_searches(b):
    t = b.ready()
    t.run('{ name = "alpha" }')
    t.run('{ name = "beta" }')
    t.type("<ctrl-r>", "alp")
    assert "(reverse-i-search)`alp': { name = \"alpha\" }" in t.text(), t.text()
    t.type("<ctrl-e>")
    assert 'traceql> { name = "alpha" }' in t.lines()[t.screen.cursor.y], t.text()


def test_ctrl_c_clears_the_line(b):
    t = b.ready()
    t.type("{ status = ", "<ctrl-c>")
    t.prompt()
    assert "{ status = ^C" in t.text()
    t.run("{ status = error }", until="traces")


def test_ctrl_d_leaves(b):
    t = b.ready()
    t.type("<ctrl-d>")
    assert t.ended() == 0


def test_undo_and_keys_of_emacs(b):
    t = b.ready()
    t.type("{ a }", "<ctrl-a>", "X", "<ctrl-e>", "Y")
    assert "traceql> X{ a }Y" in t.text()
    t.type("<ctrl-_>", "<ctrl-_>")
    assert "traceql> X{ a }Y" not in t.text()


def test_vi_keys_by_inputrc(b):
    path = os.path.join(b.home, "inputrc")
    open(path, "w").write("set editing-mode vi\n")
    t = b.ready(INPUTRC=path)
    t.type("{ abc }", "<escape>")
    t.settle(0.7)
    t.type("0", "x")
    t.settle(0.3)
    assert "traceql>  abc }" in t.text(), t.text()
    t.type("i", "{", "<enter>")
    t.prompt()


def test_wide_characters_keep_the_cursor_in_place(b):
    t = b.ready()
    t.type('{ name = "日本👍" }')
    # 9 of the prompt, 10 before the text, 6 for three wide characters, 3 behind it
    assert t.screen.cursor.x == 9 + 10 + 6 + 3, t.screen.cursor.x
    t.type("<left>", "<left>", "<left>", "<backspace>")
    assert '{ name = "日 本 "' in t.text() or '{ name = "日本"' in t.text().replace("日 ", "日").replace("本 ", "本"), t.text()


def test_long_inputs_wrap_and_shrink(b):
    t = b.ready(columns=60)
    t.type("{ " + "x" * 120)
    t.wait(r"^x{11}$")
    assert t.lines()[t.screen.cursor.y - 1] == "x" * 60
    t.type("<ctrl-u>", "{ }")
    assert t.lines()[t.screen.cursor.y] == "traceql> { }"
    assert "xxx" not in t.text()


def test_a_resize_while_typing(b):
    t = b.ready()
    t.type("{ " + "y" * 70)
    t.resize(30, 60)
    assert t.lines()[t.screen.cursor.y - 1].endswith("y" * 40), t.text()
    t.type("z")
    assert t.lines()[t.screen.cursor.y].endswith("yz")
    t.resize(24, 120)
    t.type("!")
    assert t.lines()[t.screen.cursor.y].endswith("yyyz!"), t.text()


def test_pasted_lines_wait_for_enter(b):
    t = b.ready()
    t.type("\x1b[200~{ status = error\n}\n\x1b[201~")
    assert "traces" not in t.lines()[t.screen.cursor.y]
    t.type("<enter>")
    t.wait("traces ·").prompt()


def test_ctrl_l_clears_the_screen(b):
    t = b.ready()
    t.type("{ a", "<ctrl-l>")
    assert t.lines()[0] == "traceql> { a" and t.screen.cursor.y == 0


def test_no_color(b):
    t = b.ready(NO_COLOR="1")
    t.type('{ name = "x" }')
    assert t.style("name")[0] == "default" and t.style('"x"')[0] == "default"
    t.type("<enter>")
    t.prompt()
    assert b"\x1b[3" not in t.seen and b"\x1b[1m" not in t.seen


def test_dumb_terminal(b):
    t = b.shell(TERM="dumb")
    t.wait("traceql>$")
    t.type("{ status =\r")
    t.wait("->$")
    t.type("error }\r")
    t.wait("traces ·")
    assert b"\x1b" not in t.seen, t.seen[-300:]
