internal import FastPathLink
internal import FastPathPlan
internal import Posix

/// What compilers read besides the sources of the modules that the user edits.
final class Externals {
  /// What is known otherwise: the interfaces of those modules, ours of them, and the toolchain, by its compiler.
  private let interfaces: Set<String>
  private let elsewhere: [String]
  /// As they were when they were first asked for. When one changes, SwiftPM builds, and all is prepared anew.
  private var identities: [String: UInt64] = [:]

  init(_ plan: Plan, overlay: Overlay, compiler: String) {
    interfaces = Set(plan.modules.map(\.interface))
    let toolchain = compiler.directory.directory
    // A project may be in `/usr/src`.
    elsewhere = [
      toolchain + "/lib/", toolchain + "/include/", "/usr/lib/", "/usr/include/", overlay.directory + "/",
    ]
  }

  /// The files of these that nothing else tells of.
  func files(of dependencies: SwiftDependencies) -> Set<String> {
    dependencies.externals.filter { path in
      !interfaces.contains(path) && !elsewhere.contains(where: path.hasPrefix)
    }
  }

  /// A hash of all that was read for an object, as it is now.
  func hash(of dependencies: SwiftDependencies) -> UInt64 {
    dependencies.externals.reduce(0) { $0 ^ identity($1) }  // in any order
  }

  private func identity(_ path: String) -> UInt64 {
    if let known = identities[path] { return known }
    let isKnownOtherwise = interfaces.contains(path) || elsewhere.contains(where: path.hasPrefix)
    let file = isKnownOtherwise ? nil : FileSystem.identity(path)
    let identity = file.map { fnv1a("\(path)\0\($0.inode) \($0.size) \($0.modified)".utf8) } ?? 0
    identities[path] = identity
    return identity
  }
}
