import Columns
import Storage
import TraceQL

/// `field op literal` over whole lanes.
extension UnitContext {
  /// Spans that pass. For event and link fields: spans with some event or link that passes.
  func spansPassing(_ field: Field, _ test: LiteralTest) throws(StorageError) -> Bitmap {
    if let known = leafResults[test.id] { return known }
    let result: Bitmap
    if field.isOfParent {
      result = try parentsPassing(field, test)
    } else {
      let (lane, marks) = try elementsPassing(field, test)
      result = try spans(marks, of: lane)
    }
    leafResults[test.id] = result
    return result
  }

  /// Elements of the field's own lane that pass.
  func elementsPassing(
    _ field: Field, _ test: LiteralTest
  ) throws(StorageError) -> (lane: TraceLane, marks: Bitmap) {
    switch field {
    case .intrinsic(let intrinsic): return try elementsPassing(intrinsic, test)
    case .attribute(let attribute):
      switch attribute.scope {
      case .span: return (.span, try passing(.span, attribute.name, test))
      case .resource: return (.resource, try passing(.resource, attribute.name, test))
      case .event: return (.event, try passing(.event, attribute.name, test))
      case .link: return (.link, try passing(.link, attribute.name, test))
      case .instrumentation: return (.scope, try passing(.instrumentation, attribute.name, test))
      case .unscoped: return (.span, try passingUnscoped(attribute.name, test))
      case .parent, .parentSpan, .parentResource:
        return (.span, try parentsPassing(field, test))
      }
    }
  }

  /// A span's own attribute hides the resource's of the same name, whatever its value.
  private func passingUnscoped(
    _ name: String, _ test: LiteralTest
  ) throws(StorageError) -> Bitmap {
    var result = try passing(.span, name, test)
    var inherited = try spans(passing(.resource, name, test), of: .resource)
    if !inherited.isEmpty {
      inherited.subtract(try attribute(.span, name).hasKey)
      result.formUnion(inherited)
    }
    return result
  }

  private func parentsPassing(_ field: Field, _ test: LiteralTest) throws(StorageError) -> Bitmap {
    let own = field.withoutParent
    var (lane, marks) = try elementsPassing(own, test)
    marks = try spans(marks, of: lane)
    if let intrinsic = field.parentIntrinsic {
      let (lane, found) = try elementsPassing(intrinsic, test)
      marks.formUnion(try spans(found, of: lane).subtracting(present(own)))
    }
    return try children(of: marks)
  }

  /// Spans whose parent is marked.
  func children(of marks: Bitmap) throws(StorageError) -> Bitmap {
    let parents = try parentSpans()
    var result = Bitmap(count: spanCount)
    for (span, parent) in parents.enumerated() where parent >= 0 && marks[Int(parent)] {
      result[span] = true
    }
    return result
  }

  // MARK: Attributes

  private func passing(
    _ scope: AttributeScope, _ name: String, _ test: LiteralTest
  ) throws(StorageError) -> Bitmap {
    let isNegative = test.op == .notEqual || test.op == .notMatches
    var good = Bitmap(count: try elementCount(of: scope.lane))
    var bad = good
    // Of service.name a string literal sees the column only, any other only what is no string
    // (traceql.md 3.4).
    let isServiceName = scope == .resource && name == "service.name"
    if !(isServiceName && test.text != nil), let list = try AttributeList(self, scope, name) {
      for type in isNegative ? AttributeType.allCases : test.types {
        guard let column = try list.unit.attributeValues(scope, type) else { continue }
        let passing = test.passing(column.values)
        list.mark(passing, attributeOf: column.owners, in: &good)
        if isNegative { list.mark(passing.inverted(), attributeOf: column.owners, in: &bad) }
      }
    }
    for column in try unit.directColumns(scope, name) {
      if isServiceName && test.text == nil { continue }
      let passing = test.passing(column.values)
      good.insert(passing.indices().map { column.owners[Int($0)] })
      if isNegative { bad.insert(passing.inverted().indices().map { column.owners[Int($0)] }) }
    }
    // Negative operators hold for all values of the attribute, or not at all.
    return isNegative ? good.subtracting(bad) : good
  }

  // MARK: nil

  /// Spans for which the field has a value.
  func present(_ field: Field) throws(StorageError) -> Bitmap {
    switch field {
    case .intrinsic(.parent):
      var result = Bitmap(count: spanCount)
      for (span, parent) in try parentSpans().enumerated() where parent >= 0 {
        result[span] = true
      }
      return result
    case .intrinsic(let intrinsic):
      guard field.isOfEvent || field.isOfLink else {
        _ = intrinsic
        return Bitmap(count: spanCount, filled: true)
      }
      let lane: TraceLane = field.isOfEvent ? .event : .link
      return try spans(Bitmap(count: elementCount(of: lane), filled: true), of: lane)
    case .attribute(let attribute):
      if let scope = attribute.scope.storage {
        return try spans(elementsPresent(scope, attribute.name), of: scope.lane)
      }
      if field.isOfParent {
        var marks = try present(field.withoutParent)
        if field.parentIntrinsic != nil { marks = Bitmap(count: spanCount, filled: true) }
        return try children(of: marks)
      }
      let own = try self.attribute(.span, attribute.name)
      let inherited = try spans(elementsPresent(.resource, attribute.name), of: .resource)
      return own.withValue.union(inherited.subtracting(own.hasKey))
    }
  }

  /// Elements of the scope's lane that have a usable value.
  func elementsPresent(_ scope: AttributeScope, _ name: String) throws(StorageError) -> Bitmap {
    try attribute(scope, name).withValue
  }
}

extension Attribute.Scope {
  /// The place in storage, for scopes that are one place.
  var storage: AttributeScope? {
    switch self {
    case .span: .span
    case .resource: .resource
    case .event: .event
    case .link: .link
    case .instrumentation: .instrumentation
    case .unscoped, .parent, .parentSpan, .parentResource: nil
    }
  }
}
