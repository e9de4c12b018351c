import CFuzzer

/// `fuzz TARGET [libFuzzer's arguments]`: feeds inputs to one reader until it crashes or time is
/// up.
@main struct Harness {
  static func main() {
    guard CommandLine.arguments.count > 1, let target = Target(rawValue: CommandLine.arguments[1])
    else {
      print("fuzz " + Target.allCases.map(\.rawValue).joined(separator: "|") + " [-help=1]")
      return
    }
    chosen = target
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
    _ = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
      chosen.read(Array(UnsafeBufferPointer(start: data, count: size)))
      return 0
    }
  }
}

/// Set once, before the first input.
nonisolated(unsafe) private var chosen = Target.query
