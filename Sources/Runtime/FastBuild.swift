internal import Building
internal import FastPath
internal import Posix

/// One build by the fast path: compiles what has to be, then links.
final class FastBuild {
  private let prepared: Prepared
  private let run: FastJobs
  private let limit: Int
  private let ended: (FastBuilder.Ending) -> Void
  private var running = 0
  private var printed: [[String]] = []
  private var hasErrors = false
  private var isOver = false
  private let began = ContinuousClock.now

  /// Compiles at most `limit` sources.
  init(_ prepared: Prepared, jobs: FastJobs, limit: Int, ended: @escaping (FastBuilder.Ending) -> Void) {
    self.prepared = prepared
    run = jobs
    self.limit = limit
    self.ended = ended
  }

  /// Ends in one call of `ended`, unless the jobs are killed.
  func start() { advance() }

  private func advance() {
    if prepared.compilation.count > limit {
      return end(.declined("\(prepared.compilation.count) sources are to be compiled"))
    }
    if !hasErrors {
      for step in prepared.compilation.next() { start(step) }
    }
    if running > 0 { return }
    hasErrors ? end(.failed(printed)) : link()
  }

  private func start(_ step: Compilation.Step) {
    let words =
      switch step {
      case .emitModule(let index): prepared.jobs[index].emitModule
      case .compile(let index, let source): prepared.jobs[index].compile[source] ?? []
      case .wrap(let index): prepared.jobs[index].wrap(prepared.plan.modules[index], prepared.overlay)
      }
    running += 1
    run.one(words) { [self] ending, lines in
      running -= 1
      if isOver { return }
      printed.append(lines)
      do throws(Decline) {
        try stepEnded(step, ending, lines)
        advance()
      } catch {
        end(.declined(error.description))
      }
    }
  }

  private func stepEnded(_ step: Compilation.Step, _ ending: Job.Ending, _ lines: [String]) throws(Decline) {
    guard ending == .succeeded else {
      guard ending == .failed(.exited(1)), lines.contains(where: { $0.contains(": error: ") }) else {
        throw Decline("the compiler failed without an error in the source (\(ending))")
      }
      hasErrors = true
      return
    }
    var changed = false
    if case .emitModule(let index) = step {
      let hash = try prepared.readInterface(index)
      changed = hash != prepared.interfaces[index]
      prepared.interfaces[index] = hash
    }
    prepared.compilation.succeeded(step, changed: changed)
  }

  private func link() {
    let compiled = ContinuousClock.now
    do throws(Decline) {
      try FastLink(prepared, jobs: run).start { [self] decline in
        end(
          decline.map { .declined($0.description, isFinal: true) }
            ?? .built(printed, compiling: compiled - began, linking: .now - compiled))
      }
    } catch {
      end(.declined(error.description))
    }
  }

  private func end(_ ending: FastBuilder.Ending) {
    if isOver { return }
    isOver = true
    ended(ending)
  }
}
