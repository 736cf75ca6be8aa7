extension Compilation {
  /// The state of the interfaces of modules, each by its index.
  package struct Interfaces: Sendable {
    /// The modules whose interface was not made from the current sources.
    var unemitted: Set<Int> = []
    /// The modules in ``unemitted`` whose declarations have changed.
    var outdated: Set<Int> = []
    /// The modules in ``unemitted`` with sources that were compiled because another module has changed. An
    /// inferred type may differ although the text is the same.
    var affected: Set<Int> = []
    /// The modules in ``unemitted`` whose inlinable bodies have changed. The sources that this affects are
    /// known when the interface has been made.
    var inlined: Set<Int> = []
    /// A hash of the last interface of each module, if one was made.
    var hashes: [Int: UInt64] = [:]
    /// The modules whose interface has not been wrapped into an object for debuggers yet.
    package internal(set) var unwrapped: Set<Int> = []
  }

  /// The state of one build.
  package struct Build: Sendable {
    /// The steps that are running.
    var running: Set<Step> = []
    /// The sources that the build has compiled.
    package internal(set) var compiled: Set<String> = []
    /// Whether a declaration has changed in the build.
    package internal(set) var hasChangedDeclarations = false
  }

  /// The last confirmed build, and the objects since then.
  package struct Confirmation: Sendable {
    /// The text of each source in the last confirmed build.
    var texts: [String: SourceText]
    /// The sources that were compiled while others may have been changing.
    var pending: Set<String> = []
    /// The remembered objects that were reused since the last confirmed build.
    package internal(set) var reused: [Object] = []
  }
}
