package import Posix

/// Runs commands, as many at a time as there are processors, and collects what each prints.
package final class JobPool {
  private let loop: EventLoop
  private let children: Children
  private let limit: Int
  private var waiting: [(Command, (Job.Ending, [String]) -> Void)] = []
  private var running: [Int: Job] = [:]
  private var lastNumber = 0
  private var idle: (() -> Void)?

  /// At most `limit` at a time.
  package init(limit: Int, loop: EventLoop, children: Children) {
    self.limit = limit
    self.loop = loop
    self.children = children
  }

  /// Runs a command when it is its turn. `whenEnded` gets its end, with all lines of its output; nothing when it was
  /// ended by ``kill()``.
  package func run(_ command: Command, whenEnded: @escaping (Job.Ending, [String]) -> Void) {
    waiting.append((command, whenEnded))
    startNext()
  }

  /// Runs all commands; `whenAllEnded` gets what became of each, in the same order.
  package func runAll(_ commands: [Command], whenAllEnded: @escaping ([(Job.Ending, [String])]) -> Void) {
    var results: [Int: (Job.Ending, [String])] = [:]
    if commands.isEmpty { return whenAllEnded([]) }
    for (index, command) in commands.enumerated() {
      run(command) { ending, lines in
        results[index] = (ending, lines)
        if results.count == commands.count { whenAllEnded(commands.indices.compactMap { results[$0] }) }
      }
    }
  }

  /// Ends everything at once. Nobody is told.
  package func kill() {
    waiting = []
    for job in running.values { job.kill() }
  }

  /// Calls `handler` once, when nothing runs any more.
  package func whenIdle(_ handler: @escaping () -> Void) {
    idle = handler
    tellWhenIdle()
  }

  private func tellWhenIdle() {
    guard running.isEmpty, waiting.isEmpty, let handler = idle else { return }
    idle = nil
    handler()
  }

  private func startNext() {
    while running.count < limit, !waiting.isEmpty {
      let (command, whenEnded) = waiting.removeFirst()
      lastNumber += 1
      let number = lastNumber
      var lines: [String] = []
      do throws(SystemError) {
        running[number] = try Job(command, loop: loop, children: children) { line, isComplete, _ in
          if isComplete { lines.append(line) }
        } whenEnded: { [unowned self] ending in
          running[number] = nil
          if ending != .cancelled { whenEnded(ending, lines) }
          startNext()
          tellWhenIdle()
        }
      } catch {
        whenEnded(.failed(.exited(127)), ["\(error)"])
      }
    }
  }
}
