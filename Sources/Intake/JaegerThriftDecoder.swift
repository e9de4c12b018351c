import OTLP
package import Spans

/// Reads the batch that Jaeger's clients send over HTTP, in Thrift's binary protocol (ingest.md 9).
package enum JaegerThriftDecoder {
  /// Appends the spans of a batch, all of them or, if it throws, none.
  package static func decode(_ bytes: [UInt8], into table: inout SpanTable) throws(IntakeError) {
    var scanner = ThriftScanner(bytes)
    var process = Process()
    var spans: [JaegerSpan] = []
    while let (type, number) = try scanner.field() {
      switch (number, type) {
      case (1, .structure): process = try Self.process(&scanner)
      case (2, .list):
        for _ in 0..<(try scanner.listOfStructures()) { spans.append(try span(&scanner)) }
      default: try scanner.skip(type)
      }
    }
    let mark = table.mark
    let owner = JaegerSpan.owner(service: process.service, tags: process.tags, &table)
    for span in spans {
      if span.traceID.isZero {
        table.truncate(to: mark)
        throw .traceID
      }
      if span.spanID.isEmpty {
        table.truncate(to: mark)
        throw .spanID
      }
      span.append(to: &table, owner)
    }
  }

  /// How many spans a batch announces, as far as it can be read.
  package static func spanCount(_ bytes: [UInt8]) -> Int {
    var scanner = ThriftScanner(bytes)
    do throws(IntakeError) {
      while let (type, number) = try scanner.field() {
        if number == 2, type == .list { return try scanner.listOfStructures() }
        try scanner.skip(type)
      }
    } catch {
      // Where the batch ends the count does.
    }
    return 0
  }

  private struct Process {
    var service = ""
    var tags: [KeyValue] = []
  }

  private static func process(_ scanner: inout ThriftScanner) throws(IntakeError) -> Process {
    var process = Process()
    while let (type, number) = try scanner.field() {
      switch (number, type) {
      case (1, .string): process.service = try scanner.string()
      case (2, .list): process.tags = try tags(&scanner)
      default: try scanner.skip(type)
      }
    }
    return process
  }

  private static func span(_ scanner: inout ThriftScanner) throws(IntakeError) -> JaegerSpan {
    var span = JaegerSpan()
    var (high, low, own, parent): (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    var (start, duration): (UInt64, UInt64) = (0, 0)
    while let (type, number) = try scanner.field() {
      switch (number, type) {
      case (1, .int64): low = try scanner.int64()
      case (2, .int64): high = try scanner.int64()
      case (3, .int64): own = try scanner.int64()
      case (4, .int64): parent = try scanner.int64()
      case (5, .string): span.name = try scanner.string()
      case (6, .list):
        for _ in 0..<(try scanner.listOfStructures()) {
          span.references.append(try reference(&scanner))
        }
      case (8, .int64): start = try scanner.int64()
      case (9, .int64): duration = try scanner.int64()
      case (10, .list): span.tags = try tags(&scanner)
      case (11, .list):
        for _ in 0..<(try scanner.listOfStructures()) { span.events.append(try log(&scanner)) }
      default: try scanner.skip(type)
      }
    }
    span.traceID = TraceID(high: high, low: low)
    span.spanID = id(own)
    span.parentID = id(parent)
    span.start = start &* 1_000
    span.end = (start &+ duration) &* 1_000
    return span
  }

  private static func id(_ bits: UInt64) -> ShortID {
    bits == 0 ? .none : ShortID(bits: bits, byteCount: 8)
  }

  private static func reference(
    _ scanner: inout ThriftScanner
  ) throws(IntakeError) -> JaegerSpan.Reference {
    var isFollowing = false
    var (high, low, span): (UInt64, UInt64, UInt64) = (0, 0, 0)
    while let (type, number) = try scanner.field() {
      switch (number, type) {
      case (1, .int32): isFollowing = try scanner.int32() == 1
      case (2, .int64): low = try scanner.int64()
      case (3, .int64): high = try scanner.int64()
      case (4, .int64): span = try scanner.int64()
      default: try scanner.skip(type)
      }
    }
    return JaegerSpan.Reference(
      isFollowing: isFollowing, traceID: TraceID(high: high, low: low), spanID: id(span))
  }

  private static func log(_ scanner: inout ThriftScanner) throws(IntakeError) -> Event {
    var time: UInt64 = 0
    var pairs: [KeyValue] = []
    while let (type, number) = try scanner.field() {
      switch (number, type) {
      case (1, .int64): time = try scanner.int64()
      case (2, .list): pairs = try tags(&scanner)
      default: try scanner.skip(type)
      }
    }
    return JaegerTags.event(timeNanoseconds: time &* 1_000, pairs)
  }

  private static func tags(_ scanner: inout ThriftScanner) throws(IntakeError) -> [KeyValue] {
    var tags: [KeyValue] = []
    for _ in 0..<(try scanner.listOfStructures()) { tags.append(try tag(&scanner)) }
    return tags
  }

  private static func tag(_ scanner: inout ThriftScanner) throws(IntakeError) -> KeyValue {
    var key = ""
    var kind: Int32 = 0
    var text = ""
    var (number, double, flag): (UInt64, Double, Bool) = (0, 0, false)
    var bytes: [UInt8] = []
    while let (type, field) = try scanner.field() {
      switch (field, type) {
      case (1, .string): key = try scanner.string()
      case (2, .int32): kind = try scanner.int32()
      case (3, .string): text = try scanner.string()
      case (4, .double): double = try scanner.double()
      case (5, .bool): flag = try scanner.bool()
      case (6, .int64): number = try scanner.int64()
      case (7, .string): bytes = try scanner.binary()
      default: try scanner.skip(type)
      }
    }
    let value: AnyValue =
      switch kind {
      case 1: .double(double)
      case 2: .bool(flag)
      case 3: .int(Int64(bitPattern: number))
      case 4: .bytes(bytes)
      default: .string(text)
      }
    return KeyValue(key: key, value: value)
  }
}
