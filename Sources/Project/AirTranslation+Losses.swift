internal import Settings
internal import TOML

// The values that are not translated, or replaced by another key.
extension AirTranslation {
  /// Returns whether a build command is not needed: `swift build` is the default, and `go build` builds
  /// nothing here.
  static func isNotWanted(_ command: String) -> Bool {
    command.isEmpty
      || ["go build", "swift build"].contains(where: command.hasPrefix)
        && !command.contains { "&|;".contains($0) }
  }

  /// Returns the precedence of the keys that name the program to start. Air uses the one with the highest.
  static func precedence(of key: String) -> Int {
    ["build.bin", "build.entrypoint", "build.full_bin"].firstIndex(of: key) ?? 0
  }

  /// Returns why a value is not translated; `nil` if nothing is lost.
  static func reasonForLoss(_ key: String, _ content: Value.Content) -> String? {
    switch content {
    case .string(let text) where text.isEmpty: nil
    case .array(let values) where values.isEmpty: nil
    case .integer(0): nil
    case .boolean where key == "proxy.enabled": nil
    case .string(let text) where Duration(written: text) == .zero: nil
    case .string(let text) where key == "build.cmd" && text.hasPrefix("swift"):
      "a Swift package needs no command, and builds faster without one; its options go to 'build.arguments'"
    case .string where key == "build.cmd":
      "'go build' does not build a Swift package, so its program is not started; without a command hotreload builds "
        + "and runs the package"
    default: "unexpected value; it is not translated"
    }
  }
}
