import CFuzzer
import Glibc

/// `FUZZ_TARGET=… fuzz [libFuzzer's arguments]`: feeds inputs to one reader until it crashes or
/// time is up. The target is no argument: those are libFuzzer's.
@main struct Harness {
  static func main() {
    guard let name = getenv("FUZZ_TARGET"), let target = Target(rawValue: String(cString: name))
    else {
      print("FUZZ_TARGET is one of " + Target.allCases.map(\.rawValue).joined(separator: ", "))
      exit(2)
    }
    chosen = target
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
    let code = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
      chosen.read(Array(UnsafeBufferPointer(start: data, count: size)))
      return 0
    }
    exit(code)
  }
}

/// Set once, before the first input.
nonisolated(unsafe) private var chosen = Target.query
