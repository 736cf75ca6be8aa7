/// Which sources must be compiled again after others have changed: the compiler driver's own algorithm
/// (`ModuleDependencyGraph.swift`) over all modules at once, since a declaration's key names its module.
///
/// A declaration that is new, gone, or has another fingerprint invalidates every source that has looked it up. When a
/// source changes outside of all bodies, every declaration of it does. What is beyond is found when those sources have been
/// compiled.
package struct DependencyGraph: Sendable {
  private var sources: [String: SwiftDependencies] = [:]
  private var users: [SwiftDependencies.Key: Set<String>] = [:]
  private var providers: [SwiftDependencies.Key: Set<String>] = [:]

  /// No sources.
  package init() {}

  /// What is known of a source.
  package subscript(_ source: String) -> SwiftDependencies? { sources[source] }

  /// Takes in what a source declares and uses by now; `nil`: the source is gone. Returns the other sources that are invalid
  /// because of it, and whether anything was declared otherwise at all.
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

  private static func changedKeys(_ old: SwiftDependencies?, _ new: SwiftDependencies?) -> Set<
    SwiftDependencies.Key
  > {
    let (before, after) = (old?.provides ?? [:], new?.provides ?? [:])
    if old?.fingerprint != new?.fingerprint { return Set(before.keys).union(after.keys) }
    var changed: Set<SwiftDependencies.Key> = []
    for (key, fingerprint) in after where before[key] != fingerprint { changed.insert(key) }
    for key in before.keys where after[key] == nil { changed.insert(key) }
    if changed.isEmpty { return [] }
    // Members that extensions declare have no hash of their own: a type among them may be what has changed.
    let owners = Set(changed.map { new?.owners[$0] ?? old?.owners[$0] })
    for (key, fingerprint) in after where fingerprint == 0 {
      let owner = new?.owners[key]
      if owner == nil || owners.contains(owner) || owners.contains(nil) { changed.insert(key) }
    }
    return changed
  }

  /// The sources that use any declaration of these.
  package func users(of sources: Set<String>) -> Set<String> {
    var found: Set<String> = []
    for source in sources {
      for key in self.sources[source]?.provides.keys ?? [:].keys { found.formUnion(users[key] ?? []) }
    }
    return found.subtracting(sources)
  }

  /// The sources that use any of the declarations of this one whose owner has one of these names, or none that is known.
  func users(of source: String, owners names: Set<UInt64>) -> Set<String> {
    guard !names.isEmpty, let dependencies = sources[source] else { return [] }
    var found: Set<String> = []
    for key in dependencies.provides.keys where dependencies.owners[key].map(names.contains) ?? true {
      found.formUnion(users[key] ?? [])
    }
    return found.subtracting([source])
  }

  /// The sources that declare what this one uses.
  func providers(of dependencies: SwiftDependencies) -> Set<String> {
    var found: Set<String> = []
    for key in dependencies.uses { found.formUnion(providers[key] ?? []) }
    return found
  }

  /// A hash of all that a source sees of others: the same as long as nothing that it has looked up has changed, so that an
  /// object made of the same text is the same.
  package func view(of dependencies: SwiftDependencies, in source: String) -> UInt64 {
    var view: UInt64 = 0
    for key in dependencies.uses {
      for provider in providers[key] ?? [] where provider != source {
        guard let other = sources[provider] else { continue }
        let seen = mixed(
          mixed(mixed(key.value, hashOfBytes(Array(provider.utf8))), other.fingerprint),
          other.provides[key].flatMap { $0 == 0 ? nil : $0 } ?? other.hash(beside: key))
        view ^= mixed(seen, 0)  // in any order
      }
    }
    return view
  }
}
