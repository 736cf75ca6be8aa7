// The start of a build: its changes invalidate objects and interfaces.

extension Compilation {
  /// Starts a build. Sources that were not confirmed by the previous build are compiled again.
  package mutating func beginBuild(_ changes: SourceChanges, remembered: RememberedObjects, read: Reader) {
    (build.running, build.compiled) = ([], [])
    build.hasChangedDeclarations = false
    for index in modules.indices {
      for source in sources[index] where confirmation.pending.contains(source) { stale[index].insert(source) }
    }
    confirmation.pending = []
    for source in changes.removed { remove(source) }
    for (source, module) in changes.added where !sources[module].contains(source) {
      sources[module].append(source)
      noteChange(in: module, of: source, changes.texts[source])
    }
    for (source, text) in changes.texts {
      guard let module = module(of: source), text != texts[source] || objects[source] == nil else { continue }
      noteChange(in: module, of: source, text)
    }
    texts.merge(changes.texts) { $1 }
    noteInlinedBodies()
    reuse(remembered, read)
    reuseInlined(remembered, read)
  }

  /// Marks a source as changed, and its module's interface as outdated.
  private mutating func noteChange(in module: Int, of source: String, _ text: SourceText?) {
    stale[module].insert(source)
    interfaces.unemitted.insert(module)
    if text?.isInlined == true || texts[source]?.isInlined == true { interfaces.inlined.insert(module) }
  }

  /// Removes a source that has been deleted.
  private mutating func remove(_ source: String) {
    guard let module = module(of: source) else { return }
    noteChange(in: module, of: source, nil)
    sources[module].removeAll { $0 == source }
    stale[module].remove(source)
    (objects[source], texts[source]) = (nil, nil)
    update(source, of: module, nil)
  }
}
