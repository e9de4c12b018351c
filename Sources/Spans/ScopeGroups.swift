/// The spans of a trace by resource and scope: room that is used again for the next trace.
struct ScopeGroups {
  /// Spans of one scope of one resource.
  struct Group {
    var resource: UInt32
    var scope: UInt32
    /// Which of the trace's resources that is, in the order of their first spans.
    var resourceOrder: Int
    /// In `spans`; until they are in order, as many as there are.
    var range: Range<Int>
  }

  /// Groups of a resource stand together; resources, and scopes in them, by their first spans.
  private(set) var ordered: [Group] = []
  private(set) var spans: [UInt32] = []
  private var groupOfMember: [Int] = []
  private var groups: [Group] = []
  private var resources: [UInt32] = []
  private var known: [UInt64: Int] = [:]
  private var knownResources: [UInt32: Int] = [:]

  /// So few spans are compared with each group; more are looked up.
  private static let comparedMax = 64

  mutating func divide(
    _ members: ArraySlice<UInt32>, _ resourceOfSpan: [UInt32], _ scopeOfSpan: [UInt32]
  ) {
    groups.removeAll(keepingCapacity: true)
    resources.removeAll(keepingCapacity: true)
    groupOfMember.removeAll(keepingCapacity: true)
    let isLarge = members.count > Self.comparedMax
    if isLarge {
      known.removeAll(keepingCapacity: true)
      knownResources.removeAll(keepingCapacity: true)
    }
    var last = -1
    for span in members {
      let (resource, scope) = (resourceOfSpan[Int(span)], scopeOfSpan[Int(span)])
      if last < 0 || groups[last].resource != resource || groups[last].scope != scope {
        last = isLarge ? lookUp(resource, scope) : compare(resource, scope)
      }
      groupOfMember.append(last)
      groups[last].range = 0..<groups[last].range.count + 1
    }
    putInOrder(members)
  }

  private mutating func compare(_ resource: UInt32, _ scope: UInt32) -> Int {
    for (number, group) in groups.enumerated()
    where group.resource == resource && group.scope == scope { return number }
    let order = resources.firstIndex(of: resource) ?? resources.count
    return add(resource, scope, order)
  }

  private mutating func lookUp(_ resource: UInt32, _ scope: UInt32) -> Int {
    let key = UInt64(resource) << 32 | UInt64(scope)
    if let number = known[key] { return number }
    let order = knownResources[resource] ?? resources.count
    knownResources[resource] = order
    known[key] = groups.count
    return add(resource, scope, order)
  }

  private mutating func add(_ resource: UInt32, _ scope: UInt32, _ order: Int) -> Int {
    if order == resources.count { resources.append(resource) }
    groups.append(Group(resource: resource, scope: scope, resourceOrder: order, range: 0..<0))
    return groups.count - 1
  }

  private mutating func putInOrder(_ members: ArraySlice<UInt32>) {
    if groups.count == 1 {
      ordered = groups
      spans.removeAll(keepingCapacity: true)
      spans.append(contentsOf: members)
      return
    }
    let order = groups.indices.sorted { a, b in
      (groups[a].resourceOrder, a) < (groups[b].resourceOrder, b)
    }
    ordered.removeAll(keepingCapacity: true)
    var start = 0
    for number in order {
      let count = groups[number].range.count
      groups[number].range = start..<start + count
      ordered.append(groups[number])
      start += count
    }
    spans.removeAll(keepingCapacity: true)
    spans.append(contentsOf: repeatElement(0, count: members.count))
    for (member, group) in zip(members, groupOfMember) {
      let place = groups[group].range.lowerBound
      spans[place] = member
      groups[group].range = place + 1..<groups[group].range.upperBound
    }
  }
}
