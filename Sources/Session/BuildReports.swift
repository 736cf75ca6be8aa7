internal import Reloader

/// What one build means for several services.
struct BuildReports {
  /// One of them has a new program, which was told.
  private(set) var isNew = false
  private(set) var unchanged: Duration?
  private(set) var failed: Duration?
  private(set) var serving: [(service: String, generation: Int)] = []

  /// Takes in what is told once for all; false for what is told now. How a build goes is told by the first of them.
  mutating func take(_ report: Report, isFirst: Bool, _ service: String) -> Bool {
    switch report {
    case .building, .buildingClean, .stillBuilding, .buildSuperseded: return !isFirst
    case .built:
      defer { isNew = true }
      return isNew
    case .unchanged(let duration): unchanged = duration
    case .buildFailed(let duration, let generation):
      failed = duration
      if let generation { serving.append((service, generation)) }
    default: return false
    }
    return true
  }
}
