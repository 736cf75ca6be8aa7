internal import FastPathLink
internal import FastPathPlan
internal import Posix

/// The files that compilers read besides the sources of the editable modules.
final class Externals {
  /// The paths whose changes are detected in another way: the interfaces of the editable modules, the
  /// overlay, and the toolchain, which its compiler identifies.
  private let interfaces: Set<String>
  private let elsewhere: [String]
  /// The identities of files at their first use. When one changes, SwiftPM builds, and the fast path is
  /// prepared again.
  private var identities: [String: UInt64] = [:]

  init(_ plan: Plan, overlay: Overlay, compiler: String) {
    interfaces = Set(plan.modules.map(\.interface))
    let toolchain = compiler.directory.directory
    // Only these directories of `/usr` are left out, because a project may be in `/usr/src`.
    elsewhere = [
      toolchain + "/lib/", toolchain + "/include/", "/usr/lib/", "/usr/include/", overlay.directory + "/",
    ]
  }

  /// Returns the files among `dependencies` whose changes are not detected in another way.
  func files(of dependencies: SwiftDependencies) -> Set<String> {
    dependencies.externals.filter { path in
      !interfaces.contains(path) && !elsewhere.contains(where: path.hasPrefix)
    }
  }

  /// Returns a hash of the current state of all files that were read for an object.
  func hash(of dependencies: SwiftDependencies) -> UInt64 {
    dependencies.externals.reduce(0) { $0 ^ identity($1) }  // independent of the order
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
