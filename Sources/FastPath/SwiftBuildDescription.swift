/// A build as Swift Build, the build system that SwiftPM 6.4 takes by default, has described it:
/// `.build/out/Intermediates.noindex/XCBuildData/<signature>.xcbuilddata`, and SwiftPM's `.build/manifest.pif`.
package struct SwiftBuildDescription: Sendable {
  package let manifest: BuildManifest
  let commands: SwiftBuildCommands
  /// Directories of targets.
  let directories: [String]

  /// Reads the bytes of `manifest.json`, `task-store.msgpack` and `manifest.pif`. Throws ``Decline`` for a shape that
  /// Swift 6.3 does not write.
  package init(manifest: [UInt8], tasks: [UInt8], projects: [UInt8]) throws(Decline) {
    self.manifest = try BuildManifest(json: manifest)
    commands = try SwiftBuildCommands(tasks)
    directories = try Self.directories(projects)
  }

  /// The groups of sources of which the path is absolute: a target's directory each.
  private static func directories(_ projects: [UInt8]) throws(Decline) -> [String] {
    var found: Set<String> = []
    var reader = JSONReader(projects, name: "SwiftPM's manifest.pif")
    try reader.array { reader throws(Decline) in
      try reader.member("contents") { reader throws(Decline) in
        try reader.member("groupTree") { reader throws(Decline) in
          try reader.member("children") { reader throws(Decline) in
            try reader.array { reader throws(Decline) in
              if let directory = try directory(&reader) { found.insert(directory) }
            }
          }
        }
      }
    }
    return found.sorted()
  }

  /// The directory of a group; nil for what is something else.
  private static func directory(_ reader: inout JSONReader) throws(Decline) -> String? {
    var path = ""
    var tree = ""
    var type = ""
    try reader.object { reader, key throws(Decline) in
      switch key {
      case "path": path = try reader.string()
      case "sourceTree": tree = try reader.string()
      case "type": type = try reader.string()
      default: try reader.skip()
      }
    }
    // Two groups are the root directory: for files that are elsewhere, and for libraries.
    return type == "group" && tree == "<absolute>" && path.hasPrefix("/") && path != "/" ? path : nil
  }
}

// The manifest of Swift Build, `manifest.json`.
extension BuildManifest {
  /// Reads the text of a manifest.
  package init(json text: [UInt8]) throws(Decline) {
    var commands: [Command] = []
    var reader = JSONReader(text, name: "Swift Build's manifest")
    try reader.member("commands") { reader throws(Decline) in
      try reader.object { reader, name throws(Decline) in
        var command = Command(name: name)
        try reader.object { reader, key throws(Decline) in
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

  /// An input with a slash at its end is a file or a directory with all that is in it. In these commands it is the file,
  /// if a command makes that, and else it is both.
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
