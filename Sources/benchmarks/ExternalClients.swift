import Foundation
import Posix

/// Clients in a separate process, which prints a line for each request: the ``ClientKind``, the start and the
/// duration in nanoseconds of CLOCK_BOOTTIME, `answered` or `lost`, and the body or the reason.
final class ExternalClients: Sendable {
  private let ledger: Ledger
  /// The writing end of the process's standard input.
  private let input: CInt
  private let output: FileHandle
  /// The kinds of clients, by the names that the process prints.
  private let kinds: [String: ClientKind]
  /// One moment by both clocks.
  private let start = (instant: ContinuousClock.now, nanoseconds: bootTime())

  init(program: String, kinds: [ClientKind], ledger: Ledger) throws {
    self.ledger = ledger
    self.kinds = Dictionary(kinds.map { ("\($0)", $0) }) { first, _ in first }
    let (inputEnd, input) = try makePipe(), (output, outputEnd) = try makePipe()
    self.input = input
    self.output = FileHandle(fileDescriptor: output, closeOnDealloc: true)
    _ = try Command(
      path: program, arguments: [program] + kinds.map { "\($0)" }, environment: CurrentProcess.environment,
      directory: CurrentProcess.directory, parentDeathSignal: SIGKILL
    ).start(input: inputEnd, output: outputEnd, error: STDERR_FILENO)
    close(inputEnd)
    close(outputEnd)
    Thread { [self] in read() }.start()
  }

  /// Closes the input. The clients then finish their requests and end.
  func end() { close(input) }

  /// Reads lines until the process ends.
  private func read() {
    var rest = Data()
    while case let data = output.availableData, !data.isEmpty {
      rest += data
      while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        enter(String(decoding: rest[..<end], as: UTF8.self))
        rest = rest[(end + 1)...]
      }
    }
    if !ledger.isOver { ledger.lost(.fresh, .other("all clients ended by themselves")) }
    ledger.clientEnded()
  }

  /// Enters a line into the ledger.
  private func enter(_ line: String) {
    let words = line.split(separator: " ", maxSplits: 4).map(String.init)
    guard words.count == 5, let kind = kinds[words[0]], let began = Int64(words[1]),
      let took = Int64(words[2])
    else { return ledger.lost(.fresh, .other("cannot read: \(line)")) }
    if words[3] == "lost" { return ledger.lost(kind, .other(words[4])) }
    let sent = start.instant + .nanoseconds(began - start.nanoseconds)
    ledger.answered(kind, sent: sent, began: sent, ended: sent + .nanoseconds(took), body: words[4])
  }
}

/// Returns the time of CLOCK_BOOTTIME in nanoseconds, which is the same in all processes.
private func bootTime() -> Int64 {
  var time = timespec()
  clock_gettime(CLOCK_BOOTTIME, &time)
  return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}

/// Returns the ends of a blocking pipe that are closed by execve(2).
private func makePipe() throws(SystemError) -> (reading: CInt, writing: CInt) {
  var ends: [CInt] = [-1, -1]
  try check("pipe") { pipe(&ends) }
  for end in ends { try check("fcntl") { fcntl(end, F_SETFD, FD_CLOEXEC) } }
  return (ends[0], ends[1])
}
