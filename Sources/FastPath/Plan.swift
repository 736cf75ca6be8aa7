/// What SwiftPM does to build one program, as far as the fast path repeats it: the modules whose sources the user edits,
/// and the link. A planner for each of SwiftPM's build systems makes one: `Plan+Native.swift` and
/// `Plan+SwiftBuild.swift`.
package struct Plan: Equatable, Sendable {
  /// A Swift module with sources outside the scratch directory: of the root package, or of one in the file system.
  package struct Module: Equatable, Sendable {
    package let name: String
    package let sources: [String]
    /// The object of each source, in the same order.
    package let objects: [String]
    /// The compiler's notes of what each source uses and provides (`.swiftdeps`), in the same order.
    package let notes: [String]
    /// The `.swiftmodule` that the modules which import this one read.
    package let interface: String
    /// The ``DependencyFile`` of the interface, for which all sources are read.
    package let dependencies: String
    /// The object with the interface in it, which debuggers read; nil without debug information.
    package internal(set) var wrapped: String?
    /// SwiftPM's `swiftc` command.
    package let arguments: [String]
    /// The modules, by their index in ``Plan/modules``, that see this one, also through others.
    package internal(set) var importers: [Int] = []
  }

  /// Each after those that it imports.
  package internal(set) var modules: [Module] = []
  /// SwiftPM's `swiftc` command that links the program, without its objects and its output.
  package internal(set) var linkArguments: [String] = []
  /// The objects that are linked into the program at every build: all that do not come from a package in the scratch
  /// directory.
  package internal(set) var ownObjects: [String] = []
  /// The objects of dependencies.
  package internal(set) var dependencyObjects: [String] = []
  /// All other files that the program is made of. When one has changed, the plan is not enough.
  package internal(set) var otherInputs: [String] = []
  /// Directories of the root package's targets: with another source in them SwiftPM plans anew.
  package let directories: [String]

  /// A plan without modules, for a planner to fill in.
  init(directories: [String]) { self.directories = directories }
}

extension Plan {
  /// Collects the files that the `closure` of the link reads and no command makes. Throws ``Decline`` for a source of a
  /// module that another command reads than `moduleCommands`, which compile the modules.
  mutating func setOtherInputs(
    _ closure: Set<Int>, moduleCommands: Set<Int>, _ manifest: BuildManifest
  )
    throws(Decline)
  {
    let sources = Set(modules.flatMap(\.sources))
    var others: Set<String> = []
    for number in closure {
      let command = manifest.commands[number]
      for input in command.inputs where input.hasPrefix("/") && manifest.producers[input] == nil {
        if !sources.contains(input) {
          others.insert(input)
        } else if !moduleCommands.contains(number), command.tool != "write-auxiliary-file" {
          throw Decline("\(input) is read by '\(command.name)' too")
        }
      }
    }
    otherInputs = others.sorted()
  }

  /// Throws ``Decline`` for a source that a plugin's prebuild command, which is not in the manifest, makes before every
  /// build.
  func checkSources(_ manifest: BuildManifest, scratch: String) throws(Decline) {
    for source in modules.flatMap(\.sources)
    where source.hasPrefix(scratch + "/plugins/") && manifest.producers[source] == nil {
      throw Decline("\(source.lastName) is made by a plugin before every build")
    }
  }
}

extension Plan.Module {
  /// Throws ``Decline`` for a compiler option with which the jobs of module `name` have another shape than one for each
  /// source, all reading interfaces where the search paths lead.
  static func checkOptions(_ arguments: [String], of name: String) throws(Decline) {
    let wholeModule = ["-O", "-Osize", "-Ounchecked", "-wmo", "-whole-module-optimization"]
    let explicit = ["-explicit-module-build", "-experimental-explicit-module-build", "-cache-compile-job"]
    if let option = arguments.first(where: { (wholeModule + explicit).contains($0) }) {
      throw Decline("module \(name) is compiled with \(option)")
    }
  }
}

extension [String] {
  /// The argument after this one.
  func value(after option: String) -> String? {
    firstIndex(of: option).flatMap { indices.contains($0 + 1) ? self[$0 + 1] : nil }
  }
}

extension String {
  /// Of a path: what is after its last slash.
  package var lastName: String { lastIndex(of: "/").map { String(self[index(after: $0)...]) } ?? self }

  /// Of a path: what is before its last slash.
  package var directory: String { lastIndex(of: "/").map { String(self[..<$0]) } ?? "." }
}
