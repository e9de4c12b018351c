package import Columns

/// How the traces of a unit nest: resources, scopes and spans as offsets, levels decoded once.
///
///     trace     0        1
///     resource  0   1    2        resourceOffsets = [0, 2, 3]
///     scope     0   1 2  3        scopeOffsets    = [0, 1, 3, 4]
///     span      0 1 2 3  4 5      spanOffsets     = [0, 2, 3, 4, 6]
package final class UnitLayout {
  package let traceCount: Int
  /// Per trace; `traceCount + 1` entries.
  package let resourceOffsets: [UInt32]
  /// Per resource.
  package let scopeOffsets: [UInt32]
  /// Per scope.
  package let spanOffsets: [UInt32]

  package init(resourceOffsets: [UInt32], scopeOffsets: [UInt32], spanOffsets: [UInt32]) {
    precondition(
      Int(resourceOffsets.last ?? 0) + 1 == scopeOffsets.count
        && Int(scopeOffsets.last ?? 0) + 1 == spanOffsets.count, "offsets of nested lanes chain")
    traceCount = resourceOffsets.count - 1
    self.resourceOffsets = resourceOffsets
    self.scopeOffsets = scopeOffsets
    self.spanOffsets = spanOffsets
  }

  package var resourceCount: Int { scopeOffsets.count - 1 }
  package var scopeCount: Int { spanOffsets.count - 1 }
  package var spanCount: Int { Int(spanOffsets.last ?? 0) }

  package func count(of lane: TraceLane) -> Int {
    switch lane {
    case .trace: traceCount
    case .resource: resourceCount
    case .scope: scopeCount
    case .span, .event, .link: spanCount
    }
  }

  /// Traces as elements of themselves.
  private lazy var ownTraces = (0...UInt32(traceCount)).map { $0 }
  /// `traceCount + 1` offsets: the scopes of each trace.
  package private(set) lazy var scopesOfTrace = Self.composed(resourceOffsets, scopeOffsets)
  /// `traceCount + 1` offsets: the spans of each trace.
  package private(set) lazy var spansOfTrace = Self.composed(scopesOfTrace, spanOffsets)
  /// `resourceCount + 1` offsets: the spans of each resource.
  package private(set) lazy var spansOfResource = Self.composed(scopeOffsets, spanOffsets)

  package private(set) lazy var traceOf = Self.owners(spansOfTrace)
  package private(set) lazy var resourceOf = Self.owners(spansOfResource)
  package private(set) lazy var scopeOf = Self.owners(spanOffsets)

  /// `traceCount + 1` offsets of the elements of a lane above events and links.
  package func elementsOfTrace(_ lane: TraceLane) -> [UInt32] {
    switch lane {
    case .trace: ownTraces
    case .resource: resourceOffsets
    case .scope: scopesOfTrace
    case .span, .event, .link: spansOfTrace
    }
  }

  package func spans(of trace: Int) -> Range<Int> {
    let offsets = spansOfTrace
    return Int(offsets[trace])..<Int(offsets[trace + 1])
  }

  /// Offsets of grandchildren: `inner` looked up at each of `outer`.
  package static func composed(_ outer: [UInt32], _ inner: [UInt32]) -> [UInt32] {
    [UInt32](unsafeUninitializedCapacity: outer.count) { target, filled in
      inner.withUnsafeBufferPointer { inner in
        outer.withUnsafeBufferPointer { outer in
          for i in 0..<outer.count {
            let place = Int(outer[i])
            precondition(place < inner.count, "offsets of nested lanes chain")
            target[i] = inner[place]
          }
        }
      }
      filled = outer.count
    }
  }

  /// The owner of every element, from offsets.
  package static func owners(_ offsets: [UInt32]) -> [UInt32] {
    let total = Int(offsets.last ?? 0)
    // Most owners have few elements: eight are written at once, and what is too much of them is
    // written over by the next owner. A loop would guess its end wrongly nearly every time.
    let width = 8
    return [UInt32](unsafeUninitializedCapacity: total + width) { buffer, filled in
      offsets.withUnsafeBufferPointer { offsets in
        for owner in 0..<max(0, offsets.count - 1) {
          let value = UInt32(truncatingIfNeeded: owner)
          var i = Int(offsets[owner])
          let end = Int(offsets[owner &+ 1])
          precondition(i <= end && end <= total, "offsets ascend")
          while i < end {
            UnsafeMutableRawPointer(buffer.baseAddress! + i)
              .storeBytes(of: SIMD8(repeating: value), as: SIMD8<UInt32>.self)
            i &+= width
          }
        }
      }
      filled = total
    }
  }

  /// Offsets from ascending owners: where the elements of each owner begin.
  package static func offsets(owners: [UInt32], ownerCount: Int) -> [UInt32] {
    [UInt32](unsafeUninitializedCapacity: ownerCount + 1) { buffer, filled in
      var i = 0
      for owner in 0...ownerCount {
        while i < owners.count, Int(owners[i]) < owner { i &+= 1 }
        buffer[owner] = UInt32(truncatingIfNeeded: i)
      }
      filled = ownerCount + 1
    }
  }

  /// Moves hits up: marks each owner that has a marked element.
  package static func marked(
    _ hits: Bitmap, owners: [UInt32], ownerCount: Int
  ) -> Bitmap {
    var result = Bitmap(count: ownerCount)
    result.insert(hits.indices().map { owners[Int($0)] })
    return result
  }
}

extension Bitmap {
  /// Moves marks down: marks the elements of each marked owner; `offsets` has `count + 1` entries.
  package func spread(_ offsets: [UInt32]) -> Bitmap {
    var result = Bitmap(count: Int(offsets.last ?? 0))
    result.insert(
      runs().lazy.map { Int(offsets[$0.lowerBound])..<Int(offsets[$0.upperBound]) })
    return result
  }

  /// How many elements of each owner are marked; `offsets` has one entry more than there are
  /// owners.
  package func counts(_ offsets: [UInt32]) -> [UInt64] {
    let owners = offsets.count - 1
    let isFull = populationCount == count
    return [UInt64](unsafeUninitializedCapacity: owners) { target, filled in
      offsets.withUnsafeBufferPointer { offsets in
        for owner in 0..<owners {
          let range = Int(offsets[owner])..<Int(offsets[owner &+ 1])
          target[owner] = UInt64(isFull ? range.count : count(in: range))
        }
      }
      filled = owners
    }
  }

  /// Moves marks up: marks each owner with a marked element; `offsets` has one entry more.
  package func gathered(_ offsets: [UInt32]) -> Bitmap {
    let owners = offsets.count - 1
    let words = [UInt64](unsafeUninitializedCapacity: (owners + 63) / 64) { target, filled in
      offsets.withUnsafeBufferPointer { offsets in
        for first in stride(from: 0, to: owners, by: 64) {
          var word: UInt64 = 0
          for owner in first..<Swift.min(first &+ 64, owners) {
            let range = Int(offsets[owner])..<Int(offsets[owner &+ 1])
            word |= (containsAny(in: range) ? 1 : 0) &<< UInt64(truncatingIfNeeded: owner & 63)
          }
          target[first &>> 6] = word
        }
      }
      filled = (owners + 63) / 64
    }
    return Bitmap(words: words, count: owners)
  }
}
