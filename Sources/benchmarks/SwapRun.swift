import Foundation
import Posix
import Project
import Reloader
import Settings
import Serving

/// A server, with the results of its clients' requests.
final class SwapRun {
  let server: MeasuredServer
  let ledger = Ledger()
  /// The completed swaps.
  var swaps: [Swapped] = []
  /// The number of times that the old generation was stopped before the new one was started.
  var restarts = 0
  /// The problems so far, and hotreload's notices about the server.
  var troubles: [String] = []
  let goal: SwapGoal
  let port: UInt16
  let loop: EventLoop
  var service: MeasuredService?
  /// The number of the live generation.
  var serving = 0
  /// The number of clients, and the program that they run in if it is not this one.
  var clients: (count: Int, external: ExternalClients?) = (0, nil)
  /// The resources after ``SwapGoal/warmSwaps``, and at the end.
  var hygiene: (warm: Hygiene?, last: Hygiene?) = (nil, nil)

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - server: The server to swap.
  ///   - port: The server's port; `nil` for a free one.
  ///   - swaps: The minimum number of swaps.
  ///   - requests: The minimum number of requests.
  ///   - quiet: The duration of the load before the first swap, for comparison.
  ///   - movesConnections: Whether idle connections are handed to the new generation.
  ///   - watchesHygiene: Whether the resources are compared after ``SwapGoal/warmSwaps`` and at the end.
  ///   - limit: The maximum duration of the run.
  init(
    of server: MeasuredServer, port: Int? = nil, swaps: Int, requests: Int, quiet: Duration = .seconds(5),
    movesConnections: Bool = true, watchesHygiene: Bool = false, limit: Duration? = nil
  ) throws {
    self.server = server
    self.port = try port.map { UInt16($0) } ?? freePort()
    goal = SwapGoal(swaps: swaps, requests: requests, quiet: quiet, watchesHygiene: watchesHygiene)
    setenv("PORT", "\(self.port)", 1)
    setenv("LOG_LEVEL", "error", 1)
    loop = try EventLoop()
    var timing = Timing(Settings())
    timing.probation = .milliseconds(100)
    timing.movesConnections = movesConnections
    service = try MeasuredService(server, timing, loop: loop) { [unowned self] in
      take($0)
    } notice: { [unowned self] notice in
      switch notice {
      case .status: break  // the server prints it too
      default: note("\(notice)")
      }
    }
    if let limit {
      loop.after(limit) { [unowned self] in
        note("the run was stopped after \(limit)")
        finish()
      }
    }
  }

  /// Runs until all swaps and requests are done.
  func run() throws {
    try service?.run()
  }

  /// Records a problem.
  func note(_ trouble: String) {
    troubles.append(trouble)
    print("unexpected: \(trouble)")
  }

  /// Continues with the next swap, a look at the resources, or the end.
  func next() {
    let isOver = swaps.count + restarts >= goal.swaps && ledger.total >= goal.requests
    guard goal.watchesHygiene, isOver || swaps.count == goal.warmSwaps else {
      return isOver ? finish() : swap()
    }
    look { [unowned self] in
      if isOver {
        hygiene.last = $0
        finish()
      } else {
        hygiene.warm = $0
        swap()
      }
    }
  }

  /// Starts the next swap.
  func swap() {
    introduceProcesses()  // all workers have started
    service?.swap()
  }
}
