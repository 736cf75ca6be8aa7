internal import FastPathPlan
internal import Posix

/// The answers of the compiler driver, on disk. A question takes a tenth of a second, and the answer stays
/// the same as long as the question, the sources and the compiler do.
struct DriverAnswers {
  private let directory: String
  private let compiler: FileSystem.Identity?

  /// Uses the answers in an overlay for this compiler.
  init(_ overlay: Overlay, compiler: String) {
    directory = overlay.answers
    self.compiler = FileSystem.realPath(compiler).flatMap { FileSystem.identity($0) }
  }

  /// Returns the answer to a question; `nil` if it was not asked yet.
  func answer(to question: [String]) -> [String]? {
    guard let bytes = try? FileSystem.read(path(question)) else { return nil }
    return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Stores an answer.
  func keep(_ lines: [String], to question: [String]) {
    try? FileSystem.makeDirectories(directory)
    let path = path(question)
    try? FileSystem.write(lines.joined(separator: "\0"), to: path + ".new")
    try? FileSystem.move(path + ".new", to: path)
  }

  private func path(_ question: [String]) -> String {
    let compiler = compiler.map { "\($0.inode) \($0.size) \($0.modified)" } ?? ""
    return "\(directory)/\(String(fnv1a((question + [compiler]).joined(separator: "\0").utf8), radix: 16))"
  }
}
