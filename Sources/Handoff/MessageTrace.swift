internal import Posix

/// The trace of the protocol: a line on standard error for each message, if `HOTRELOAD_TRACE=1` is in the
/// environment of hotreload. The interposer writes such lines for the other end (`trace.c`).
package enum MessageTrace {
  /// The variable that turns the trace on, in the form `NAME=value`. hotreload passes it on to the servers.
  /// `nil` if the trace is off.
  package static let variable: String? =
    CurrentProcess.variable("HOTRELOAD_TRACE") == "1" ? "HOTRELOAD_TRACE=1" : nil

  /// Writes a line for a command that was sent to a process.
  static func sent(_ record: String, to peer: Peer, hasDescriptor: Bool) {
    if variable != nil { write("sends to \(name(of: peer))", hasDescriptor, record) }
  }

  /// Writes a line for a record that was received from a process.
  static func received(_ record: String, from peer: Peer, hasDescriptor: Bool) {
    if variable != nil { write("receives from \(name(of: peer))", hasDescriptor, record) }
  }

  /// Writes a line for a notice of a self-write.
  package static func received(notice: String) {
    if variable != nil { write("receives", false, notice) }
  }

  /// The name of a process in the trace, as the interposer has it.
  private static func name(of peer: Peer) -> String {
    peer.generation.map { "process \(peer.pid) of generation \($0)" } ?? "a process"
  }

  private static func write(_ act: String, _ hasDescriptor: Bool, _ record: String) {
    messages.write(
      "hotreload-trace: hotreload \(act)\(hasDescriptor ? ", with a descriptor" : ""): \(record)\n")
  }
}
