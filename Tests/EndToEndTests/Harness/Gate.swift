import Foundation

/// A FIFO that a source includes: the compiler waits there until the test lets it through, or the build is cancelled.
final class Gate {
  let path: String
  private var writing: Int32 = -1

  init(path: String) throws {
    self.path = path
    guard mkfifo(path, 0o600) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
  }

  /// The line to save.
  var include: String { "#include \"\(path)\"" }

  /// Waits for a reader, which is then blocked.
  func awaitReader() throws {
    try eventually("a compiler at the gate") {
      writing = Foundation.open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
      return writing != -1  // ENXIO until there is a reader
    }
  }

  /// Lets the reader, and all later ones, through with `text`.
  func open(_ text: String = "") throws {
    try Data().write(to: URL(filePath: path + ".open"))
    guard rename(path + ".open", path) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    _ = text.withCString { write(writing, $0, strlen($0)) }
    shut()
  }

  private func shut() {
    if writing != -1 { close(writing) }
    writing = -1
  }

  deinit { shut() }
}
