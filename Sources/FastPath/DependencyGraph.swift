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
    // Members that extensions declare have no hash of their own: a type among them may be what has changed.
    if !changed.isEmpty { for (key, fingerprint) in after where fingerprint == 0 { changed.insert(key) } }
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
          other.provides[key].flatMap { $0 == 0 ? nil : $0 } ?? other.declarations)
        view ^= mixed(seen, 0)  // in any order
      }
    }
    return view
  }
}
