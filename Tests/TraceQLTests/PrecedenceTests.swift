import Testing
import TraceQL

/// What binds how tightly; canonical text shows it.
struct PrecedenceTests {
  @Test(arguments: [
    ("{ .a=1 || .b=2 && .c=3 }", "{ ((.a = 1) || (.b = 2)) && (.c = 3) }"),
    ("{ .a && .b || .c && .d }", "{ ((.a && .b) || .c) && .d }"),
    ("{ -.a * 2 = 1 }", "{ (-(.a * 2)) = 1 }"),
    ("{ -.a ^ 2 = 1 }", "{ (-(.a ^ 2)) = 1 }"),
    ("{ -.a + 2 = 1 }", "{ ((-.a) + 2) = 1 }"),
    ("{ .b ^ -.a * 2 = 1 }", "{ (.b ^ (-(.a * 2))) = 1 }"),
    ("{ !.a * .b = 1 }", "{ (!(.a * .b)) = 1 }"),
    ("{ !.a + .b = 1 }", "{ ((!.a) + .b) = 1 }"),
    ("{ !.a = 1 }", "{ (!.a) = 1 }"),
    ("{ .a ^ .b ^ .c = 1 }", "{ (.a ^ (.b ^ .c)) = 1 }"),
    ("{ .a = 1 = nil }", "{ (.a = 1) = nil }"),
    ("{ .a && .b = nil }", "{ .a && (.b = nil) }"),
    ("{ nil = .a + 1 }", "{ (.a + 1) = nil }"),
    ("{ .a - .b - .c = 1 }", "{ ((.a - .b) - .c) = 1 }"),
    ("{ .a + .b * .c = 1 }", "{ (.a + (.b * .c)) = 1 }"),
    ("{ .a = .b != .c }", "{ (.a = .b) != .c }"),
    ("{ (.a || .b) && (.c) }", "{ (.a || .b) && .c }"),
  ])
  func fields(_ written: String, _ meaning: String) {
    #expect(printed(written) == meaning)
  }

  @Test(arguments: [
    (
      "{.a} && {.b} >> {.c} || {.d}",
      "(({ .a }) && (({ .b }) >> ({ .c }))) || ({ .d })"
    ),
    ("{.a} >> {.b} > {.c}", "(({ .a }) >> ({ .b })) > ({ .c })"),
    ("{.a} > ({.b} > {.c})", "({ .a }) > (({ .b }) > ({ .c }))"),
    ("{.a} !~ {.b} &>> {.c}", "(({ .a }) !~ ({ .b })) &>> ({ .c })"),
    ("(({.a}))", "{ .a }"),
  ])
  func spansets(_ written: String, _ meaning: String) {
    #expect(printed(written) == meaning)
  }

  @Test(arguments: [
    ("count() + 1 * 2 > 3", "((count()) + 2) > 3"),
    ("count() * 2 + 1 > 3", "(((count()) * 2) + 1) > 3"),
    ("1 + count() ^ 2 ^ 3 > 3", "(1 + ((count()) ^ 8)) > 3"),
    ("(count() + 1) * 2 > 3", "(((count()) + 1) * 2) > 3"),
    ("-count() < -2", "(-(count())) < -2"),
    ("({} | rate()) + ({} | rate()) * 2", "({ true } | rate()) + (({ true } | rate()) * 2)"),
    ("({} | rate()) - ({} | rate()) > 1", "({ true } | rate()) - ({ true } | rate()) > 1"),
    ("-2 * ({} | rate())", "(-2) * ({ true } | rate())"),
  ])
  func scalarsAndSeries(_ written: String, _ meaning: String) {
    #expect(printed(written) == meaning)
  }
}
