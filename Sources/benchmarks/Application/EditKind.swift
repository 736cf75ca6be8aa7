/// What a save changes in ``ShopApplication``.
enum EditKind: String, CaseIterable {
  /// The text in the body of a function.
  case body
  /// A new private function, which a body of the same file calls.
  case privateFunction = "private"
  /// A new method of an actor, which nobody calls.
  case method
  /// The signature of a function, and its caller in another file: three files are saved at once.
  case signature
  /// A new stored property of a structure that other files use.
  case stored
  /// A new file, and a body beside it.
  case newFile = "new-file"
  /// The text in the body again as it was two saves before.
  case undo

  /// The files as the edit leaves them, by their path. The server's answer has the token in it afterwards.
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
