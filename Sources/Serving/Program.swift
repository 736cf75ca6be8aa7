/// A program to execute.
package struct Program {
  package let path: String
  package let arguments: [String]
  /// Whether it is a shell that may have started the server as its child. Signals then go to the whole
  /// process group.
  package var isShell = false
  /// The text of a shell command that takes more arguments; `nil` if there is none.
  package var textWithArguments: String?
  /// Whether it may start the server as its child. The interposer is then passed on to its children, until
  /// one of them listens.
  package var isLauncher = false

  package init(path: String, arguments: [String]) {
    self.path = path
    self.arguments = arguments
  }

  /// Returns the arguments, followed by `more`.
  func arguments(with more: [String]) -> [String] {
    var arguments = arguments
    if !more.isEmpty, let textWithArguments { arguments[2] = textWithArguments }
    return arguments + more
  }
}
