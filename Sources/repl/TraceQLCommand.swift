@main
struct TraceQLCommand {
  static func main() {
    print(HelpText.program())
  }
}
