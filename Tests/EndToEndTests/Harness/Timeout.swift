import Foundation

/// The time in seconds after which a test that waits fails. It is much longer than anything takes, even on a
/// busy machine.
let timeout: TimeInterval = 60

/// The error of a test that has waited in vain.
struct WaitedInVain: Error, CustomStringConvertible {
  let description: String

  init(for what: String) { description = "waited \(Int(timeout)) s for \(what)" }
}

/// Waits for a state of the system that causes no event: checks repeatedly until `condition` holds.
func eventually(_ what: String, _ condition: () throws -> Bool) throws {
  let deadline = Date(timeIntervalSinceNow: timeout)
  while try !condition() {
    if Date() > deadline { throw WaitedInVain(for: what) }
    usleep(2000)
  }
}

extension NSCondition {
  /// Waits until `result` returns a value.
  @discardableResult
  func await<Result>(_ what: @autoclosure () -> String, _ result: () throws -> Result?) throws -> Result {
    let deadline = Date(timeIntervalSinceNow: timeout)
    lock()
    defer { unlock() }
    while true {
      if let result = try result() { return result }
      if !wait(until: deadline) { throw WaitedInVain(for: what()) }
    }
  }
}
