/// The change that a save makes to ``ShopApplication``.
enum EditKind: String, CaseIterable {
  /// Changes a text in the body of a function.
  case body
  /// Adds a private function, and a call in a body of the same file.
  case privateFunction = "private"
  /// Adds a method of an actor, without a call.
  case method
  /// Changes the signature of a function, and its caller in another file. Three files are saved at once.
  case signature
  /// Adds a stored property to a structure that other files use.
  case stored
  /// Adds a file, and changes a body in another one.
  case newFile = "new-file"
  /// Restores the text of a body that it had two saves before.
  case undo

  /// Returns the contents of the changed files, by path. The server's answer then contains the token.
  func files(of application: ShopApplication, token: String) -> [String: String] {
    var store = Store(number: 7)
    store.ending = token
    var files: [String: String] = [:]
    switch self {
    case .body, .undo: break
    case .privateFunction: store.privateNote = "n\(token)"
    case .method: store.method = "count\(token)"
    case .stored: store.property = "field\(token)"
    case .newFile:
      files["\(application.sources)/New\(token).swift"] = "func new\(token)() -> Int { 1 }\n"
    case .signature:
      store.hasSuffix = true
      files[application.front(7)] = application.report(7, suffix: token)
      var other = Store(number: 8)
      other.ending = token
      files[application.orders(8)] = other.text
    }
    files[application.orders(7)] = store.text
    return files
  }
}
