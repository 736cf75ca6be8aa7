import Foundation
import Synchronization
import Testing

/// Runs two cases at a time for each processor, since a case mostly waits. Each has a thread of
/// its own, because a case blocks, and the threads of Swift's tasks must not.
struct Lanes: SuiteTrait, TestTrait, TestScoping {
  private static let free = Slots(ProcessInfo.processInfo.activeProcessorCount * 2)

  var isRecursive: Bool { true }

  func scopeProvider(for test: Test, testCase: Test.Case?) -> Lanes? { testCase == nil ? nil : self }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    await Self.free.take()
    let start = ContinuousClock.now
    defer {
      note(test, start.duration(to: .now))
      Self.free.giveBack()
    }
    try await withTaskExecutorPreference(OwnThread(), operation: function)
  }
}

extension Lanes {
  /// Appends how long a test took, and where it is, to the file that `TEST_TIMES` names. The test runner's own times
  /// include the wait for a lane.
  private func note(_ test: Test, _ duration: Duration) {
    guard let path = ProcessInfo.processInfo.environment["TEST_TIMES"], let file = fopen(path, "a") else {
      return
    }
    fputs(
      "\(duration / .seconds(1)) \(test.sourceLocation.fileName) \(test.displayName ?? test.name)\n", file)
    fclose(file)
  }
}

extension Trait where Self == Lanes {
  static var inLanes: Lanes { Lanes() }
}

/// Runs jobs one after another on a thread that runs nothing else meanwhile.
private final class OwnThread: TaskExecutor {
  private let queue = DispatchQueue(label: "a test")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}

private final class Slots: Sendable {
  private struct State {
    var free: Int
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state: Mutex<State>

  init(_ count: Int) { state = Mutex(State(free: count)) }

  func take() async {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        if state.free > 0 {
          state.free -= 1
          return true
        }
        state.waiting.append(continuation)
        return false
      }
      if isFree { continuation.resume() }
    }
  }

  func giveBack() {
    let next = state.withLock { state in
      if state.waiting.isEmpty {
        state.free += 1
        return CheckedContinuation<Void, Never>?.none
      }
      return state.waiting.removeFirst()
    }
    next?.resume()
  }
}
