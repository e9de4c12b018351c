package import Wire

extension Link {
  /// Reads all links of a span out of the one message vParquet3 keeps them in.
  package static func list(protobuf message: [UInt8]) throws(ProtobufError) -> [Link] {
    var reader = ProtobufReader(message)
    var links: [Link] = []
    while let field = try reader.next() {
      guard field.number == 1 else { continue }
      links.append(try read(try field.message()))
    }
    return links
  }

  private static func read(_ reader: ProtobufReader) throws(ProtobufError) -> Link {
    var reader = reader
    var link = Link()
    while let field = try reader.next() {
      switch field.number {
      case 1: link.traceID = Array(try field.bytes())
      case 2: link.spanID = Array(try field.bytes())
      case 3: link.traceState = try field.string()
      case 4: link.attributes.append(try KeyValue.read(try field.message(), depth: 0))
      case 5: link.droppedAttributesCount = try field.uint32()
      default: break
      }
    }
    return link
  }
}
