/// The description of a build by Swift Build, the default build system of SwiftPM 6.4. It consists of
/// `.build/out/Intermediates.noindex/XCBuildData/<signature>.xcbuilddata` and SwiftPM's
/// `.build/manifest.pif`.
package struct SwiftBuildDescription: Sendable {
  /// The commands of the build.
  package let manifest: BuildManifest
  /// The command lines of the compiler driver.
  let commands: SwiftBuildCommands
  /// The directories of the targets.
  let directories: [String]

  /// Reads `manifest.json`, `task-store.msgpack` and `manifest.pif`. Throws ``FallbackReason`` for a structure that
  /// Swift 6.3 does not write.
  package init(manifest: [UInt8], tasks: [UInt8], projects: [UInt8]) throws(FallbackReason) {
    self.manifest = try BuildManifest(json: manifest)
    commands = try SwiftBuildCommands(tasks)
    directories = try Self.directories(projects)
  }

  /// Returns the paths of the source groups with an absolute path. Each is the directory of a target.
  private static func directories(_ projects: [UInt8]) throws(FallbackReason) -> [String] {
    var found: Set<String> = []
    var reader = JSONReader(projects, name: "SwiftPM's manifest.pif")
    try reader.array { reader throws(FallbackReason) in
      try reader.member("contents") { reader throws(FallbackReason) in
        try reader.member("groupTree") { reader throws(FallbackReason) in
          try reader.member("children") { reader throws(FallbackReason) in
            try reader.array { reader throws(FallbackReason) in
              if let directory = try directory(&reader) { found.insert(directory) }
            }
          }
        }
      }
    }
    return found.sorted()
  }

  /// Returns the directory of a group; `nil` if it is not such a group.
  private static func directory(_ reader: inout JSONReader) throws(FallbackReason) -> String? {
    var path = ""
    var tree = ""
    var type = ""
    try reader.object { reader, key throws(FallbackReason) in
      switch key {
      case "path": path = try reader.string()
      case "sourceTree": tree = try reader.string()
      case "type": type = try reader.string()
      default: try reader.skip()
      }
    }
    // Two groups have the root directory as their path: one for files outside, and one for libraries.
    return type == "group" && tree == "<absolute>" && path.hasPrefix("/") && path != "/" ? path : nil
  }
}

// The manifest of Swift Build, `manifest.json`.
extension BuildManifest {
  /// Parses a manifest. Throws ``FallbackReason`` if it is not understood.
  package init(json text: [UInt8]) throws(FallbackReason) {
    var commands: [Command] = []
    var reader = JSONReader(text, name: "Swift Build's manifest")
    try reader.member("commands") { reader throws(FallbackReason) in
      try reader.object { reader, name throws(FallbackReason) in
        var command = Command(name: name)
        try reader.object { reader, key throws(FallbackReason) in
          switch key {
          case "tool": command.tool = try reader.string()
          case "inputs": command.inputs = try reader.strings()
          case "outputs": command.outputs = try reader.strings()
          case "args": command.arguments = try reader.strings()
          default: try reader.skip()
          }
        }
        commands.append(command)
      }
    }
    try self.init(Self.withFiles(commands))
  }

  /// Adds the files that inputs with a trailing slash stand for. Such an input is a file, or a directory with
  /// everything in it. It is replaced by the file if a command makes that file. Otherwise both are kept.
  private static func withFiles(_ commands: [Command]) -> [Command] {
    let outputs = Set(commands.flatMap(\.outputs))
    return commands.map { command in
      guard command.inputs.contains(where: { $0.hasSuffix("/") }) else { return command }
      var command = command
      command.inputs = command.inputs.flatMap { input in
        guard input.hasSuffix("/"), input != "/" else { return [input] }
        let file = String(input.dropLast())
        return outputs.contains(file) ? [file] : [file, input]
      }
      return command
    }
  }
}
