/// Which bracket belongs to which, in a row of brackets.
struct BracketPairs {
  private var partners: [Int?]
  private var isUnexpected: [Bool]

  init(_ brackets: [UInt8]) {
    partners = Array(repeating: nil, count: brackets.count)
    isUnexpected = Array(repeating: false, count: brackets.count)
    var open: [Int] = []
    for (index, bracket) in brackets.enumerated() {
      switch bracket {
      case UInt8(ascii: "{"), UInt8(ascii: "("): open.append(index)
      default:
        let wanted = bracket == UInt8(ascii: "}") ? UInt8(ascii: "{") : UInt8(ascii: "(")
        guard let last = open.last, brackets[last] == wanted else {
          isUnexpected[index] = true
          continue
        }
        open.removeLast()
        (partners[last], partners[index]) = (index, last)
      }
    }
  }

  func partner(of index: Int) -> Int? { partners[index] }

  /// A closing bracket that closes nothing. One still open may be closed yet.
  func isLonely(_ index: Int) -> Bool { isUnexpected[index] }
}
