/// Which module a source that has come belongs to, and whether one that has gone may go, as far as that is certain without
/// asking SwiftPM.
package struct SourceMembership {
  private let plan: Plan
  /// All files that could be sources, as they were when SwiftPM planned.
  private let files: Set<String>

  /// `files`: all sources below the targets' directories when SwiftPM planned.
  package init(_ plan: Plan, files: Set<String>) {
    self.plan = plan
    self.files = files
  }

  /// The module, by its index, of a new source with this text, in a package with these manifests. Throws ``Decline`` where
  /// SwiftPM may see it otherwise.
  package func module(ofNew path: String, _ text: SourceText, sources: [[String]], manifests: [String])
    throws(Decline) -> Int
  {
    let name = path.lastName
    let uncertain = Decline("\(name) is new, and may not be a plain source of a module")
    guard name.hasSuffix(".swift"), name != "main.swift", !text.mayBeEntryPoint else { throw uncertain }
    var directory = path.directory
    var components = [name]
    var owners = modules(in: directory)
    while owners.isEmpty, directory.count > 1 {
      // `.docc`, `.xcassets` and the like are no directories of sources.
      if directory.lastName.contains(".") { throw uncertain }
      components.append(directory.lastName)
      directory = directory.directory
      owners = modules(in: directory)
    }
    guard owners.count == 1, let module = owners.first else { throw uncertain }
    let known = Set(plan.modules[module].sources)
    let siblings = files.filter { $0.directory == directory && $0.hasSuffix(".swift") }
    guard siblings.isSubset(of: known) else { throw uncertain }  // the manifest leaves some out
    try check(manifests, doNotSay: components + [".plugin", "plugins:", "sources:"], of: name)
    if sources[module].contains(where: { $0.lastName == name }) {
      throw Decline("two sources of module \(plan.modules[module].name) are called \(name)")
    }
    try check(module, withSources: sources[module].count)
    return module
  }

  /// Throws ``Decline`` where the program without this source, which had this text, may be made otherwise.
  package func checkRemoval(
    of path: String, _ text: SourceText?, from module: Int, sources: [[String]], manifests: [String]
  )
    throws(Decline)
  {
    let name = path.lastName
    guard name != "main.swift", text?.mayBeEntryPoint == false else {
      throw Decline("\(name) is gone, and may have been the entry point")
    }
    try check(manifests, doNotSay: [name, ".plugin", "plugins:"], of: name)
    try check(module, withSources: sources[module].count - 1)
  }

  private func modules(in directory: String) -> Set<Int> {
    Set(plan.modules.indices.filter { plan.modules[$0].sources.contains { $0.directory == directory } })
  }

  private func check(_ manifests: [String], doNotSay words: [String], of name: String) throws(Decline) {
    guard !manifests.isEmpty else { throw Decline("\(name) is of a package whose manifest was not found") }
    let texts = manifests.map { $0.replacing("resources:", with: "") }
    for word in words where texts.contains(where: { $0.contains(word) }) {
      throw Decline("the manifest, which says '\(word)', decides about \(name)")
    }
  }

  /// SwiftPM compiles a single source in another way.
  private func check(_ module: Int, withSources count: Int) throws(Decline) {
    if count < 2, plan.modules[module].arguments.contains("-parse-as-library") || count < 1 {
      throw Decline("module \(plan.modules[module].name) has a single source")
    }
  }
}
