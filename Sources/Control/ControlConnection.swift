internal import Foundation
internal import Glibc
internal import Handoff
internal import Posix

/// A client's connection to a running hotreload. Its functions block.
package struct ControlConnection: ~Copyable {
  /// Why no reply came.
  package enum Failure: Error, Equatable {
    /// No hotreload runs there, or it has ended.
    case notRunning
    /// The time was over.
    case timedOut
    /// The connection failed, or the reply is not of the protocol.
    case unusable(String)
  }

  private let socket: Descriptor
  private var input: [UInt8] = []

  /// Connects to the socket at `path`. Throws ``Failure``.
  package init(path: String) throws(Failure) {
    do { socket = try connectStream(to: path) } catch {
      if error.code == ECONNREFUSED || error.code == ENOENT { throw .notRunning }
      throw .unusable("\(error)")
    }
  }

  /// Sends a request. Throws ``Failure``.
  package func send(_ request: ControlRequest) throws(Failure) {
    do {
      SharedDescriptor(socket.number).write((try JSONEncoder().encode(request) + [UInt8(ascii: "\n")])[...])
    } catch { throw .unusable("\(error)") }
  }

  /// Sends a request, and returns the reply. Waits until `deadline`, or without limit if that is `nil`. Throws
  /// ``Failure``.
  package mutating func reply(to request: ControlRequest, by deadline: ContinuousClock.Instant? = nil)
    throws(Failure) -> ControlReply
  {
    try send(request)
    let line = try line(by: deadline)
    do { return try JSONDecoder().decode(ControlReply.self, from: Data(line)) } catch {
      throw .unusable("the reply is not of version \(ControlRequest.version) of the protocol")
    }
  }

  /// Waits until hotreload has closed the connection. Throws ``Failure/timedOut``.
  package mutating func awaitEnd(by deadline: ContinuousClock.Instant? = nil) throws(Failure) {
    do throws(Failure) { while true { _ = try line(by: deadline) } } catch {
      if error == .timedOut { throw error }
    }
  }

  private mutating func line(by deadline: ContinuousClock.Instant?) throws(Failure) -> ArraySlice<UInt8> {
    while true {
      if let end = input.firstIndex(of: UInt8(ascii: "\n")) {
        defer { input.removeSubrange(...end) }
        return input[..<end]
      }
      try awaitInput(until: deadline)
      guard let bytes = try? socket.read() else { throw .notRunning }
      if bytes.isEmpty { throw .notRunning }
      input += bytes
    }
  }

  /// Waits until there is something to read (poll(2)).
  private func awaitInput(until deadline: ContinuousClock.Instant?) throws(Failure) {
    while true {
      var wait = pollfd(fd: socket.number, events: Int16(POLLIN), revents: 0)
      let time = deadline.map { max(.zero, ContinuousClock.now.duration(to: $0)) / .milliseconds(1) }
      let count = poll(&wait, 1, time.map { CInt(min($0.rounded(.up), 1e9)) } ?? -1)
      if count > 0 { return }
      if count == 0, time == 0 { throw .timedOut }
    }
  }
}
