/// The commands of a SwiftPM build, as its build systems write them for llbuild.
package struct BuildManifest: Sendable {
  /// A command, which makes its outputs from its inputs.
  package struct Command: Equatable, Sendable {
    /// The name by which the manifest identifies the command.
    package var name: String
    /// The llbuild tool that runs it, such as `shell`, `clang`, `phony` or `copy-tool`.
    package var tool = ""
    /// The paths of files, and the names of virtual nodes.
    package var inputs: [String] = []
    /// The paths of files, and the names of virtual nodes.
    package var outputs: [String] = []
    /// The command line, if the tool has one.
    package var arguments: [String] = []
  }

  /// All commands, in the manifest's order.
  package let commands: [Command]
  /// The index in ``commands`` of the command that makes a file or a virtual node.
  package let producers: [String: Int]

  /// Throws ``FallbackReason`` if there are no commands.
  init(_ commands: [Command]) throws(FallbackReason) {
    if commands.isEmpty { throw FallbackReason("SwiftPM's build manifest has no commands") }
    self.commands = commands
    producers = Dictionary(
      commands.enumerated().flatMap { number, command in command.outputs.map { ($0, number) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// Returns the indices of `roots` and of all commands that they need.
  func closure(of roots: [Int]) -> Set<Int> {
    var found = Set(roots)
    var open = roots
    while let next = open.popLast() {
      for input in commands[next].inputs {
        if let producer = producers[input], found.insert(producer).inserted { open.append(producer) }
      }
    }
    return found
  }
}

// The manifest of the native build system, `.build/debug.yaml` (SwiftPM's `LLBuildManifestWriter.swift`). It
// uses a part of YAML: one key a line, and lists in JSON.
extension BuildManifest {
  /// Parses a manifest. Throws ``FallbackReason`` for a structure that SwiftPM 6.1 to 6.3 do not write.
  package init(_ text: [UInt8]) throws(FallbackReason) {
    var commands: [Command] = []
    var isInCommands = false
    for line in text.split(separator: UInt8(ascii: "\n")) {
      if line.first != UInt8(ascii: " ") {
        isInCommands = line.elementsEqual("commands:".utf8)
      } else if isInCommands {
        try Self.take(line, &commands)
      }
    }
    try self.init(commands)
  }

  /// Parses a line of the section `commands`.
  private static func take(_ line: ArraySlice<UInt8>, _ commands: inout [Command]) throws(FallbackReason) {
    let indent = line.prefix { $0 == UInt8(ascii: " ") }.count
    let content = line.dropFirst(indent)
    if indent == 2, content.last == UInt8(ascii: ":") {
      return commands.append(Command(name: try string(content.dropLast())))
    }
    guard indent == 4, let colon = content.firstIndex(of: UInt8(ascii: ":")), let last = commands.indices.last
    else {
      throw FallbackReason("cannot read a line of SwiftPM's build manifest")
    }
    let value = content[(colon + 1)...].drop { $0 == UInt8(ascii: " ") }
    switch String(decoding: content[..<colon], as: UTF8.self) {
    case "tool": commands[last].tool = String(decoding: value, as: UTF8.self)
    case "inputs": commands[last].inputs = try list(value)
    case "outputs": commands[last].outputs = try list(value)
    case "args": commands[last].arguments = try list(value)
    case "description", "deps", "allow-missing-inputs", "always-out-of-date": break
    case let key: throw FallbackReason("SwiftPM's build manifest has the unknown key '\(key)'")
    }
  }

  /// Parses a JSON string.
  private static func string(_ text: ArraySlice<UInt8>) throws(FallbackReason) -> String {
    let strings = try list([UInt8(ascii: "[")] + text + [UInt8(ascii: "]")])
    if strings.count != 1 { throw FallbackReason("cannot read a name in SwiftPM's build manifest") }
    return strings[0]
  }

  /// Parses a JSON array of strings.
  private static func list(_ text: ArraySlice<UInt8>) throws(FallbackReason) -> [String] {
    let malformed = FallbackReason("cannot read a list in SwiftPM's build manifest")
    guard text.first == UInt8(ascii: "["), text.last == UInt8(ascii: "]") else { throw malformed }
    var rest = text.dropFirst().dropLast()
    var strings: [String] = []
    while let first = rest.first {
      guard first == UInt8(ascii: "\"") else { throw malformed }
      rest = rest.dropFirst()
      var bytes: [UInt8] = []
      while true {
        guard let end = rest.firstIndex(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") })
        else {
          throw malformed
        }
        bytes += rest[..<end]
        let isEnd = rest[end] == UInt8(ascii: "\"")
        rest = rest[(end + 1)...]
        if isEnd { break }
        // Paths with control characters would need the other escapes. They are not supported.
        guard let escaped = rest.popFirst(), "\"\\/".utf8.contains(escaped) else { throw malformed }
        bytes.append(escaped)
      }
      strings.append(String(decoding: bytes, as: UTF8.self))
      if rest.first == UInt8(ascii: ",") { rest = rest.dropFirst() }
      rest = rest.drop { $0 == UInt8(ascii: " ") }
    }
    return strings
  }
}
