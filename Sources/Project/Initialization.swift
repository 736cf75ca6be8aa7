internal import Posix
internal import Settings
internal import SwiftPM

/// Writes a documented `.reload.toml` into a directory, by default the package's, with what the package has to choose
/// from, or one with what an `.air.toml` says. `write` gets what the user reads. Throws ``UsageFailure``, also where there
/// is one already, and what the system refuses.
package func initialize(in directory: String?, from source: String?, write: (String) -> Void) throws {
  let root = nearestDirectory(from: CurrentProcess.directory, with: "Package.swift")
  let directory = directory ?? (root == CurrentProcess.directory ? nil : root) ?? "."
  let path = "\(directory)/.reload.toml"
  guard FileSystem.isDirectory(directory) else { throw UsageFailure("'\(directory)' is not a directory") }
  guard !FileSystem.exists(path) else {
    throw UsageFailure(
      "\(path) is there already; remove it first, or change it ('hotreload config' shows what it says)")
  }
  if let source {
    let bytes: [UInt8]
    do throws(SystemError) { bytes = try FileSystem.read(source) } catch {
      throw UsageFailure("cannot read \(source): \(error.reason)")
    }
    let translation = try AirTranslation(toml: bytes, path: source)
    try FileSystem.write(translation.text, to: path)
    return write("\(path) is written\n" + translation.notes.map { "\(source):\($0)\n" }.joined())
  }
  let suggestions = Suggestions(directory: directory, package: describe(directory))
  try FileSystem.write(Settings.example(suggestions.head, suggestions.lines), to: path)
  write("\(path) is written; every setting is in it as a comment\n")
}

/// What SwiftPM says of the package there; nil where there is none, or none that it can read.
private func describe(_ directory: String) -> PackageDescription? {
  guard FileSystem.exists("\(directory)/Package.swift"), let root = FileSystem.realPath(directory) else {
    return nil
  }
  let command = SwiftPM(root: root, configuration: nil, arguments: []).describe
  return (try? command.output()).flatMap { try? PackageDescription(json: $0) }
}

/// What a `.reload.toml` for a package at hand begins with.
private struct Suggestions {
  var head = ""
  /// In place of the line of a setting.
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
      lines[Setting.restartOn.key] = "# restart = \(SettingValue.strings(served).toml)"
    }
    guard let package else { return }
    let names = package.products.filter(\.isExecutable).map(\.name).sorted()
    let identities = Set(package.dependencies.compactMap(\.identity))
    // The first of them that is there, since Hummingbird, say, brings SwiftNIO.
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
