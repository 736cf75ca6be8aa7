internal import FastPathLink

/// The files that Swift Build links into a program, divided by whether they are made from the user's sources.
struct SwiftBuildLink {
  /// The objects of targets with sources outside the scratch directory.
  private(set) var ownObjects: [String] = []
  /// The indices of the commands that make ``ownObjects``.
  private(set) var ownCommands: [Int] = []
  /// The linked objects of all other targets.
  private(set) var dependencyObjects: [String] = []
  /// The indices of the commands that make the parts of ``dependencyObjects``.
  private(set) var dependencyCommands: [Int] = []

  private let manifest: BuildManifest
  /// The path of SwiftPM's scratch directory.
  private let scratch: String
  /// The path of the toolchain's `usr` directory.
  private let toolchain: String

  /// Divides the inputs of the link command. Throws ``FallbackReason`` for an input that is not an object of a
  /// target.
  init(_ link: BuildManifest.Command, _ manifest: BuildManifest, scratch: String) throws(FallbackReason) {
    self.manifest = manifest
    self.scratch = scratch
    toolchain = (link.arguments.first ?? "").directory.directory
    for input in link.inputs where input.hasPrefix("/") {
      if input.hasSuffix(".o") {
        try take(input)
      } else if !input.hasSuffix(".LinkFileList"), !input.hasSuffix("-swiftbuild.autolink"),
        manifest.producers[input].map({ manifest.commands[$0].tool }) != "create-build-directory"
      {
        throw FallbackReason("the program is linked with \(input)")
      }
    }
  }

  /// Adds the object of a target, or its parts.
  private mutating func take(_ object: String) throws(FallbackReason) {
    guard let producer = manifest.producers[object] else {
      throw FallbackReason("no command makes \(object)")
    }
    let command = manifest.commands[producer]
    let isLinked = command.tool == "shell" && command.arguments.contains("-r")
    let parts = isLinked ? command.inputs.filter { $0.hasPrefix("/") && $0.hasSuffix(".o") } : [object]
    var commands: [Int] = []
    for part in parts {
      guard let producer = manifest.producers[part] else { throw FallbackReason("no command makes \(part)") }
      if !commands.contains(producer) { commands.append(producer) }
    }
    if commands.contains(where: isOwn) {
      if isLinked { try Self.checkLink(of: object, command) }
      ownObjects += parts
      ownCommands += commands.filter { !ownCommands.contains($0) }
    } else {
      dependencyObjects.append(object)
      dependencyCommands += commands
    }
  }

  /// Throws ``FallbackReason`` for an object that contains more than its parts.
  private static func checkLink(of object: String, _ command: BuildManifest.Command) throws(FallbackReason) {
    var rest = command.arguments.dropFirst()
    while let option = rest.popFirst() {
      switch option {
      case "-target", "--sysroot", "-o": rest = rest.dropFirst()
      case "-r", "-O0", "-nostdlib", "-rdynamic", "-w": break
      case _ where option.hasPrefix("@") && option.hasSuffix(".LinkFileList"): break
      default: throw FallbackReason("\(object.lastName) is linked with \(option)")
      }
    }
  }

  /// Returns whether a command reads files outside the scratch directory and the toolchain.
  private func isOwn(_ number: Int) -> Bool {
    manifest.commands[number].inputs.contains { input in
      input.hasPrefix("/") && !input.hasPrefix(scratch + "/") && !input.hasPrefix(toolchain + "/")
    }
  }
}

extension SwiftBuildLink {
  /// Returns the options of the link. Throws ``FallbackReason`` for one that is not known to mean the same for a
  /// program and for a library.
  static func arguments(_ link: BuildManifest.Command) throws(FallbackReason) -> [String] {
    guard link.tool == "shell", link.arguments.first?.hasSuffix("/swiftc") == true,
      link.arguments.contains("-emit-executable")
    else {
      throw FallbackReason("'\(link.name)' is not a command that links a Swift program")
    }
    // The driver derives the module name from the program's name, which may not be a valid one.
    var kept = ["-module-name", "HotReloadProgram"]
    var rest = link.arguments.dropFirst()
    while let option = rest.popFirst() {
      switch option {
      case "-emit-executable": break
      case "-o": rest = rest.dropFirst()
      case "-target", "-sysroot", "-L", "-Xclang-linker":
        guard let value = rest.popFirst() else { throw FallbackReason("the link command ends in \(option)") }
        if option == "-Xclang-linker", value != "-rdynamic" {
          throw FallbackReason("the program is linked with \(option) \(value)")
        }
        kept += [option, value]
      case "-Xlinker":
        guard let value = rest.popFirst() else { throw FallbackReason("the link command ends in \(option)") }
        kept += try linkerOption(value, &rest)
      case "-g": kept.append(option)
      // The driver asks the objects itself.
      case _ where option.hasPrefix("@") && option.hasSuffix("-swiftbuild.autolink"): break
      case _ where option.hasPrefix("@") && option.hasSuffix(".LinkFileList"): break
      case _ where option.hasPrefix("-l") || option.hasPrefix("-L"): kept.append(option)
      default: throw FallbackReason("the program is linked with \(option)")
      }
    }
    return kept
  }

  /// Returns a linker option in the form `-Xlinker option`. Throws ``FallbackReason`` if it is not known.
  private static func linkerOption(_ option: String, _ rest: inout ArraySlice<String>) throws(FallbackReason)
    -> [String]
  {
    // This option takes time, and is not needed.
    if option == "--gc-sections" { return [] }
    if option.hasPrefix("-rpath=") { return ["-Xlinker", option] }
    guard option == "-rpath", rest.popFirst() == "-Xlinker", let path = rest.popFirst() else {
      throw FallbackReason("the program is linked with -Xlinker \(option)")
    }
    return ["-Xlinker", "-rpath=" + path]
  }
}
