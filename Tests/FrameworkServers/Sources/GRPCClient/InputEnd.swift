import Glibc
import Synchronization

/// Whether standard input has ended; a thread reads it.
final class InputEnd: Sendable {
  private let reached = Atomic(false)
  var isReached: Bool { reached.load(ordering: .relaxed) }

  init() {
    var thread = pthread_t()
    let unmanaged = Unmanaged.passRetained(self)
    pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        var byte: UInt8 = 0
        while read(0, &byte, 1) > 0 {}
        Unmanaged<InputEnd>.fromOpaque(context).takeRetainedValue().reached.store(true, ordering: .relaxed)
        return nil
      }, unmanaged.toOpaque())
  }
}
