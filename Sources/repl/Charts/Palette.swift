/// Colours of charts, told apart also by most colour-blind readers on light and dark grounds.
enum Palette {
  /// Of the 256 colours of a terminal.
  static let terminal: [UInt8] = [39, 208, 35, 170, 178, 99, 203, 37, 142, 132, 67, 244]
  static let web: [String] = [
    "#0b84d8", "#e8710a", "#1a9850", "#c44fc0", "#c99a06", "#7a5be0", "#e0484d", "#0a9396",
    "#8a9a1b", "#a5517d", "#4a7ba6", "#7f7f7f",
  ]
  /// From few to many.
  static let terminalHeat: [UInt8] = [19, 25, 31, 37, 36, 71, 107, 143, 179, 221, 229]
  static let webHeat: [(Double, Double, Double)] = [
    (68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37),
  ]
}

extension TextStyle {
  /// `text` in one of the 256 colours of terminals.
  func paint(_ colour: UInt8, _ text: String) -> String {
    self == .plain || text.isEmpty ? text : "\u{1B}[38;5;\(colour)m\(text)\u{1B}[0m"
  }

  /// `text` on a ground of that colour.
  func paintGround(_ colour: UInt8, _ text: String) -> String {
    self == .plain || text.isEmpty ? text : "\u{1B}[48;5;\(colour)m\(text)\u{1B}[0m"
  }
}
