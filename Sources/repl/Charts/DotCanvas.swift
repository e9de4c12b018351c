/// A picture of dots, eight to a terminal cell, written in Braille.
///
/// A cell has one owner, who decides its colour: the one who drew there last.
struct DotCanvas {
  /// In cells.
  let width: Int
  let height: Int
  private var dots: [UInt8]
  private(set) var owners: [Int]

  static let noOwner = -1

  init(width: Int, height: Int) {
    precondition(width > 0 && height > 0, "a canvas has cells")
    self.width = width
    self.height = height
    dots = [UInt8](repeating: 0, count: width * height)
    owners = [Int](repeating: Self.noOwner, count: width * height)
  }

  var dotWidth: Int { width * 2 }
  var dotHeight: Int { height * 4 }

  /// Bits of a Braille pattern by row and column of the dot in its cell.
  private static let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]

  /// Sets a dot; (0, 0) is at the bottom left.
  mutating func set(_ x: Int, _ y: Int, owner: Int) {
    guard (0..<dotWidth).contains(x), (0..<dotHeight).contains(y) else { return }
    let row = dotHeight - 1 - y
    let cell = row / 4 * width + x / 2
    // A cell of two owners shows only what the second drew: mixed dots say nothing of either.
    if owners[cell] != owner { dots[cell] = 0 }
    dots[cell] |= Self.bits[row % 4][x % 2]
    owners[cell] = owner
  }

  /// A straight line between two dots (Bresenham 1965).
  mutating func line(from start: (x: Int, y: Int), to end: (x: Int, y: Int), owner: Int) {
    let (dx, dy) = (abs(end.x - start.x), -abs(end.y - start.y))
    let (stepX, stepY) = (start.x < end.x ? 1 : -1, start.y < end.y ? 1 : -1)
    var (x, y) = start
    var error = dx + dy
    while true {
      set(x, y, owner: owner)
      if x == end.x && y == end.y { return }
      let doubled = 2 * error
      if doubled >= dy {
        error += dy
        x += stepX
      }
      if doubled <= dx {
        error += dx
        y += stepY
      }
    }
  }

  /// The character of a cell; rows count from the top.
  func character(row: Int, column: Int) -> Character {
    let bits = dots[row * width + column]
    guard bits != 0, let scalar = Unicode.Scalar(0x2800 + UInt32(bits)) else { return " " }
    return Character(scalar)
  }

  func owner(row: Int, column: Int) -> Int { owners[row * width + column] }
}
