/// Round moments along the horizontal axis of a chart, and their texts.
package struct TimeMarks: Sendable {
  package struct Mark: Sendable, Equatable {
    /// 0 at the left end, 1 at the right one.
    package var place: Double
    package var text: String
  }

  /// Distances people think in, in seconds; below a second decimals follow.
  private static let steps: [UInt64] = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200,
    86_400, 172_800, 604_800, 1_209_600, 2_592_000, 7_776_000, 31_536_000,
  ]
  private static let second: UInt64 = 1_000_000_000

  package let marks: [Mark]

  /// Marks from `first` to `last`, in Unix nanoseconds, at most `countMax` of them.
  package init(first: UInt64, last: UInt64, countMax: Int, zone: CivilTime.Zone) {
    guard last > first else {
      marks = [
        Mark(place: 0, text: CivilTime(unixNanoseconds: first, zone: zone).clock)
      ]
      return
    }
    let least = (last - first) / UInt64(max(1, countMax))
    let step = Self.step(least)
    // Round by the clock on the wall.
    let offset = Self.offset(at: first, zone)
    let local = first &+ UInt64(bitPattern: offset)
    var moment = (local + step - 1) / step * step
    var found: [Mark] = []
    while moment <= last &+ UInt64(bitPattern: offset), found.count <= countMax {
      let time = moment &- UInt64(bitPattern: offset)
      found.append(
        Mark(
          place: Double(time - first) / Double(last - first),
          text: Self.text(CivilTime(unixNanoseconds: time, zone: zone), step)))
      moment += step
    }
    marks = found
  }

  private static func step(_ least: UInt64) -> UInt64 {
    if least < second {
      var step: UInt64 = 1_000_000
      for factor: UInt64 in [1, 2, 5, 10, 20, 50, 100, 200, 500] where step < least {
        step = factor * 1_000_000
      }
      return max(step, 1_000_000) >= least ? step : second
    }
    return (steps.first { $0 * second >= least } ?? steps[steps.count - 1]) * second
  }

  /// Nanoseconds that the zone's clock is ahead of UTC.
  private static func offset(at moment: UInt64, _ zone: CivilTime.Zone) -> Int64 {
    let seconds = Int64(moment / second)
    let local = CivilTime(unixNanoseconds: moment, zone: zone)
    let offset = (Int64(local.utcSeconds) - seconds) * Int64(second)
    // In the first hours of 1970 west of Greenwich the wall has no clock to count from.
    return offset < 0 && moment < offset.magnitude ? 0 : offset
  }

  private static func text(_ time: CivilTime, _ step: UInt64) -> String {
    switch step {
    case ..<second: time.clock + "." + String(time.readable.suffix(3))
    case ..<(60 * second): time.clock
    case ..<(86_400 * second):
      time.clock == "00:00:00" ? time.monthAndDay : String(time.clock.prefix(5))
    default: time.monthAndDay
    }
  }

  /// The texts below an axis of `width` columns, those that would touch left out.
  func line(width: Int) -> String {
    var line = ""
    for mark in marks {
      let column = Int((mark.place * Double(width - 1)).rounded())
      let start = max(0, min(column - mark.text.count / 2, width - mark.text.count))
      guard line.isEmpty || start > line.count + 1 else { continue }
      guard start >= line.count else { continue }
      line += DisplayWidth.blanks(start - line.count) + mark.text
    }
    return DisplayWidth.truncated(line, to: width)
  }

  /// The axis itself, with a tick at each mark.
  func axis(width: Int) -> String {
    var cells = [Character](repeating: "─", count: width)
    for mark in marks { cells[Int((mark.place * Double(width - 1)).rounded())] = "┬" }
    return String(cells)
  }
}
