/// What is executed.
package struct Program {
  package let path: String
  package let arguments: [String]
  /// It is a shell that may have started the server as its child: signals go to the whole group.
  package var isShell = false
  /// Of a shell: its text for when there are more arguments.
  package var textWithArguments: String?
  /// It may start the server as its child: the library is passed on to what it starts, until one of them listens.
  package var isLauncher = false

  package init(path: String, arguments: [String]) {
    self.path = path
    self.arguments = arguments
  }

  /// With more arguments at the end.
  func arguments(with more: [String]) -> [String] {
    var arguments = arguments
    if !more.isEmpty, let textWithArguments { arguments[2] = textWithArguments }
    return arguments + more
  }
}
