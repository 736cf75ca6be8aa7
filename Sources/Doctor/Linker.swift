internal import Posix

/// The linker of the fast path, lld, which is beside the compiler.
struct Linker: Equatable {
  /// The path where it should be.
  var path: String
  /// The first line of `ld.lld --version`; `nil` if it does not run.
  var version: String?

  /// The finding about it.
  var finding: Finding {
    if let version { return .ok(.linker, "\(version) (\(path))") }
    return .warning(
      .linker,
      "\(path) does not run, and the fast path links with it: every save is built by swift build, which takes longer",
      advice: "install a toolchain that contains lld")
  }
}

extension Linker {
  /// Runs the linker in the directory of the compilers.
  static func read(in directory: String) -> Linker {
    let path = directory + "/ld.lld"
    return Linker(path: path, version: Tool.output([path, "--version"]).flatMap(shortVersion))
  }

  /// Returns the name and the number, such as `LLD 21.1.6`, from the output of `ld.lld --version`.
  static func shortVersion(_ output: String) -> String? {
    let words = output.split(whereSeparator: \.isWhitespace).prefix(2)
    return words.count == 2 ? words.joined(separator: " ") : nil
  }
}
