import Parquet
import Spans
import Storage

extension RowGroupContent {
  /// What can be said of a leaf before it is made.
  func announcement(_ index: Int) -> DeferredChunks.Announcement {
    switch schema.contents[index] {
    case .traceStart:
      return .init(entryCount: layout.traceCount, bounds: bounds { table.starts[$0] })
    case .traceEnd:
      return .init(
        entryCount: layout.traceCount, bounds: bounds { table.starts[$0] &+ table.durations[$0] })
    case .traceID, .traceIDText, .traceDuration, .rootServiceName, .rootSpanName:
      return .init(entryCount: layout.traceCount)
    case .statisticsService, .statisticsSpans, .statisticsErrors, .serviceName:
      return announcement(of: .resource)
    case .scopeName, .scopeVersion, .spanCount: return announcement(of: .instrumentation)
    case .eventTime, .eventName: return announcement(of: .event)
    case .linkTraceID, .linkSpanID, .linkTraceState: return announcement(of: .link)
    case .droppedAttributes(let scope): return announcement(of: scope)
    case .direct(let column): return announcement(of: schema.directColumns[column].scope)
    case .spare(let scope):
      let lane = announcement(of: scope)
      return .init(entryCount: lane.entryCount, isEmpty: true)
    case .attribute(let scope, let part): return announcement(of: scope, part)
    case .spanID, .parentSpanID, .nestedSetParent, .nestedSetLeft, .nestedSetRight, .childCount,
      .spanName, .kind, .traceState, .spanStart, .spanDuration, .statusCode, .statusMessage,
      .droppedEvents, .droppedLinks, .startRounded:
      return announcement(of: .span)
    }
  }

  /// What has one entry for every element of a lane. A span without events or links has one, too.
  private func announcement(of scope: AttributeScope) -> DeferredChunks.Announcement {
    switch scope {
    case .resource, .instrumentation, .span: .init(entryCount: layout.owners(scope).count)
    case .event, .link:
      .init(
        entryCount: layout.spans.count + layout.owners(scope).count,
        isEmpty: layout.owners(scope).isEmpty)
    }
  }

  private func announcement(
    of scope: AttributeScope, _ part: BlockLeaf.AttributePart
  ) -> DeferredChunks.Announcement {
    let lane = announcement(of: scope)
    let attributes = table.attributes(scope)
    let count = layout.owners(scope).reduce(0) { $0 + attributes.range(of: Int($1)).count }
    let isThere =
      switch part {
      case .key, .isArray: count > 0
      case .text: attributes.holds(.text) || attributes.holds(.textArray)
      case .int: attributes.holds(.int) || attributes.holds(.intArray)
      case .double: attributes.holds(.double) || attributes.holds(.doubleArray)
      case .bool: attributes.holds(.bool) || attributes.holds(.boolArray)
      case .unsupported: attributes.holds(.json)
      }
    return .init(
      entryCount: lane.entryCount + count, isEmpty: lane.isEmpty || count == 0 || !isThere)
  }

  /// Starts of traces are starts of spans, or 0; ends are ends.
  private func bounds(_ time: (Int) -> UInt64) -> ClosedRange<Int64>? {
    var (least, greatest) = (UInt64.max, UInt64.min)
    for span in layout.spans {
      let time = time(Int(span))
      least = min(least, time)
      greatest = max(greatest, time)
    }
    guard least <= greatest, greatest <= UInt64(Int64.max) else { return nil }
    return Int64(least)...Int64(greatest)
  }
}
