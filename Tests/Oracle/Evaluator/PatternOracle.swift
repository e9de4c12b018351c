import Foundation
import Synchronization

/// Regular expressions by another engine than the product's: ICU's, through Foundation.
enum PatternOracle {
  /// Whether all of `text` matches; `.` matches line breaks (4.4).
  static func matches(_ text: String, pattern: String) -> Bool {
    known.withLock { known in
      if let answer = known[pattern]?[text] { return answer }
      // Checked queries hold patterns that RE2 accepts; the generator uses what both understand.
      let expression = try? NSRegularExpression(
        pattern: "\\A(?:\(pattern))\\z", options: [.dotMatchesLineSeparators])
      let whole = NSRange(text.startIndex..., in: text)
      let answer = expression?.firstMatch(in: text, range: whole) != nil
      if known.count > 500 { known = [:] }
      known[pattern, default: [:]][text] = answer
      return answer
    }
  }

  private static let known = Mutex<[String: [String: Bool]]>([:])
}
