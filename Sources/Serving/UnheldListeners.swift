internal import Interposer
internal import Posix

/// Finds the listening sockets of generations that the interposer does not hold, by comparing its reports
/// with those of the kernel.
///
/// A generation is checked soon after its start, and then again at intervals that double.
final class UnheldListeners {
  private struct Watched {
    let pid: CInt
    /// The time after which a socket on which no process waits is suspicious.
    let patience: Duration
    var timer: EventLoop.Token?
    var delay = first
    /// The inodes of the sockets that were suspicious at the last check. The generation's report may still
    /// have been on its way.
    var suspicious: Set<UInt64> = []
    var found: Set<UInt64> = []
  }

  private static let first: Duration = .milliseconds(100)

  /// The time after which a generation has opened all sockets that it opens at its start.
  private static let settling: Duration = .seconds(2)

  private let loop: EventLoop
  private let children: Children
  private let library: String
  private var watched: [Int: Watched] = [:]
  /// Returns the sockets that a generation has reported, by inode, with whether it waits for connections
  /// there.
  var polledSockets: (Int) -> [UInt64: Bool] = { _ in [:] }
  /// The handler of a socket that is not held. It is called once for each socket.
  var found: (Int, UnheldListener) -> Void = { _, _ in }
  /// The handler of the listening sockets of a generation. It is called when the generation has had the time
  /// to open all, and after each later check.
  var settled: (Int, [ListeningSocket]) -> Void = { _, _ in }

  /// Creates the checks. `library` is the path of the interposer.
  init(loop: EventLoop, children: Children, library: String) {
    self.loop = loop
    self.children = children
    self.library = String(library.dropFirst(library.parentPath.count))  // as /proc prints it, without links
  }

  /// Starts to check a generation. A held one has more time, because the previous generation goes on serving.
  func expect(_ generation: Int, pid: CInt, isHeld: Bool) {
    watched[generation] = Watched(pid: pid, patience: .milliseconds(isHeld ? 600 : 200))
    lookLater(generation)
  }

  /// Notes that a generation listens. It should soon wait for connections there.
  func listens(_ generation: Int) {
    guard let patience = watched[generation]?.patience else { return }
    watched[generation]?.delay = patience
    lookLater(generation)
  }

  func forget(_ generation: Int) { watched.removeValue(forKey: generation)?.timer.map(loop.forget) }

  private func lookLater(_ generation: Int) {
    guard let delay = watched[generation]?.delay else { return }
    watched[generation]?.timer.map(loop.forget)
    watched[generation]?.timer = loop.after(delay) { [unowned self] in look(generation) }
    watched[generation]?.delay = delay * 2
  }

  private func look(_ generation: Int) {
    guard let known = watched[generation] else { return }
    lookLater(generation)
    let holders = holders(below: known.pid)
    let sockets = ListeningSocket.all.filter { holders[$0.inode] != nil }
    if known.delay > Self.settling, !sockets.isEmpty { settled(generation, sockets) }
    let polled = polledSockets(generation)
    watched[generation]?.suspicious = []
    for socket in sockets where !known.found.contains(socket.inode) && polled[socket.inode] != true {
      guard let holders = holders[socket.inode] else { continue }
      let accepting = holders.lazy.compactMap { holder in
        WayOfAccepting(from: socket.inode, by: holder.pid).map { (holder, $0) }
      }.first
      if polled[socket.inode] == false, accepting == nil,
        holders.contains(where: { blocker(in: $0.pid) == nil })
      {
        continue  // it may still be starting
      }
      guard known.suspicious.contains(socket.inode) else {
        watched[generation]?.suspicious.insert(socket.inode)
        continue
      }
      let holder = accepting?.0 ?? holders[0]
      watched[generation]?.found.insert(socket.inode)
      found(
        generation,
        UnheldListener(
          socket: socket, process: holder.pid, descriptor: holder.descriptor,
          command: PortHolder.commandLine(Int(holder.pid)), reason: reason(holder.pid, accepting?.1)))
    }
  }

  /// Returns the processes that have each socket open, with their descriptors, the root process first.
  private func holders(below pid: CInt) -> [UInt64: [(pid: CInt, descriptor: CInt)]] {
    ([pid] + children.descendants(of: pid)).reduce(into: [:]) { holders, pid in
      for (inode, descriptor) in ListeningSocket.open(in: pid) {
        holders[inode, default: []].append((pid, descriptor))
      }
    }
  }

  /// Returns the reason why the process does not report to hotreload.
  private func reason(_ pid: CInt, _ way: WayOfAccepting?) -> String {
    if let blocker = blocker(in: pid) { return "\(blocker)" }
    let maps = String(decoding: (try? FileSystem.read("/proc/\(pid)/maps")) ?? [], as: UTF8.self)
    if !maps.contains(library) { return "it was started by the server, without hotreload's library" }
    return "it \(way?.call ?? "makes system calls") without the C library, as programs in Go do"
  }

  private func blocker(in pid: CInt) -> PreloadBlocker? { PreloadBlocker(in: "/proc/\(pid)/exe") }
}
