internal import FastPathLink

/// Decides to which module a new source belongs, and whether a deleted source can be removed, without asking
/// SwiftPM. It falls back in every case that is not certain.
package struct SourceMembership {
  private let plan: Plan
  /// All possible sources below the targets' directories, at the time when SwiftPM planned.
  private let files: Set<String>

  /// Creates the rules for a plan. `files` are all sources below the targets' directories when SwiftPM
  /// planned.
  package init(_ plan: Plan, files: Set<String>) {
    self.plan = plan
    self.files = files
  }

  /// Returns the index of the module of a new source, given its text and the texts of the package's
  /// manifests. Throws ``FallbackReason`` if SwiftPM may treat the source in another way.
  package func module(ofNew path: String, _ text: SourceText, sources: [[String]], manifests: [String])
    throws(FallbackReason) -> Int
  {
    let name = path.lastName
    let uncertain = FallbackReason("\(name) is new, and may not be a plain source of a module")
    guard name.hasSuffix(".swift"), name != "main.swift", !text.mayBeEntryPoint else { throw uncertain }
    var directory = path.directory
    var components = [name]
    var owners = modules(in: directory)
    while owners.isEmpty, directory.count > 1 {
      // Directories such as `.docc` and `.xcassets` do not contain sources.
      if directory.lastName.contains(".") { throw uncertain }
      components.append(directory.lastName)
      directory = directory.directory
      owners = modules(in: directory)
    }
    guard owners.count == 1, let module = owners.first else { throw uncertain }
    let known = Set(plan.modules[module].sources)
    let siblings = files.filter { $0.directory == directory && $0.hasSuffix(".swift") }
    guard siblings.isSubset(of: known) else { throw uncertain }  // the manifest excludes some
    try check(manifests, doNotSay: components + [".plugin", "plugins:", "sources:"], of: name)
    if sources[module].contains(where: { $0.lastName == name }) {
      throw FallbackReason("two sources of module \(plan.modules[module].name) are called \(name)")
    }
    try check(module, withSources: sources[module].count)
    return module
  }

  /// Throws ``FallbackReason`` if deleting this source may change more than the module's list of sources. `text` is
  /// its last text.
  package func checkRemoval(
    of path: String, _ text: SourceText?, from module: Int, sources: [[String]], manifests: [String]
  )
    throws(FallbackReason)
  {
    let name = path.lastName
    guard name != "main.swift", text?.mayBeEntryPoint == false else {
      throw FallbackReason("\(name) no longer exists, and may have been the entry point")
    }
    try check(manifests, doNotSay: [name, ".plugin", "plugins:"], of: name)
    try check(module, withSources: sources[module].count - 1)
  }

  /// Returns the indices of the modules with a source in this directory.
  private func modules(in directory: String) -> Set<Int> {
    Set(plan.modules.indices.filter { plan.modules[$0].sources.contains { $0.directory == directory } })
  }

  /// Throws ``FallbackReason`` if a manifest contains one of `words`, and so may have a rule for the source.
  private func check(_ manifests: [String], doNotSay words: [String], of name: String) throws(FallbackReason)
  {
    guard !manifests.isEmpty else {
      throw FallbackReason("\(name) belongs to a package whose manifest was not found")
    }
    let texts = manifests.map { $0.replacing("resources:", with: "") }
    for word in words where texts.contains(where: { $0.contains(word) }) {
      throw FallbackReason("the manifest mentions '\(word)', so it may decide about \(name)")
    }
  }

  /// Throws ``FallbackReason`` for a module of a single source, which SwiftPM compiles in another way.
  private func check(_ module: Int, withSources count: Int) throws(FallbackReason) {
    if count < 2, plan.modules[module].arguments.contains("-parse-as-library") || count < 1 {
      throw FallbackReason("module \(plan.modules[module].name) has a single source")
    }
  }
}
