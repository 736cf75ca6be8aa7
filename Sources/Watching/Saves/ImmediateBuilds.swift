extension LoopBreaker {
  /// Decides which files are built at once although they change in a build cycle, because they are probably
  /// saves. Each file may do so a limited number of times, so that loops end.
  struct ImmediateBuilds: Sendable {
    /// The number of times for a file that was certainly saved while no build cycle was open.
    private static let ofSaved = 8
    /// The number of other files that may do so once each until the next save. They existed before and have
    /// not been saved yet.
    private static let ofOthers = 3

    /// The number of times left for files that were saved.
    private var budgets: [String: Int] = [:]
    /// The other files that have done so since the last save.
    private var others: Set<String> = []
    /// The files that no own program can have written.
    private var sure: Set<String> = []
    /// The number of times that files have done so which an own program may have written after a build cycle
    /// without a save.
    private var unsure: [String: Int] = [:]

    /// Records that these files were saved while no build cycle was open.
    mutating func saved(_ paths: Set<String>) {
      for path in paths { budgets[path] = isSure(of: path) ? Self.ofSaved : 1 }
      (others, unsure) = ([], [:])
    }

    /// Counts a change of a file that an own program may have written after a build cycle without a save.
    /// Returns whether it may still be built at once.
    mutating func useUnsure(_ name: String) -> Bool {
      unsure[name, default: 0] += 1
      return unsure[name, default: 0] <= Self.ofSaved
    }

    /// Records that no own program can have written the file.
    mutating func becomeSure(of path: String) { sure.insert(path) }

    /// Returns whether the file was certainly saved.
    func isSure(of path: String) -> Bool { sure.contains(path) }

    /// Returns whether the file may still be built at once.
    func has(_ path: String) -> Bool {
      budgets[path].map { $0 > 0 } ?? (others.count < Self.ofOthers && !others.contains(path))
    }

    /// Counts a change of a file that is built at once.
    mutating func use(_ path: String) {
      if let budget = budgets[path] { budgets[path] = budget - 1 } else { others.insert(path) }
    }
  }
}
