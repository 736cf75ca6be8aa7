import Reloader

extension Timing {
  /// Creates the limits that the tests assume.
  init() {
    self.init(
      readiness: .seconds(30), handover: .seconds(5), probation: .seconds(1), drain: .seconds(10),
      grace: .seconds(5), backoff: .seconds(1), backoffLimit: .seconds(30), health: .seconds(10))
  }
}
