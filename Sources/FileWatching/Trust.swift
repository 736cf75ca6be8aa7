extension LoopBreaker {
  /// Decides which files are built at once although they change in a round: likely a person's saves, of which the newest
  /// wins. Loops use that up.
  struct Trust: Sendable {
    /// How often a file may that somebody has saved for sure while nothing was in progress.
    private static let ofSaved = 8
    /// How many files may that were there before and have not been saved yet, once each, until the next save.
    private static let ofOthers = 3

    private var budgets: [String: Int] = [:]
    private var others: Set<String> = []
    private var sure: Set<String> = []
    private var unsure: [String: Int] = [:]

    /// Notes that these were saved while nothing was in progress.
    mutating func saved(_ paths: Set<String>) {
      for path in paths { budgets[path] = isSure(of: path) ? Self.ofSaved : 1 }
      (others, unsure) = ([], [:])
    }

    /// Returns whether a file may that one of our programs may have written after a round that was not started by a save.
    mutating func useUnsure(_ name: String) -> Bool {
      unsure[name, default: 0] += 1
      return unsure[name, default: 0] <= Self.ofSaved
    }

    /// Notes that none of our programs can have written the file.
    mutating func becomeSure(of path: String) { sure.insert(path) }

    /// Whether somebody has saved the file for sure.
    func isSure(of path: String) -> Bool { sure.contains(path) }

    func has(_ path: String) -> Bool {
      budgets[path].map { $0 > 0 } ?? (others.count < Self.ofOthers && !others.contains(path))
    }

    mutating func use(_ path: String) {
      if let budget = budgets[path] { budgets[path] = budget - 1 } else { others.insert(path) }
    }
  }
}
