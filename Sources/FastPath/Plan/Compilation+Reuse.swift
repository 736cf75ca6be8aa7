// Reuse of objects that were compiled from the same sources before.

extension Compilation {
  /// Reads the `.swiftdeps` file of a remembered object. Returns `nil` if it no longer exists.
  package typealias Reader = (Object) -> SwiftDependencies?

  /// Replaces stale objects by remembered ones that were compiled from the same input.
  ///
  /// The input of an object includes the declarations of other sources that it uses, and several sources may
  /// return to an earlier text at once. So each source with a remembered text is first given the declarations
  /// that it had with that text. An object whose input then matches needs no compilation.
  mutating func reuse(_ remembered: RememberedObjects, _ read: Reader) {
    var known: [String: [(object: Object, dependencies: SwiftDependencies)]] = [:]
    var asked: Set<String> = []
    while let (module, source) = firstStale(except: asked) {
      asked.insert(source)
      guard !build.compiled.contains(source) else { continue }
      let candidates = candidates(for: source, in: module, remembered).compactMap { object in
        read(object).map { (object, $0) }
      }
      guard let newest = candidates.first else { continue }
      known[source] = candidates
      update(source, of: module, newest.1)
    }
    // A source's input hash includes the input hashes of sources in other modules, so those modules come first.
    let found = known.compactMap { source, candidates in module(of: source).map { ($0, source, candidates) } }
    for (module, source, candidates) in found.sorted(by: { ($0.0, $0.1) < ($1.0, $1.1) }) {
      let match = candidates.first { candidate in
        inputHash(of: source, candidate.dependencies, in: module).map { $0 == candidate.object.inputHash }
          ?? false
      }
      // Sources were compared with the newest candidate's declarations. Another one must declare the same.
      guard let match, match.dependencies.provides == graph[source]?.provides,
        match.dependencies.fingerprint == graph[source]?.fingerprint
      else { continue }
      update(source, of: module, match.dependencies)
      objects[source] = match.object
      stale[module].remove(source)
      confirmation.reused.append(match.object)
    }
  }

  /// Reuses objects after a change of inlinable bodies, before the module's interface has been made. This is
  /// possible if all sources of the module have remembered texts.
  mutating func reuseInlined(_ remembered: RememberedObjects, _ read: Reader) {
    for module in interfaces.inlined where stale[module].isEmpty {
      for index in [module] + modules[module].importers {
        for source in sources[index]
        where objects[source].map({ $0.inputHash != inputHash(of: source) }) ?? true {
          stale[index].insert(source)
          // Importers are compiled against this interface, or against one into which it was inlined.
          interfaces.unemitted.insert(index)
          interfaces.affected.formUnion([module, index])
        }
      }
      reuse(remembered, read)
      interfaces.inlined.remove(module)
      interfaces.hashes[module] = nil  // the last one has other inlinable bodies
    }
  }

  /// Returns the first stale source that is not in `asked`, with the index of its module.
  private func firstStale(except asked: Set<String>) -> (Int, String)? {
    for (module, sources) in stale.enumerated() {
      if let source = sources.first(where: { !asked.contains($0) }) { return (module, source) }
    }
    return nil
  }

  /// Returns the objects that the current text of a source was compiled into, the newest first.
  private func candidates(for source: String, in module: Int, _ remembered: RememberedObjects) -> [Object] {
    guard let text = texts[source] else { return [] }
    let current = objects[source].flatMap { $0.inputHash != nil && $0.text == text.hash ? $0 : nil }
    return (current.map { [$0] } ?? [])
      + remembered.objects(of: source, text: text.hash, compilerHash: compilerHashes[module])
  }

  /// Returns a hash of everything that a source uses of others, given these dependencies; `nil` if it is not
  /// known yet.
  private func inputHash(of source: String, _ dependencies: SwiftDependencies, in module: Int) -> UInt64? {
    var inputHash = graph.inputHash(of: dependencies, in: source)
    // A type that is inferred in another module is written into that module's interface, and no fingerprint
    // covers it. So the input hash of the declaring source is included.
    for provider in graph.providers(of: dependencies).subtracting(sources[module]) {
      guard let other = self.module(of: provider) else { continue }
      guard !stale[other].contains(provider),
        let seen = objects[provider]?.inputHash ?? self.inputHash(of: provider)
      else { return nil }
      // The result is independent of the order.
      inputHash ^= combineHash(combineHash(hashOfBytes(Array(provider.utf8)), seen), 1)
    }
    // The hash includes the bodies that may be inlined into the source.
    for (index, other) in modules.enumerated() where index == module || other.importers.contains(module) {
      inputHash = combineHash(inputHash, inlinedBodies[index])
    }
    return inputHash
  }

  /// Updates the hashes of the inlinable bodies.
  mutating func noteInlinedBodies() {
    inlinedBodies = sources.map { sources in
      sources.reduce(0) { hash, source in
        guard let text = texts[source], text.isInlined else { return hash }
        return hash ^ combineHash(text.hash, hashOfBytes(Array(source.utf8)))  // independent of the order
      }
    }
  }

  /// Returns a hash of everything that a source uses of others; `nil` if it is not known yet.
  func inputHash(of source: String) -> UInt64? {
    guard let module = module(of: source), let dependencies = graph[source] else { return nil }
    return inputHash(of: source, dependencies, in: module)
  }
}
