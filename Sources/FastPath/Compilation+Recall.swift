// Objects that were made before of the same as is there now.

extension Compilation {
  /// Reads the `.swiftdeps` of a remembered object; `nil` if it is not there any more.
  package typealias Reader = (Object) -> SwiftDependencies?

  /// Takes remembered objects for stale sources where they were made of what there is now.
  ///
  /// What they were made of includes what they saw of each other, and several may go back at the same time. So first all
  /// sources whose text was compiled before are taken to declare what they declared then; those that saw what there is now
  /// need no compiler.
  mutating func recall(_ remembered: RememberedObjects, _ read: Reader) {
    var known: [String: [(object: Object, dependencies: SwiftDependencies)]] = [:]
    var asked: Set<String> = []
    while let (module, source) = firstStale(except: asked) {
      asked.insert(source)
      guard !compiled.contains(source) else { continue }
      let candidates = candidates(for: source, in: module, remembered).compactMap { object in
        read(object).map { (object, $0) }
      }
      guard let newest = candidates.first else { continue }
      known[source] = candidates
      update(source, of: module, newest.1)
    }
    // A source sees what those in other modules saw, so these come first.
    let found = known.compactMap { source, candidates in module(of: source).map { ($0, source, candidates) } }
    for (module, source, candidates) in found.sorted(by: { ($0.0, $0.1) < ($1.0, $1.1) }) {
      let match = candidates.first { candidate in
        view(of: source, candidate.dependencies, in: module).map { $0 == candidate.object.view } ?? false
      }
      // Another than the newest would have others see other declarations than they were shown.
      guard let match, match.dependencies.provides == graph[source]?.provides,
        match.dependencies.fingerprint == graph[source]?.fingerprint
      else { continue }
      update(source, of: module, match.dependencies)
      objects[source] = match.object
      stale[module].remove(source)
      recalled.append(match.object)
    }
  }

  /// Where the sources of a module are all of remembered texts, what they hold of others' bodies is known without its
  /// interface.
  mutating func recallInlined(_ remembered: RememberedObjects, _ read: Reader) {
    for module in inlined where stale[module].isEmpty {
      for index in [module] + modules[module].importers {
        for source in sources[index] where objects[source].map({ $0.view != view(of: source) }) ?? true {
          stale[index].insert(source)
          // Importers are compiled against its interface, or against one that it is compiled into.
          unemitted.insert(index)
          affected.formUnion([module, index])
        }
      }
      recall(remembered, read)
      inlined.remove(module)
      interfaces[module] = nil  // the one that was made last is of other bodies
    }
  }

  private func firstStale(except asked: Set<String>) -> (Int, String)? {
    for (module, sources) in stale.enumerated() {
      if let source = sources.first(where: { !asked.contains($0) }) { return (module, source) }
    }
    return nil
  }

  private func candidates(for source: String, in module: Int, _ remembered: RememberedObjects) -> [Object] {
    guard let text = texts[source] else { return [] }
    let current = objects[source].flatMap { $0.view != nil && $0.text == text.hash ? $0 : nil }
    return (current.map { [$0] } ?? [])
      + remembered.objects(of: source, text: text.hash, world: worlds[module])
  }

  /// A hash of all that a source sees of others, with these dependencies; `nil` as long as that is not known.
  private func view(of source: String, _ dependencies: SwiftDependencies, in module: Int) -> UInt64? {
    var view = graph.view(of: dependencies, in: source)
    // Types that are inferred in another module are written into its interface. No fingerprint tells of them, so what
    // their source sees itself counts.
    for provider in graph.providers(of: dependencies).subtracting(sources[module]) {
      guard let other = self.module(of: provider) else { continue }
      guard !stale[other].contains(provider), let seen = objects[provider]?.view ?? self.view(of: provider)
      else { return nil }
      view ^= mixed(mixed(hashOfBytes(Array(provider.utf8)), seen), 1)  // in any order
    }
    // Bodies that it may be compiled with.
    for (index, other) in modules.enumerated() where index == module || other.importers.contains(module) {
      view = mixed(view, inlinedBodies[index])
    }
    return view
  }

  /// Takes in which bodies others may be compiled with.
  mutating func noteInlinedBodies() {
    inlinedBodies = sources.map { sources in
      sources.reduce(0) { hash, source in
        guard let text = texts[source], text.isInlined else { return hash }
        return hash ^ mixed(text.hash, hashOfBytes(Array(source.utf8)))  // in any order
      }
    }
  }

  func view(of source: String) -> UInt64? {
    guard let module = module(of: source), let dependencies = graph[source] else { return nil }
    return view(of: source, dependencies, in: module)
  }
}
