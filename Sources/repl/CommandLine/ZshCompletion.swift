/// The script for zsh.
enum ZshCompletion {
  static func text() -> String {
    let top = CompletionScript.topCommands
    return """
      #compdef traceql
      # Completion of traceql for zsh; `traceql completions zsh` writes it.
      _traceql() {
        local context state state_descr line
        typeset -A opt_args
        _arguments -C '1:command:->command' '*::argument:->argument' && return
        case $state in
          command)
            local -a commands=(
      \(top.map { "        " + described($0) }.joined(separator: "\n"))
            )
            _describe -t commands 'traceql command' commands
            ;;
          argument)
            case $line[1] in
      \(top.map(arguments).joined(separator: "\n"))
            esac
            ;;
        esac
      }
      _traceql "$@"

      """
  }

  private static func described(_ command: Command) -> String {
    quoted("\(CompletionScript.word(command.name)):\(escaped(command.summary, ":"))")
  }

  private static func arguments(of command: Command) -> String {
    let name = command.name.rawValue
    let below = command.name.children.map(ArgumentTable.command)
    guard !below.isEmpty else {
      return "        \(name))\n          \(call(command))\n          ;;"
    }
    var lines = [
      "        \(name))", "          if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then",
      "            local -a commands=(",
    ]
    lines += below.map { "              " + described($0) }
    lines += [
      "            )", "            _describe -t commands 'traceql \(name) command' commands",
      "            return", "          fi", "          case $words[2] in",
    ]
    for command in below {
      lines.append("            \(CompletionScript.word(command.name)))")
      lines.append("              shift words; (( CURRENT-- ))")
      lines.append("              \(call(command))")
      lines.append("              ;;")
    }
    lines += ["            *) \(call(command)) ;;", "          esac", "          ;;"]
    return lines.joined(separator: "\n")
  }

  /// `_arguments` with every flag and the operands of a command.
  private static func call(_ command: Command) -> String {
    var specifications: [String] = []
    for flag in command.flags.map(ArgumentTable.flag) {
      let action: String
      switch CompletionScript.kind(of: command.value(of: flag)) {
      case .none: action = ""
      case .text: action = ":" + escaped(flag.value.placeholder ?? "", ":") + ": "
      case .path: action = ":" + (flag.value.placeholder ?? "") + ":_files"
      case .choice(let choices):
        action = ":\(flag.value.placeholder ?? ""):(\(choices.joined(separator: " ")))"
      }
      let repeats = flag.repeats ? "*" : ""
      for spelling in CompletionScript.spellings(flag) {
        let summary = escaped(flag.summary, "[]:")
        specifications.append(quoted("\(repeats)\(spelling)[\(summary)]\(action)"))
      }
    }
    switch command.operandKind {
    case .text: break
    case .files: specifications.append(quoted("*:file:_files"))
    case .choice(let choices):
      specifications.append(quoted("1:\(command.operands):(\(choices.joined(separator: " ")))"))
    }
    return "_arguments " + specifications.joined(separator: " ")
  }

  private static func escaped(_ text: String, _ special: String) -> String {
    text.reduce(into: "") { result, character in
      if special.contains(character) || character == "\\" { result += "\\" }
      result.append(character)
    }
  }

  private static func quoted(_ text: String) -> String {
    "'" + text.replacing("'", with: "'\\''") + "'"
  }
}
