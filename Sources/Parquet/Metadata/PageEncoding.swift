/// How the values of a page are written.
enum PageEncoding: Int, Sendable {
  case plain = 0
  /// On data pages the same as `rleDictionary`.
  case plainDictionary = 2
  case rle = 3
  case bitPacked = 4
  case deltaBinaryPacked = 5
  case deltaLengthByteArray = 6
  case deltaByteArray = 7
  case rleDictionary = 8
  case byteStreamSplit = 9

  var isDictionary: Bool { self == .plainDictionary || self == .rleDictionary }
}
