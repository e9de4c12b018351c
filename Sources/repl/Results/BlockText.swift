import Storage

/// What stands above the tables of `blocks show`.
enum BlockText {
  static func heading(
    _ block: Block, _ layout: BlockLayout, _ zone: CivilTime.Zone
  ) -> [String] {
    let metadata = block.metadata
    var facts: [(String, String)] = [
      ("Block", metadata.blockID.isEmpty ? block.name : metadata.blockID)
    ]
    if !metadata.tenant.isEmpty { facts.append(("Tenant", metadata.tenant)) }
    facts.append(("Place", block.location))
    let level =
      metadata.compactionLevel > 0 ? ", compacted \(metadata.compactionLevel) times" : ""
    facts.append(("Version", metadata.format + level))
    facts.append(("Written by", layout.createdBy.joined(separator: ", ")))
    if let range = metadata.timeRange {
      let ends = [range.lowerBound, range.upperBound].map {
        CivilTime(unixNanoseconds: $0, zone: zone).readable
      }
      facts.append(("Time", ends.joined(separator: " to ") + (zone == .utc ? " UTC" : "")))
    }
    let rows = layout.rowGroups.reduce(0) { $0 + $1.rowCount }
    facts.append(
      (
        "Traces",
        "\(NumberText.grouped(rows)) in \(NumberText.counted(layout.rowGroups.count, "row group"))"
      ))
    let stored = layout.rowGroups.reduce(0) { $0 + $1.compressedBytes }
    let raw = layout.rowGroups.reduce(0) { $0 + $1.uncompressedBytes }
    let ratio = NumberText.fixed(Double(raw) / Double(max(1, stored)), places: 1)
    facts.append(
      (
        "Size",
        "\(NumberText.bytes(layout.fileBytes)): pages \(NumberText.bytes(stored)) "
          + "(raw \(NumberText.bytes(raw)), \(ratio) times as much), "
          + "footer \(NumberText.bytes(layout.footerBytes))"
      ))
    let beside = layout.objects.filter { !$0.name.hasPrefix("bloom-") }
      .map { "\($0.name) \(NumberText.bytes($0.byteCount))" }
    let blooms = layout.objects.filter { $0.name.hasPrefix("bloom-") }
    let bloomBytes = blooms.reduce(0) { $0 + $1.byteCount }
    let shards =
      blooms.isEmpty
      ? [] : ["bloom \(NumberText.counted(blooms.count, "shard")) \(NumberText.bytes(bloomBytes))"]
    let others = (shards + beside).joined(separator: " · ")
    if !others.isEmpty { facts.append(("Beside it", others)) }
    let dedicated = layout.columns.filter(\.isDedicated).compactMap { column in
      column.attribute.map { name in
        let leaf = column.name.split(separator: ".").last.map(String.init) ?? ""
        return "\(name) (\(leaf))"
      }
    }
    if !dedicated.isEmpty { facts.append(("Dedicated", dedicated.joined(separator: ", "))) }
    return facts.flatMap { title, text in
      DisplayWidth.wrapped(text, to: 86).enumerated().map { index, line in
        DisplayWidth.padded(index == 0 ? title : "", to: 12) + line
      }
    }
  }
}
