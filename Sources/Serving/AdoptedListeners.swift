internal import Posix

/// The listeners of servers that cannot have the interposer preloaded. hotreload keeps duplicates of them
/// open, and the next generation receives them when it binds (``BindFilter``).
final class AdoptedListeners {
  private var listeners: [UInt64: Adopted] = [:]
  private var filters: [Int: BindFilter] = [:]
  /// The last address that a generation bound while another process listened on its port.
  private var contested: [Int: (address: String, port: Int)] = [:]
  private let loop: EventLoop

  private final class Adopted {
    let descriptor: Descriptor
    init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
  }

  init(loop: EventLoop) { self.loop = loop }

  /// Keeps a listener open from now on. Returns `false` if the system does not allow to duplicate its
  /// descriptor.
  func adopt(_ listener: UnheldListener) -> Bool {
    guard let descriptor = try? Descriptor.taken(listener.descriptor, from: listener.process),
      ListeningSocket.inode(of: descriptor.number) == listener.socket.inode
    else { return false }
    listeners[listener.socket.inode] = Adopted(descriptor)
    return true
  }

  func isAdopted(_ inode: UInt64) -> Bool { listeners[inode] != nil }

  /// Returns the filter with which a generation is started; `nil` if no listener is kept for it and the
  /// interposer reports what it binds.
  func filter(for generation: Int, isPreloaded: Bool) -> BindFilter? {
    if !listeners.isEmpty || !isPreloaded { filters[generation] = try? BindFilter() }
    return filters[generation]
  }

  /// Starts to answer the bind(2) calls of a generation. `processes` returns its process and the descendants
  /// of that.
  func started(_ generation: Int, processes: @escaping () -> [CInt]) {
    filters[generation]?.listen(on: loop) { [unowned self] call in
      let adopted = listeners.values.first { $0.descriptor.isListening && call.isAbout($0.descriptor) }
      if adopted == nil { note(call, of: generation, processes) }
      return adopted?.descriptor.number
    }
  }

  private func note(_ call: BindFilter.BlockedBind, of generation: Int, _ processes: () -> [CInt]) {
    let address = call.address
    guard let port = address.port, let holder = PortHolder.find(port: port),
      !processes().contains(CInt(holder.pid))
    else { return }
    contested[generation] = (address.text, port)
  }

  /// Records that a generation listens: it has bound what it wanted.
  func listens(_ generation: Int) { contested[generation] = nil }

  /// Forgets a generation that has ended. Returns the address that it could not bind, if another process still
  /// listens there.
  @discardableResult
  func ended(_ generation: Int) -> String? {
    filters.removeValue(forKey: generation)?.stop()
    guard let contested = contested.removeValue(forKey: generation),
      PortHolder.find(port: contested.port) != nil
    else { return nil }
    return contested.address
  }

  /// Closes all listeners except those with these inodes.
  func discard(allBut inodes: Set<UInt64>) { listeners = listeners.filter { inodes.contains($0.key) } }
}
