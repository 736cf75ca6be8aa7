internal import Reloader

/// The reports of several services about one build, merged for the user.
struct BuildReports {
  /// Whether a service has a new program, which was reported.
  private(set) var isNew = false
  private(set) var unchanged: Duration?
  private(set) var failed: Duration?
  private(set) var serving: [(service: String, generation: Int)] = []

  /// Records a report. Returns whether the caller should not print it: it is printed once for all services,
  /// or was already. `isFirst` marks the service whose reports of the build's progress are printed.
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
