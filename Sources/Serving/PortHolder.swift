internal import Glibc
internal import Handoff
internal import Posix

/// The process that listens on a port, for an error message that names it.
package struct PortHolder: Equatable, Sendable {
  package let pid: Int
  package let command: String

  /// Creates a holder.
  package init(pid: Int, command: String) { (self.pid, self.command) = (pid, command) }

  /// Returns the process with a listening TCP socket on `port`; `nil` if there is none, or none that this
  /// user may see.
  package static func find(port: Int) -> PortHolder? {
    let inodes = Set(
      ListeningSocket.all.filter { $0.port == port }.map(\.inode))
    guard !inodes.isEmpty else { return nil }
    let pid = FileSystem.names(in: "/proc").compactMap { CInt($0) }.sorted().first {
      !inodes.isDisjoint(with: ListeningSocket.open(in: $0).keys)
    }
    return pid.map { PortHolder(pid: Int($0), command: commandLine(Int($0))) }
  }

  /// Returns the arguments with which a process was started (proc(5)), separated by spaces.
  static func commandLine(_ pid: Int) -> String {
    let bytes = (try? FileSystem.read("/proc/\(pid)/cmdline")) ?? []
    return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
  }
}

/// Returns the message for a failed bind. `key` is the address as the interposer names it, `code` the errno,
/// and `who` the subject of the sentence.
package func bindFailure(_ key: String, _ code: CInt, of who: String = "the server") -> String {
  let words = key.split(separator: " ")
  let place = words.dropFirst().first.map(String.init) ?? ""
  let address = words.first == "unix" ? place.unescapedFromKey[...] : place.prefix { $0 != "%" }
  let reason = SystemError("bind", code: code).reason
  guard code == EADDRINUSE, let colon = address.lastIndex(of: ":"),
    let port = Int(address[address.index(after: colon)...]), let holder = PortHolder.find(port: port)
  else { return "\(who) cannot listen on \(address): \(reason)" }
  if holder.pid == Int(CurrentProcess.identifier) {
    if words.last == "v6only" {
      return """
        \(who) cannot listen on \(address): it asks for IPv6 only there (IPV6_V6ONLY), but hotreload keeps the port \
        open for IPv4 too; if \(address) is in 'swap.listen', remove it, or add 0.0.0.0:\(port), and restart hotreload
        """
    }
    return """
      \(who) cannot listen on \(address): hotreload keeps port \(port) open, on this address or another one: for the \
      previous code, for another service, for 'swap.listen', 'browser.listen' or 'console.metrics'. If another service has just left it, \
      save a file again; otherwise restart hotreload with the right address
      """
  }
  return """
    \(who) cannot listen on \(address): \(reason), by process \(holder.pid) (\(holder.command)); \
    stop it, or let \(who) listen elsewhere
    """
}
