internal import Posix

/// Listeners of servers into which nothing can be preloaded, kept open by descriptors of ours: the generation that follows
/// gets them when it binds (``BindFilter``).
final class AdoptedListeners {
  private var listeners: [UInt64: Adopted] = [:]
  private var filters: [Int: BindFilter] = [:]
  private let loop: EventLoop

  private final class Adopted {
    let descriptor: Descriptor
    init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
  }

  init(loop: EventLoop) { self.loop = loop }

  /// Keeps it open from now on; false where the system does not allow that.
  func adopt(_ listener: UnheldListener) -> Bool {
    guard let descriptor = try? Descriptor.taken(listener.descriptor, from: listener.process),
      ListeningSocket.inode(of: descriptor.number) == listener.socket.inode
    else { return false }
    listeners[listener.socket.inode] = Adopted(descriptor)
    return true
  }

  func isAdopted(_ inode: UInt64) -> Bool { listeners[inode] != nil }

  /// What a generation is to be started with; `nil` where it need not ask.
  func filter(for generation: Int) -> BindFilter? {
    if !listeners.isEmpty { filters[generation] = try? BindFilter() }
    return filters[generation]
  }

  /// It has been started.
  func started(_ generation: Int) {
    filters[generation]?.listen(on: loop) { [unowned self] question in
      listeners.values.first { $0.descriptor.isListening && question.isAbout($0.descriptor) }?.descriptor
        .number
    }
  }

  func ended(_ generation: Int) { filters.removeValue(forKey: generation)?.stop() }

  /// Closes all but these.
  func discard(allBut inodes: Set<UInt64>) { listeners = listeners.filter { inodes.contains($0.key) } }
}
