internal import FoundationEssentials
internal import Posix

/// The Swift toolchain that `swift build` would use.
struct Toolchain: Equatable {
  /// Whether the project is built by `swift build`.
  enum Need {
    case needed, notNeeded
    /// There is no project.
    case unknown
  }

  /// The path of `swift` as `PATH` leads to it; `nil` if there is none.
  var path: String?
  /// The version, such as `6.3.1`; `nil` if `swift` does not tell it.
  var version: String?
  /// The directory of the compilers and the linker; `nil` if `swift` does not tell it.
  var directory: String?

  /// The oldest version for which hotreload is written.
  private static let oldest = [6, 1]

  /// Returns the finding about the version.
  func finding(_ need: Need) -> Finding {
    guard let path else {
      let text = "there is no 'swift' on PATH"
      let advice = "install a Swift toolchain (swift.org/install), or put its bin directory on PATH"
      switch need {
      case .needed: return .problem(.toolchain, text, advice: advice)
      case .unknown: return .warning(.toolchain, text, advice: advice)
      case .notNeeded: return .ok(.toolchain, "\(text), and this project needs none")
      }
    }
    guard let version else {
      let text = "'\(path) -print-target-info' does not work"
      let advice = "run it to see why; with swiftly, 'swiftly use' selects a toolchain"
      return need == .notNeeded
        ? .ok(.toolchain, "\(text), and this project needs no Swift")
        : .problem(.toolchain, text, advice: advice)
    }
    let numbers = version.split(separator: ".").compactMap { Int($0) }
    if numbers.lexicographicallyPrecedes(Self.oldest) {
      return .warning(
        .toolchain, "Swift \(version) (\(path)) is older than 6.1, for which hotreload is written",
        advice: "update the toolchain (swift.org/install)")
    }
    return .ok(.toolchain, "Swift \(version) (\(path))")
  }
}

extension Toolchain {
  /// Creates the toolchain from the output of `swift -print-target-info`; `nil` if there is none.
  init(path: String?, targetInfo: String?) {
    struct Info: Decodable {
      struct Paths: Decodable { let runtimeResourcePath: String }
      let compilerVersion: String
      let paths: Paths
    }
    self.path = path
    // Something else on standard error may come before the object.
    guard let text = targetInfo, let start = text.firstIndex(of: "{"),
      let info = try? JSONDecoder().decode(Info.self, from: Data(text[start...].utf8))
    else { return }
    version = info.compilerVersion.firstMatch(of: #/Swift version (\d+(?:\.\d+)+)/#).map { String($0.1) }
    // The resources are in `usr/lib/swift`, and the compilers in `usr/bin`.
    directory = info.paths.runtimeResourcePath.parentPath.parentPath + "/bin"
  }

  /// Asks the `swift` on `PATH`. In the directory of the project, because swiftly's `swift` follows the file
  /// `.swift-version` there.
  static func read(in directory: String) -> Toolchain {
    let path = CurrentProcess.find("swift")
    return Toolchain(
      path: path,
      targetInfo: path.flatMap { Tool.output([$0, "-print-target-info"], in: directory) })
  }
}
