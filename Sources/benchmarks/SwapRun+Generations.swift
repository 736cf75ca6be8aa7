import Foundation
import Posix
import Reloader

// The generations that hotreload reports.
extension SwapRun {
  /// Handles a report of hotreload.
  func take(_ report: Report) {
    switch report {
    case .serving(let generation, _): serves(generation)
    case .started(let generation): awaitAnswers(of: generation)
    case .live(let swapped):
      swaps.append(swapped)
      released(swapped.generation)
      loop.after(.milliseconds(300)) { [unowned self] in next() }
    case .building, .built, .drained, .leaving: break
    case .drainTimedOut, .killed: note("\(report)")
    default:
      note("\(report)")
      finish()
    }
  }

  /// Handles a live generation that was started alone: the first one, or the successor of one that was
  /// stopped.
  private func serves(_ generation: Int) {
    if generation == serving { return }
    let isFirst = serving == 0
    released(generation)
    if isFirst {
      startLoad()
      loop.after(goal.quiet) { [unowned self] in swap() }
    } else {
      restarts += 1
      loop.after(.milliseconds(300)) { [unowned self] in next() }
    }
  }

  /// Waits for answers of a generation whose listener hotreload does not see. It may listen all the same.
  private func awaitAnswers(of generation: Int, answers: Int = 0) {
    if serving >= generation || ledger.isOver { return }
    if answers < 10 {
      let connection = try? Connection(port: port)
      connection?.close()
      loop.after(.milliseconds(100)) { [unowned self] in
        awaitAnswers(of: generation, answers: connection == nil ? 0 : answers + 1)
      }
    } else {
      if restarts == 0 { note("generation \(generation) listens, and hotreload does not see it") }
      serves(generation)
    }
  }

  /// Records that a generation is live.
  private func released(_ generation: Int) {
    serving = generation
    introduceProcesses()
    ledger.released(generation)
    // This takes a second with many past connections, during which the event loop could do nothing else.
    Thread { [port, ledger] in ledger.saw(listenerInodes(port: port)) }.start()
  }

  /// Records the processes of the live generation, including its workers.
  func introduceProcesses() {
    guard let pid = service?.processIdentifier(of: serving) else { return }
    for process in ProcessTree(root: pid).processes { ledger.introduce(process, generation: serving) }
  }
}
