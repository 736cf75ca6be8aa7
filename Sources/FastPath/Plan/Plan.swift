internal import FastPathLink

/// The steps by which SwiftPM builds one program, as far as the fast path repeats them: the modules whose
/// sources the user edits, and the link. `Plan+Native.swift` and `Plan+SwiftBuild.swift` make a plan from the
/// files of SwiftPM's two build systems.
package struct Plan: Equatable, Sendable {
  /// A Swift module with sources outside the scratch directory. It belongs to the root package or to a local
  /// one.
  package struct Module: Equatable, Sendable {
    /// The name of the module.
    package let name: String
    /// The paths of its Swift sources.
    package let sources: [String]
    /// The path of each source's object, in the order of ``sources``.
    package let objects: [String]
    /// The path of each source's `.swiftdeps` file, in the order of ``sources``. The compiler notes there
    /// which declarations a source uses and provides.
    package let notes: [String]
    /// The path of the `.swiftmodule` file that importing modules read.
    package let interface: String
    /// The path of the ``DependencyFile`` of the interface. All sources are read to make the interface.
    package let dependencies: String
    /// The path of the object that wraps the interface for debuggers; `nil` without debug information.
    package internal(set) var wrapped: String?
    /// SwiftPM's `swiftc` command.
    package let arguments: [String]
    /// The indices in ``Plan/modules`` of the modules that import this one, directly or indirectly.
    package internal(set) var importers: [Int] = []
  }

  /// The modules, each after those that it imports.
  package internal(set) var modules: [Module] = []
  /// SwiftPM's `swiftc` command that links the program, without its objects and its output.
  package internal(set) var linkArguments: [String] = []
  /// The objects that do not belong to a package in the scratch directory. They are linked into the program
  /// by every build.
  package internal(set) var ownObjects: [String] = []
  /// The objects of packages in the scratch directory.
  package internal(set) var dependencyObjects: [String] = []
  /// All other files from which the program is made. If one changes, SwiftPM must build.
  package internal(set) var otherInputs: [String] = []
  /// The directories of the root package's targets. SwiftPM plans again if a source is added to one.
  package let directories: [String]

  /// Creates a plan without modules, which the caller completes.
  init(directories: [String]) { self.directories = directories }
}

extension Plan {
  /// Collects the files that the `closure` of the link reads and no command makes. Throws ``FallbackReason`` if a
  /// source of a module is also read by a command that is not among `moduleCommands`.
  mutating func setOtherInputs(
    _ closure: Set<Int>, moduleCommands: Set<Int>, _ manifest: BuildManifest
  )
    throws(FallbackReason)
  {
    let sources = Set(modules.flatMap(\.sources))
    var others: Set<String> = []
    for number in closure {
      let command = manifest.commands[number]
      for input in command.inputs where input.hasPrefix("/") && manifest.producers[input] == nil {
        if !sources.contains(input) {
          others.insert(input)
        } else if !moduleCommands.contains(number), command.tool != "write-auxiliary-file" {
          throw FallbackReason("\(input) is also read by '\(command.name)'")
        }
      }
    }
    otherInputs = others.sorted()
  }

  /// Throws ``FallbackReason`` for a source that a plugin's prebuild command makes before every build. Such commands
  /// are not in the manifest.
  func checkSources(_ manifest: BuildManifest, scratch: String) throws(FallbackReason) {
    for source in modules.flatMap(\.sources)
    where source.hasPrefix(scratch + "/plugins/") && manifest.producers[source] == nil {
      throw FallbackReason("\(source.lastName) is made by a plugin before every build")
    }
  }
}

extension Plan.Module {
  /// Throws ``FallbackReason`` for a compiler option that changes the jobs of module `name`. Each source must have
  /// its own job, and interfaces must be found by search paths.
  static func checkOptions(_ arguments: [String], of name: String) throws(FallbackReason) {
    let wholeModule = ["-O", "-Osize", "-Ounchecked", "-wmo", "-whole-module-optimization"]
    let explicit = ["-explicit-module-build", "-experimental-explicit-module-build", "-cache-compile-job"]
    if let option = arguments.first(where: { (wholeModule + explicit).contains($0) }) {
      throw FallbackReason("module \(name) is compiled with \(option)")
    }
  }
}

extension [String] {
  /// Returns the argument that follows `option`; `nil` if there is none.
  func value(after option: String) -> String? {
    firstIndex(of: option).flatMap { indices.contains($0 + 1) ? self[$0 + 1] : nil }
  }
}
