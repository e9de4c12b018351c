/// Turns the flattened schema into leaves with their levels and normalised names.
struct SchemaTree {
  private let elements: [SchemaElement]
  private let nestingMax: Int
  private var next = 1
  private(set) var leaves: [Leaf] = []

  /// The way from the root to the node that is being visited.
  private struct Trail {
    var path: [String] = []
    var names: [String] = []
    var definition = 0
    var repeatedDefinitions: [Int] = []
    /// Whether the parent was a `list` or `key_value` group that left no name.
    var isInsideList = false
    var isInsideKeyValue = false
    var nesting = Leaf.Nesting()
    /// What the parent is annotated as.
    var annotation = LeafAnnotation()
  }

  init(_ elements: [SchemaElement], nestingMax: Int) throws(DecodingFailure) {
    self.elements = elements
    self.nestingMax = nestingMax
    guard let root = elements.first else { throw .malformed("the schema is empty") }
    for _ in 0..<root.childCount { try visit(Trail()) }
    guard next == elements.count else { throw .malformed("schema elements outside the tree") }
  }

  private mutating func visit(_ parent: Trail) throws(DecodingFailure) {
    guard next < elements.count else { throw .malformed("the schema tree is cut off") }
    guard parent.path.count < nestingMax else { throw .limit("schema nested too deeply") }
    let element = elements[next]
    next += 1

    var trail = parent
    trail.path.append(element.name)
    if element.repetition != .required { trail.definition += 1 }
    if element.repetition == .repeated { trail.repeatedDefinitions.append(trail.definition) }

    let isGroup = element.physicalType == nil
    let isRepeatedGroup = isGroup && element.repetition == .repeated
    trail.isInsideList = isRepeatedGroup && element.name == "list"
    trail.isInsideKeyValue = isRepeatedGroup && element.name == "key_value"
    if element.repetition == .repeated {
      trail.nesting.add(isGroup ? element.name : nil, in: parent.annotation)
    }
    trail.annotation = element.annotation
    let isSilent =
      trail.isInsideList || trail.isInsideKeyValue
      || (parent.isInsideList && element.name == "element")
      || (parent.isInsideKeyValue && element.name == "value")
    if !isSilent { trail.names.append(element.name) }

    if isGroup {
      for _ in 0..<element.childCount { try visit(trail) }
    } else {
      try addLeaf(element, trail)
    }
  }

  private mutating func addLeaf(
    _ element: SchemaElement, _ trail: Trail
  ) throws(DecodingFailure) {
    guard let number = element.physicalType, let type = Leaf.PhysicalType(rawValue: number) else {
      throw .unsupported("unknown physical type of a column")
    }
    guard element.childCount == 0 else { throw .malformed("a column with children") }
    leaves.append(
      Leaf(
        index: leaves.count, path: trail.path, name: trail.names.joined(separator: "."),
        physicalType: type, annotation: element.annotation, maxDefinition: trail.definition,
        maxRepetition: trail.repeatedDefinitions.count,
        repeatedDefinitions: trail.repeatedDefinitions,
        fixedByteCount: element.fixedByteCount, nesting: trail.nesting))
  }
}

extension Leaf.Nesting {
  /// Counts something repeated; `name`: of a group.
  fileprivate mutating func add(_ name: String?, in parent: LeafAnnotation) {
    func parentIs(_ meaning: LeafAnnotation.Meaning) -> Bool {
      (parent.logical ?? parent.converted) == meaning
    }
    switch name {
    case "list": if parentIs(.list) { lists += 1 } else { bare += 1 }
    case "key_value": if parentIs(.map) { maps += 1 } else { bare += 1 }
    default: plain += 1
    }
  }
}
