internal import FastPathLink
internal import FastPathPlan
internal import Posix
internal import SwiftPM

/// The files that a program is made of, with the versions that were last read.
struct ProgramInputs {
  private let plan: Plan
  /// The files of the build system itself, which change with every build by any process.
  private let notes: [String]
  private var stamps: [String: FileSystem.Stamp] = [:]
  private var tree: SourceTree
  /// The files in the targets' directories that are no sources of the modules.
  private let otherFiles: Set<String>
  private let membership: SourceMembership
  /// The other inputs of the program: files of the plan, and headers.
  private(set) var others: Set<String>

  /// Reads the versions of all files of a program of the package at `root`, whose build began at `start`. Throws
  /// ``FallbackReason`` for files that may be newer than the build.
  init(_ planned: PlannedProgram, root: String, builtSince start: Int64) throws(FallbackReason) {
    (plan, notes) = (planned.plan, planned.notes)
    tree = SourceTree(plan.directories)
    otherFiles = tree.sources.subtracting(plan.modules.flatMap(\.sources))
    membership = SourceMembership(plan, files: tree.sources)
    others = Set(filesBelow(plan.otherInputs)).union(try filesRead(for: plan, scratch: planned.scratch))
      .union(toolchainChoice(root: root))
    stamps = try Self.stamps(notes, others, plan, scratch: planned.scratch, builtSince: start)
  }

  private static func stamps(
    _ notes: [String], _ others: Set<String>, _ plan: Plan, scratch: String, builtSince start: Int64
  ) throws(FallbackReason) -> [String: FileSystem.Stamp] {
    var stamps: [String: FileSystem.Stamp] = [:]
    for path in notes + others + plan.modules.flatMap(\.sources) {
      stamps[path] = FileSystem.Stamp(path)
    }
    for source in plan.modules.flatMap(\.sources) where stamps[source] == nil {
      throw FallbackReason("\(source) no longer exists")
    }
    for (path, stamp) in stamps where !path.hasPrefix(scratch + "/") && stamp.changed >= start {
      throw FallbackReason("\(path.lastName) was saved while SwiftPM was building")
    }
    if plan.modules.flatMap(\.sources).allSatisfy({ stamps[$0]?.isOfWholeSecond == true }) {
      throw FallbackReason(
        "the file system of the sources stores times in whole seconds, so two saves may look the same")
    }
    return stamps
  }

  /// Returns the sources that were changed, added and removed since the last call. Throws ``FallbackReason`` if any
  /// other file has changed.
  mutating func takeChanges(to compilation: Compilation) throws(FallbackReason) -> SourceChanges {
    for path in notes where FileSystem.Stamp(path) != stamps[path] {
      throw FallbackReason("SwiftPM has built or planned since")
    }
    for path in others where FileSystem.Stamp(path) != stamps[path] {
      throw FallbackReason("\(path) has changed")
    }
    var changes = SourceChanges()
    var newStamps: [String: FileSystem.Stamp] = [:]
    tree.reread()
    if let path = otherFiles.subtracting(tree.sources).min() {
      throw FallbackReason("\(path.lastName) no longer exists")
    }
    let known = Set(compilation.sources.joined())
    for path in tree.sources.subtracting(known).subtracting(otherFiles) {
      guard let stamp = FileSystem.Stamp(path), let bytes = try? FileSystem.read(path),
        FileSystem.identity(ofLink: path) == nil
      else { throw FallbackReason("cannot read \(path.lastName)") }
      let text = SourceText(bytes)
      changes.added[path] = try membership.module(
        ofNew: path, text, sources: compilation.sources, manifests: manifests(of: path))
      (changes.texts[path], newStamps[path]) = (text, stamp)
    }
    for (module, sources) in compilation.sources.enumerated() {
      for source in sources {
        guard let stamp = FileSystem.Stamp(source) else {
          // The source belongs to a local package, whose directories are not in the plan.
          if !plan.directories.contains(where: { source.hasPrefix($0 + "/") }) {
            throw FallbackReason("\(source) no longer exists")
          }
          try membership.checkRemoval(
            of: source, compilation.texts[source], from: module, sources: compilation.sources,
            manifests: manifests(of: source))
          changes.removed.insert(source)
          continue
        }
        if stamp == stamps[source] { continue }
        guard let bytes = try? FileSystem.read(source) else { throw FallbackReason("cannot read \(source)") }
        (changes.texts[source], newStamps[source]) = (SourceText(bytes), stamp)
      }
    }
    stamps.merge(newStamps) { $1 }
    for source in changes.removed { stamps[source] = nil }
    return changes
  }

  /// Returns the manifests of the package that a source belongs to.
  private func manifests(of source: String) -> [String] {
    for directory in sequence(first: source.directory, next: { $0.count > 1 ? $0.directory : nil }) {
      let names = FileSystem.names(in: directory).filter {
        $0 == "Package.swift" || $0.hasPrefix("Package@swift-") && $0.hasSuffix(".swift")
      }
      if names.contains("Package.swift") {
        return names.compactMap { try? FileSystem.read("\(directory)/\($0)") }
          .map { String(decoding: $0, as: UTF8.self) }
      }
    }
    return []
  }

  /// Returns whether none of the sources has changed since they were last read.
  func areUnchanged(_ sources: some Sequence<String>) -> Bool {
    sources.allSatisfy { FileSystem.Stamp($0) == stamps[$0] }
  }

  /// Adds a file that a source reads.
  mutating func add(_ path: String) {
    if stamps[path] == nil, others.insert(path).inserted { stamps[path] = FileSystem.Stamp(path) }
  }

  /// Throws ``FallbackReason`` for a file that neither is, was nor will be a source of a module.
  func check(_ saved: Set<String>, _ compilation: Compilation) throws(FallbackReason) {
    let known = Set(compilation.sources.joined()).union(plan.modules.flatMap(\.sources))
    let other = saved.subtracting(known).filter { path in
      !path.hasSuffix(".swift") || otherFiles.contains(path) || others.contains(path)
        || !plan.directories.contains { path.hasPrefix($0 + "/") }
    }
    if let other = other.min() {
      throw FallbackReason("\(other.lastName) is not a Swift source of the program")
    }
  }
}
