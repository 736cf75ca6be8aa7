internal import Interposer
internal import Posix

/// Compares what the processes of a generation say that they listen on with what the kernel knows.
///
/// A generation is looked at soon after its start, and then again and again, after twice the time.
final class UnheldListeners {
  private struct Watched {
    let pid: CInt
    /// From when on a socket on which nobody waits is suspicious.
    let patience: Duration
    var timer: EventLoop.Token?
    var delay = first
    /// Sockets about which something was wrong at the last look: the generation may not have told yet.
    var suspicious: Set<UInt64> = []
    var found: Set<UInt64> = []
  }

  private static let first: Duration = .milliseconds(100)

  /// After which it has opened what it opens at its start, if it has opened anything.
  private static let settling: Duration = .seconds(2)

  private let loop: EventLoop
  private let children: Children
  private let library: String
  private var watched: [Int: Watched] = [:]
  /// Returns what a generation says that it listens on, by inode, and whether it waits for connections there.
  var told: (Int) -> [UInt64: Bool] = { _ in [:] }
  /// Is called once for each socket of a generation.
  var found: (Int, UnheldListener) -> Void = { _, _ in }
  /// Is called with the listening sockets of a generation when it has had the time to open all, and after each look that
  /// follows.
  var settled: (Int, [ListeningSocket]) -> Void = { _, _ in }

  /// `library` is what is preloaded.
  init(loop: EventLoop, children: Children, library: String) {
    self.loop = loop
    self.children = children
    self.library = String(library.dropFirst(library.parentPath.count))  // the kernel names it without links
  }

  /// One that is held has more time: the one before it is known already, and goes on serving.
  func expect(_ generation: Int, pid: CInt, isHeld: Bool) {
    watched[generation] = Watched(pid: pid, patience: .milliseconds(isHeld ? 600 : 200))
    lookLater(generation)
  }

  /// It listens somewhere: it should wait for connections there soon.
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
    let told = told(generation)
    watched[generation]?.suspicious = []
    for socket in sockets where !known.found.contains(socket.inode) && told[socket.inode] != true {
      guard let holders = holders[socket.inode] else { continue }
      let accepting = holders.lazy.compactMap { holder in
        WayOfAccepting(from: socket.inode, by: holder.pid).map { (holder, $0) }
      }.first
      if told[socket.inode] == false, accepting == nil,
        holders.contains(where: { obstacle(in: $0.pid) == nil })
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

  /// Which processes have a socket open, the first of them first, and by which descriptor.
  private func holders(below pid: CInt) -> [UInt64: [(pid: CInt, descriptor: CInt)]] {
    ([pid] + children.descendants(of: pid)).reduce(into: [:]) { holders, pid in
      for (inode, descriptor) in ListeningSocket.open(in: pid) {
        holders[inode, default: []].append((pid, descriptor))
      }
    }
  }

  /// Why hotreload does not hear of what the process does.
  private func reason(_ pid: CInt, _ way: WayOfAccepting?) -> String {
    if let obstacle = obstacle(in: pid) { return "\(obstacle)" }
    let maps = String(decoding: (try? FileSystem.read("/proc/\(pid)/maps")) ?? [], as: UTF8.self)
    if !maps.contains(library) { return "it was started by the server, without hotreload's library" }
    return "it \(way?.call ?? "makes system calls") without the C library, as programs in Go do"
  }

  private func obstacle(in pid: CInt) -> Obstacle? { Obstacle(in: "/proc/\(pid)/exe") }
}
