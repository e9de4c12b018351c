import Testing

/// The rules over every file there is.
@Suite struct TreeTests {
  @Test func findsTheSources() {
    #expect(SourceTree.sources.contains { $0.path == "Sources/Columns/Bitmap.swift" })
    #expect(SourceTree.tests.contains { $0.path == "Tests/TidyTests/TreeTests.swift" })
    #expect(SourceTree.textFiles.contains { $0.path == "Makefile" })
  }

  @Test(arguments: SourceTree.swiftFiles)
  func fitsOnAFewScreens(_ file: SourceFile) {
    #expect(Rules.size(file) == [])
  }

  @Test(arguments: SourceTree.sources)
  func importsOnlyWhatLiesBelow(_ file: SourceFile) {
    #expect(Rules.imports(file) == [])
  }

  @Test(arguments: SourceTree.swiftFiles)
  func leavesNoMarks(_ file: SourceFile) {
    #expect(Rules.marks(file) == [])
  }

  @Test(arguments: SourceTree.swiftFiles)
  func hasAName(_ file: SourceFile) {
    #expect(Rules.names(file) == [])
  }

  @Test(arguments: SourceTree.tests)
  func everyTestCanFail(_ file: SourceFile) {
    #expect(Rules.expectations(file) == [])
  }

  @Test func namesNoMachine() {
    #expect(SourceTree.textFiles.flatMap(Rules.machine) == [])
  }

  @Test func theModuleTableIsThePackage() throws {
    let manifest = try #require(SourceTree.file("Package.swift"))
    let text = manifest.lines.joined(separator: "\n")
    #expect(ModuleTable.read(manifest: text) == ModuleTable.dependencies)
  }

  /// The fuzzers' package builds modules of its own from the same sources.
  @Test func theFuzzersBuildTheModulesAsThePackageDoes() throws {
    let manifest = try #require(SourceTree.file("Tests/Fuzz/Package.swift"))
    let fuzzed = ModuleTable.read(manifest: manifest.lines.joined(separator: "\n"))
    #expect(fuzzed.count > 5)
    for (module, dependencies) in fuzzed {
      #expect(dependencies == ModuleTable.dependencies[module], "\(module)")
    }
  }

  @Test func eachCLibraryHasOneImporter() {
    let ours = ModuleTable.dependencies
    for library in Set(ours.values.joined()).filter({ ours[$0] == nil }) {
      #expect(ours.filter { $0.value.contains(library) }.count == 1, "\(library)")
    }
  }

  @Test func unsafeCodeHasAnAddress() {
    let found = SourceTree.sources.filter(Rules.isUnsafe).map(\.path)
    #expect(
      Set(found).subtracting(UnsafeFiles.pinned) == [], "new unsafe code: pin it or go without")
    #expect(UnsafeFiles.pinned.subtracting(found) == [], "no longer unsafe: strike it off the list")
  }
}
