internal import Posix

extension LoopBreaker {
  /// The news for the user that were not taken yet.
  package struct News: Sendable {
    /// The files that only builds write.
    package private(set) var outputs: [String] = []
    /// The files that change with every build cycle and will be left alone.
    package private(set) var looping: [String] = []
    /// The files that change with the same delay after each build cycle and whose build cycles are delayed.
    package private(set) var slowed: [String] = []
    /// The files whose build cycle is delayed, and by how much.
    package private(set) var delayed: (paths: [String], wait: Duration)?
    /// The files, or directories of new files, that were reported.
    private var told: Set<String> = []

    /// Reports a file that only builds write, once.
    mutating func addOutput(_ path: String) {
      if told.insert(path).inserted { outputs.append(path) }
    }

    /// Reports looping files. The values are whether a file was new. New files of one directory are reported
    /// once.
    mutating func addLooping(_ files: [String: Bool]) {
      func name(_ path: String) -> String { files[path] == true ? "\(path.parentPath)/" : path }
      let untold = files.keys.filter { !told.contains(name($0)) }.sorted()
      told.formUnion(untold.map(name))
      looping += untold
    }

    /// Reports files whose build cycles are delayed, once.
    mutating func addSlowed(_ paths: some Sequence<String>) {
      slowed += paths.filter { told.insert($0).inserted }.sorted()
    }

    /// Reports the files of a delayed build cycle.
    mutating func setDelayed(_ paths: Set<String>, _ wait: Duration) { delayed = (paths.sorted(), wait) }

    /// Makes a file be reported again if it loops again.
    mutating func forget(_ path: String) { told.remove(path) }

    /// Returns the news and empties them.
    mutating func take() -> News {
      defer { (outputs, looping, slowed, delayed) = ([], [], [], nil) }
      return self
    }
  }

  /// Returns the news that were not taken yet.
  package mutating func takeNews() -> News { news.take() }

  /// Returns patterns for `watch.exclude` that match these files. More than two files of a directory get one
  /// pattern together.
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
  /// Returns the longest common start.
  fileprivate func commonPrefix(with other: String) -> String {
    String(zip(self, other).prefix { $0 == $1 }.map(\.0))
  }
}
