/// Decides which sources must be compiled after others have changed. It uses the algorithm of the compiler
/// driver (`ModuleDependencyGraph.swift`) over all modules at once, because the key of a declaration names
/// its module.
///
/// A declaration that is new, deleted, or has another fingerprint invalidates every source that has looked it
/// up. A change outside all bodies invalidates the users of every declaration of the source. Further changes
/// are found when those sources have been compiled.
package struct DependencyGraph: Sendable {
  /// The dependencies of each source.
  private var sources: [String: SwiftDependencies] = [:]
  /// The sources that use a declaration.
  private var users: [SwiftDependencies.Key: Set<String>] = [:]
  /// The sources that provide a declaration.
  private var providers: [SwiftDependencies.Key: Set<String>] = [:]

  /// Creates a graph without sources.
  package init() {}

  /// The dependencies of a source; `nil` if they are not known.
  package subscript(_ source: String) -> SwiftDependencies? { sources[source] }

  /// Updates the dependencies of a source; `nil` removes it. Returns the other sources that this invalidates,
  /// and whether any declaration has changed.
  package mutating func update(_ source: String, _ new: SwiftDependencies?) -> (
    invalid: Set<String>, isVisible: Bool
  ) {
    let old = sources[source]
    let changed = Self.changedKeys(old, new)
    for key in old?.uses ?? [] where new?.uses.contains(key) != true { users[key]?.remove(source) }
    for key in new?.uses ?? [] where old?.uses.contains(key) != true {
      users[key, default: []].insert(source)
    }
    for key in old?.provides.keys ?? [:].keys where new?.provides[key] == nil {
      providers[key]?.remove(source)
    }
    for key in new?.provides.keys ?? [:].keys where old?.provides[key] == nil {
      providers[key, default: []].insert(source)
    }
    sources[source] = new
    var invalid: Set<String> = []
    for key in changed { invalid.formUnion(users[key] ?? []) }
    invalid.remove(source)
    return (invalid, !changed.isEmpty || old?.fingerprint != new?.fingerprint)
  }

  /// Returns the declarations that differ, or may differ, between two versions of a source.
  private static func changedKeys(_ old: SwiftDependencies?, _ new: SwiftDependencies?) -> Set<
    SwiftDependencies.Key
  > {
    let (before, after) = (old?.provides ?? [:], new?.provides ?? [:])
    if old?.fingerprint != new?.fingerprint { return Set(before.keys).union(after.keys) }
    var changed: Set<SwiftDependencies.Key> = []
    for (key, fingerprint) in after where before[key] != fingerprint { changed.insert(key) }
    for key in before.keys where after[key] == nil { changed.insert(key) }
    if changed.isEmpty { return [] }
    // Members that are declared in extensions have no fingerprint. Those of a changed type may have changed.
    let owners = Set(changed.map { new?.owners[$0] ?? old?.owners[$0] })
    for (key, fingerprint) in after where fingerprint == 0 {
      let owner = new?.owners[key]
      if owner == nil || owners.contains(owner) || owners.contains(nil) { changed.insert(key) }
    }
    return changed
  }

  /// Returns the sources that use any declaration of `sources`.
  package func users(of sources: Set<String>) -> Set<String> {
    var found: Set<String> = []
    for source in sources {
      for key in self.sources[source]?.provides.keys ?? [:].keys { found.formUnion(users[key] ?? []) }
    }
    return found.subtracting(sources)
  }

  /// Returns the sources that use a declaration of `source` whose owner has one of these names, or is not
  /// known.
  func users(of source: String, owners names: Set<UInt64>) -> Set<String> {
    guard !names.isEmpty, let dependencies = sources[source] else { return [] }
    var found: Set<String> = []
    for key in dependencies.provides.keys where dependencies.owners[key].map(names.contains) ?? true {
      found.formUnion(users[key] ?? [])
    }
    return found.subtracting([source])
  }

  /// Returns the sources that declare what these dependencies use.
  func providers(of dependencies: SwiftDependencies) -> Set<String> {
    var found: Set<String> = []
    for key in dependencies.uses { found.formUnion(providers[key] ?? []) }
    return found
  }

  /// Returns a hash of everything that a source uses of others. As long as it is the same, the same text is
  /// compiled into the same object.
  package func inputHash(of dependencies: SwiftDependencies, in source: String) -> UInt64 {
    var inputHash: UInt64 = 0
    for key in dependencies.uses {
      for provider in providers[key] ?? [] where provider != source {
        guard let other = sources[provider] else { continue }
        let seen = combineHash(
          combineHash(combineHash(key.value, hashOfBytes(Array(provider.utf8))), other.fingerprint),
          other.provides[key].flatMap { $0 == 0 ? nil : $0 } ?? other.hash(beside: key))
        inputHash ^= combineHash(seen, 0)  // independent of the order
      }
    }
    return inputHash
  }
}
