import Engine
import Wire

// What the JSON and the protobuf of a search share: values in the form both write them.
extension TraceMatch {
  /// Without leading zeros, unless they are asked for.
  func shownID(isPadded: Bool) -> String {
    isPadded ? Hex.encode(traceID) : TraceIDText.short(traceID)
  }

  /// Clients show a root service always.
  var shownRootServiceName: String {
    rootServiceName.isEmpty ? "<root span not yet received>" : rootServiceName
  }

  /// Whole milliseconds; the field is unsigned, so an end before the start shows as 0.
  var durationMilliseconds: UInt32 {
    UInt32(clamping: durationNanoseconds / 1_000_000)
  }

  var sortedServiceStatistics: [ServiceStatistics] {
    (serviceStatistics ?? []).sorted {
      $0.service.utf8.lexicographicallyPrecedes($1.service.utf8)
    }
  }
}

extension SpanMatch {
  /// 16 digits or, for a longer ID, as many as it needs.
  var paddedID: String {
    let digits = Hex.encode(spanID)
    return String(repeating: "0", count: max(0, 16 - digits.count)) + digits
  }

  /// The field is unsigned, so an end before the start shows as 0.
  var shownDurationNanoseconds: UInt64 { UInt64(max(durationNanoseconds, 0)) }
}
