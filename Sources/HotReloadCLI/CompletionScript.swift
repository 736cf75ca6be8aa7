/// The scripts of `hotreload --generate-completion-script <shell>`, whose name is that of ArgumentParser.
enum CompletionScript {
  static let shells = ["bash", "zsh", "fish"]

  /// Returns the script for a shell; `nil` if the shell is not supported.
  static func text(for shell: String) -> String? {
    switch shell {
    case "bash": bash
    case "zsh": zsh
    case "fish": fish
    default: nil
    }
  }

  /// An option in one of its spellings.
  private struct Option {
    let name: String
    let takesValue: Bool
    let choices: [String]
    let help: String

    /// The possible values, separated by spaces.
    var words: String { choices.joined(separator: " ") }
  }

  /// Returns all options of a command in all spellings.
  private static func options(of command: Subcommand) -> [Option] {
    (command.options + [.help]).flatMap { option in
      option.names.flatMap { $0.split(separator: "/") }.map {
        Option(
          name: String($0), takesValue: option.placeholder != nil, choices: option.choices, help: option.help)
      }
    }
  }

  private static var names: String { (Subcommand.all.map(\.name) + ["help"]).joined(separator: " ") }

  private static var bash: String {
    let cases = Subcommand.all.map { command in
      let options = options(of: command)
      let withValue = options.filter(\.takesValue).map(\.name).joined(separator: "|")
      let withChoices = options.filter { !$0.choices.isEmpty }.map { option in
        "      case $previous in \(option.name)) COMPREPLY=($(compgen -W \"\(option.words)\" -- \"$current\")); return ;; esac\n"
      }
      return """
            \(command.name))
        \(withChoices.joined())      case $previous in \(withValue)) COMPREPLY=($(compgen -f -- "$current")); return ;; esac
              COMPREPLY=($(compgen -W "\(options.map(\.name).joined(separator: " "))" -- "$current")) ;;

        """
    }
    return """
      # hotreload --generate-completion-script bash > ~/.local/share/bash-completion/completions/hotreload
      _hotreload() {
        local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
        if ((COMP_CWORD == 1)); then
          COMPREPLY=($(compgen -W "\(names) --help --version" -- "$current"))
          return
        fi
        case ${COMP_WORDS[1]} in
          help) COMPREPLY=($(compgen -W "\(names) \(ManualPage.option)" -- "$current")) ;;
      \(cases.joined())  esac
      }
      complete -o default -F _hotreload hotreload

      """
  }

  /// Returns the specification of an option's value for `_arguments` of zsh.
  private static func zshValue(_ option: Option) -> String {
    if !option.choices.isEmpty { return ":value:(\(option.words))" }
    return option.takesValue ? ":value:_files" : ""
  }

  private static var zsh: String {
    let cases = Subcommand.all.map { command in
      let lines = options(of: command).map { option in
        let help = option.help.replacing("'", with: "’").replacing("[", with: "(").replacing("]", with: ")")
          .replacing(":", with: "\\:")
        return "        '*\(option.name)[\(help)]\(Self.zshValue(option))' \\\n"
      }
      return "    \(command.name))\n      _arguments \\\n\(lines.joined())        '*::argument:_files' ;;\n"
    }
    return """
      #compdef hotreload
      # hotreload --generate-completion-script zsh > a directory of $fpath/_hotreload
      _hotreload() {
        if ((CURRENT == 2)); then
          compadd \(names) --help --version
          return
        fi
        local command=$words[2]
        shift words
        ((CURRENT--))
        case $command in
          help) compadd \(names) \(ManualPage.option) ;;
      \(cases.joined())  esac
      }
      _hotreload "$@"

      """
  }

  /// Returns the options of `complete` of fish for an option's value.
  private static func fishValue(_ option: Option) -> String {
    if !option.choices.isEmpty { return " -x -a '\(option.words)'" }
    return option.takesValue ? " -r" : " -f"
  }

  private static var fish: String {
    var lines = [
      "# hotreload --generate-completion-script fish > ~/.config/fish/completions/hotreload.fish",
      "complete -c hotreload -n __fish_use_subcommand -f -l version -d 'Show the version.'",
      "complete -c hotreload -n '__fish_seen_subcommand_from help' -f -l man -d 'Print the manual page.'",
    ]
    for command in Subcommand.all {
      lines.append(
        "complete -c hotreload -n __fish_use_subcommand -f -a \(command.name) -d '\(command.abstract)'")
      for option in options(of: command) {
        let dashes = option.name.prefix { $0 == "-" }.count
        let kind = dashes == 1 ? "-s" : "-l"
        let help = option.help.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
        lines.append(
          "complete -c hotreload -n '__fish_seen_subcommand_from \(command.name)' \(kind) "
            + "\(option.name.dropFirst(dashes))\(fishValue(option)) -d '\(help)'")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
