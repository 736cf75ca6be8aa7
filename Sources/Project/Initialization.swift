internal import Posix
internal import Settings
internal import SwiftPM

/// Writes a documented `.reload.toml` into a directory, by default the package's. It suggests values from the
/// package, or contains the translation of the `.air.toml` at `source`. `write` is called with the messages
/// for the user. Throws ``UsageFailure``, for example if the file exists, or the error of the system.
package func initialize(in directory: String?, from source: String?, write: (String) -> Void) throws {
  let directory = directory ?? initializedDirectory
  let path = "\(directory)/.reload.toml"
  guard FileSystem.isDirectory(directory) else { throw UsageFailure("'\(directory)' is not a directory") }
  guard !FileSystem.exists(path) else {
    throw UsageFailure(
      "\(path) already exists; remove it first, or edit it ('hotreload config' shows its settings)")
  }
  if let source {
    let bytes: [UInt8]
    do throws(SystemError) { bytes = try FileSystem.read(source) } catch {
      throw UsageFailure("cannot read \(source): \(error.reason)")
    }
    let translation = try AirTranslation(toml: bytes, path: source)
    try FileSystem.write(translation.text, to: path)
    return write("wrote \(path)\n" + translation.notes.map { "\(source):\($0)\n" }.joined())
  }
  let suggestions = Suggestions(directory: directory, package: describe(directory))
  try FileSystem.write(Settings.example(suggestions.head, suggestions.lines), to: path)
  write("wrote \(path) with every setting as a comment\n")
}

/// The directory for the files of `hotreload init`: the package's, or the working directory.
package var initializedDirectory: String {
  let root = nearestDirectory(from: CurrentProcess.directory, with: "Package.swift")
  return (root == CurrentProcess.directory ? nil : root) ?? "."
}

/// Returns the description of the package in a directory; `nil` if there is none or it cannot be read.
private func describe(_ directory: String) -> PackageDescription? {
  guard FileSystem.exists("\(directory)/Package.swift"), let root = FileSystem.realPath(directory) else {
    return nil
  }
  let command = SwiftPM(root: root, configuration: nil, arguments: []).describe
  return (try? command.output()).flatMap { try? PackageDescription(json: $0) }
}

/// The suggestions in a `.reload.toml` for a package.
private struct Suggestions {
  var head = ""
  /// The lines that replace those of settings, by key.
  var lines: [String: String] = [:]
  private static let frameworks = [
    "hummingbird": "Hummingbird", "vapor": "Vapor", "flyingfox": "FlyingFox", "grpc-swift": "gRPC",
    "grpc-swift-2": "gRPC", "swift-nio": "SwiftNIO",
  ]

  init(directory: String, package: PackageDescription?) {
    let files = [".env", "Public", "public", "Resources", "templates"].filter {
      FileSystem.exists("\(directory)/\($0)")
    }
    if files.contains(".env") { lines[Setting.environmentFiles.key] = "# env-files = [\".env\"]" }
    let served = files.filter { $0 != ".env" }
    if !served.isEmpty {
      lines[Setting.restartOn.key] = "# restart-on = \(SettingValue.strings(served).toml)"
    }
    guard let package else { return }
    let names = package.products.filter(\.isExecutable).map(\.name).sorted()
    let identities = Set(package.dependencies.compactMap(\.identity))
    // The order matters, because Hummingbird, for example, depends on SwiftNIO.
    let framework = ["vapor", "hummingbird", "flyingfox", "grpc-swift-2", "grpc-swift", "swift-nio"]
      .first(where: identities.contains).flatMap { Self.frameworks[$0] }
    let server = framework.map { ", built on \($0)" } ?? ""
    head =
      "# For a package with \(names.isEmpty ? "no executable product" : names.joined(separator: ", "))\(server).\n"
    if let first = names.first {
      let others = names.dropFirst().map { SettingValue.quoted($0) }.joined(separator: ", ")
      lines[Setting.product.key] =
        "# product = \(SettingValue.quoted(first))" + (others.isEmpty ? "" : "  # or \(others)")
    }
  }
}
