/// How tightly an infix operator binds.
enum BindingPower: Int, Comparable {
  case none, logical, comparison, additive, product, power

  static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}
