extension LoopBreaker {
  /// What the user is to be told.
  package struct News: Sendable {
    /// Files that only builds write.
    package private(set) var outputs: [String] = []
    /// Files that change with every round, and are left alone soon.
    package private(set) var looping: [String] = []
    /// Files that change as long after each round, whose rounds come later.
    package private(set) var slowed: [String] = []
    /// Files whose round waits, and for how long.
    package private(set) var delayed: (paths: [String], wait: Duration)?
    private var told: Set<String> = []

    mutating func addOutput(_ path: String) {
      if told.insert(path).inserted { outputs.append(path) }
    }

    /// The values say which files were new: those of a directory are told once.
    mutating func addLooping(_ files: [String: Bool]) {
      func name(_ path: String) -> String { files[path] == true ? "\(path.parentPath)/" : path }
      let untold = files.keys.filter { !told.contains(name($0)) }.sorted()
      told.formUnion(untold.map(name))
      looping += untold
    }

    mutating func addSlowed(_ paths: some Sequence<String>) {
      slowed += paths.filter { told.insert($0).inserted }.sorted()
    }

    mutating func setDelayed(_ paths: Set<String>, _ wait: Duration) { delayed = (paths.sorted(), wait) }

    /// It is told again if it does so again.
    mutating func forget(_ path: String) { told.remove(path) }

    mutating func take() -> News {
      defer { (outputs, looping, slowed, delayed) = ([], [], [], nil) }
      return self
    }
  }

  /// Returns what has not been told yet.
  package mutating func takeNews() -> News { news.take() }

  /// Returns patterns for `watch.exclude` that match these files: one for several names in a directory.
  package static func exclusions(for paths: [String]) -> [String] {
    Dictionary(grouping: paths, by: \.parentPath).flatMap { _, paths -> [String] in
      guard paths.count > 2, let first = paths.first else { return paths }
      let start = paths.reduce(first) { $0.commonPrefix(with: $1) }
      let ends = paths.map { String($0.dropFirst(start.count).reversed()) }
      let end = String(ends.reduce(ends[0]) { $0.commonPrefix(with: $1) }.reversed())
      return ["\(start)*\(end)"]
    }.sorted()
  }
}

extension String {
  fileprivate func commonPrefix(with other: String) -> String {
    String(zip(self, other).prefix { $0 == $1 }.map(\.0))
  }
}
