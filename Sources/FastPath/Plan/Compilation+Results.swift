// The results of the steps.

extension Compilation {
  /// Records the objects and the dependencies of a batch that was compiled.
  package mutating func succeeded(
    _ batch: Batch, _ results: [(Object, SwiftDependencies)], remembered: RememberedObjects, read: Reader
  ) {
    guard build.running.remove(.compile(batch)) != nil else { return }
    for (object, _) in results {
      stale[batch.module].remove(object.source)
      build.compiled.insert(object.source)
      confirmation.pending.insert(object.source)
      objects[object.source] = object
      interfaces.unemitted.insert(batch.module)
    }
    for (object, dependencies) in results { update(object.source, of: batch.module, dependencies) }
    reuse(remembered, read)
  }

  /// Records that the interface of a module was made, with its hash.
  package mutating func emitted(_ module: Int, hash: UInt64) {
    build.running.remove(.emitModule(module))
    interfaces.unemitted.remove(module)
    let isExplained = [interfaces.outdated.remove(module), interfaces.affected.remove(module)].contains {
      $0 != nil
    }
    let known = interfaces.hashes.updateValue(hash, forKey: module)
    if known != hash { interfaces.unwrapped.insert(module) }
    let mayBeInlined = interfaces.inlined.remove(module) != nil
    if mayBeInlined, known != hash {
      stale[module].formUnion(Set(sources[module]).subtracting(build.compiled))
      compileAllImporters(of: module)
    } else if let known, known != hash, !isExplained {
      // The interface has changed although no declaration has. A type was inferred from another module's.
      compileAllImporters(of: module)
    }
  }

  /// Marks all sources of the modules that import this one as stale.
  private mutating func compileAllImporters(of module: Int) {
    for importer in modules[module].importers {
      stale[importer] = Set(sources[importer])
      interfaces.unemitted.insert(importer)
      interfaces.affected.insert(importer)
    }
  }

  /// Confirms that no source has changed since the build started, so the objects match the sources. Returns
  /// the objects that may be remembered.
  package mutating func confirm() -> [Object] {
    confirmation.pending = []
    confirmation.reused = []
    guard isComplete else { return [] }
    confirmation.texts = texts
    var new: [Object] = []
    for (source, object) in objects where object.inputHash == nil {
      let inputHash = inputHash(of: source)
      objects[source]?.inputHash = inputHash
      if let object = objects[source] { new.append(object) }
    }
    return new
  }
}
