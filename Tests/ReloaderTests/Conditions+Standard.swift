import Reloader

extension Readiness.Conditions {
  /// Creates the conditions with the period and the threshold that the tests assume. The default is no condition.
  init(notifies: Bool = false, path: String? = nil, hasCommand: Bool = false, delay: Duration = .zero) {
    self.init(
      notifies: notifies, path: path, hasCommand: hasCommand, delay: delay, period: .milliseconds(250),
      threshold: 1)
  }
}
