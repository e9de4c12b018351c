/// The script for bash.
enum BashCompletion {
  static func text() -> String {
    let valued = ArgumentTable.flags.filter { $0.value != .none }
    let parents = ArgumentTable.commands.filter { !$0.name.children.isEmpty }
    return """
      # Completion of traceql for bash; `traceql completions bash` writes it.
      _traceql() {
        local cur=${COMP_WORDS[COMP_CWORD]} flag= command= word i
        COMPREPLY=()
        for ((i = 1; i < COMP_CWORD; i++)); do
          word=${COMP_WORDS[i]}
          case $word in
            \(valued.flatMap(CompletionScript.spellings).joined(separator: "|")))
              # Bash cuts --flag=value into three words.
              [[ ${COMP_WORDS[i + 1]} == '=' ]] && ((i++))
              ((++i < COMP_CWORD)) || flag=$word
              ;;
            -*) ;;
            *)
              case "$command $word" in
      \(parents.flatMap(subcommands).joined(separator: "\n"))
                ' help') ;;
                ' '*) command=$word ;;
              esac
              ;;
          esac
        done
        [[ $cur == '=' ]] && cur=
        if [[ -n $flag ]]; then
          case "$command:$flag" in
      \(valueCases().joined(separator: "\n"))
          esac
          return
        fi
        if [[ $cur == -* ]]; then
          case $command in
      \(flagCases().joined(separator: "\n"))
          esac
          return
        fi
        case $command in
      \(operandCases().joined(separator: "\n"))
        esac
      }
      complete -F _traceql traceql

      """
  }

  private static func subcommands(of command: Command) -> [String] {
    command.name.children.map { "          '\($0.rawValue)') command='\($0.rawValue)' ;;" }
  }

  private static func words(_ words: [String]) -> String {
    "COMPREPLY=($(compgen -W '\(words.joined(separator: " "))' -- \"$cur\"))"
  }

  private static let files = "compopt -o filenames; COMPREPLY=($(compgen -f -- \"$cur\"))"

  /// What may follow a flag: a command's own choices before those of all.
  private static func valueCases() -> [String] {
    var lines: [String] = []
    for command in ArgumentTable.commands {
      for (name, choices) in command.choices.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
        lines.append("      '\(command.name.rawValue):\(name.spelling)') \(words(choices)) ;;")
      }
    }
    for flag in ArgumentTable.flags {
      let pattern = CompletionScript.spellings(flag).map { "*:\($0)" }.joined(separator: "|")
      switch CompletionScript.kind(of: flag.value) {
      case .none, .text: break
      case .path: lines.append("      \(pattern)) \(files) ;;")
      case .choice(let choices): lines.append("      \(pattern)) \(words(choices)) ;;")
      }
    }
    return lines
  }

  private static func flagCases() -> [String] {
    let commands = ArgumentTable.commands.map { command in
      let flags = command.flags.map(ArgumentTable.flag).flatMap(CompletionScript.spellings)
      return "      '\(command.name.rawValue)') \(words(flags)) ;;"
    }
    return commands + ["      '') \(words(["--help", "--version"])) ;;"]
  }

  private static func operandCases() -> [String] {
    let top = CompletionScript.topCommands.map { $0.name.rawValue } + ["help"]
    var lines = ["    '') \(words(top)) ;;"]
    for command in ArgumentTable.commands {
      let below = command.name.children.map(CompletionScript.word)
      let name = command.name.rawValue
      if !below.isEmpty { lines.append("    '\(name)') \(words(below)) ;;") }
      switch command.operandKind {
      case .text: break
      case .files: lines.append("    '\(name)') \(files) ;;")
      case .choice(let choices): lines.append("    '\(name)') \(words(choices)) ;;")
      }
    }
    return lines
  }
}
