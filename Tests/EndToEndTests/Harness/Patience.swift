import Foundation

/// How long anything is waited for before the test fails: much longer than it takes, also on a busy machine.
let patience: TimeInterval = 60

/// Something was waited for in vain.
struct WaitedInVain: Error, CustomStringConvertible {
  let description: String

  init(for what: String) { description = "waited \(Int(patience)) s for \(what)" }
}

/// Waits for a state of the system that sends no event: looks again until `condition` holds.
func eventually(_ what: String, _ condition: () throws -> Bool) throws {
  let deadline = Date(timeIntervalSinceNow: patience)
  while try !condition() {
    if Date() > deadline { throw WaitedInVain(for: what) }
    usleep(2000)
  }
}

extension NSCondition {
  /// Waits for the event after which `result` gives something.
  @discardableResult
  func await<Result>(_ what: @autoclosure () -> String, _ result: () throws -> Result?) throws -> Result {
    let deadline = Date(timeIntervalSinceNow: patience)
    lock()
    defer { unlock() }
    while true {
      if let result = try result() { return result }
      if !wait(until: deadline) { throw WaitedInVain(for: what()) }
    }
  }
}
