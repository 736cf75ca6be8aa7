internal import CPosix
internal import Glibc

/// A filter that is asked about each bind(2) of a process and its children, however they make the call
/// (seccomp_unotify(2)).
package final class BindFilter {
  /// A bind(2) call that is blocked until it is answered.
  package struct BlockedBind {
    /// The call, as the kernel reports it.
    fileprivate var bind: cposix_bind

    /// Returns whether the listener has the address that the call binds.
    package func isAbout(_ listener: borrowing Descriptor) -> Bool {
      cposix_same_name(listener.number, [bind]) == 1
    }

    /// The address that the call binds, and its TCP port. The port is `nil` for a Unix domain socket, and for an
    /// address that cannot be read.
    package var address: (text: String, port: Int?) { addressText(bind.address) }
  }

  /// The end of the socket pair on which this process receives the filter.
  private let local: Descriptor
  /// The end of the socket pair that the child gets.
  private let remote: Descriptor
  /// The descriptor that the blocked calls are read from. `nil` before ``listen(on:_:)`` and after
  /// ``stop()``.
  private var filter: Descriptor?
  private var watch: EventLoop.Token?
  private weak var loop: EventLoop?

  /// Creates a filter for a command that has not been started (``Command/bindFilter``). Throws the errno of
  /// socketpair(2).
  package init() throws(SystemError) {
    var ends: [CInt] = [-1, -1]
    try check("socketpair") {
      socketpair(AF_UNIX, CInt(SOCK_SEQPACKET.rawValue) | O_CLOEXEC | O_NONBLOCK, 0, &ends)
    }
    local = Descriptor(owning: ends[0])
    remote = Descriptor(owning: ends[1])
  }

  deinit { stop() }

  /// The socket over which the child sends the filter.
  package var socketOfChild: CInt { remote.number }

  /// Answers calls on `loop` from now on. The process must have been started.
  ///
  /// If the kernel refused the filter, no call is ever blocked.
  ///
  /// - Parameter grant: Returns the listener that takes the place of the socket, or `nil` to let the kernel
  ///   carry out the call. The listener must stay open until `grant` has returned and the call is answered.
  package func listen(on loop: EventLoop, _ grant: @escaping (BlockedBind) -> CInt?) {
    var byte: UInt8 = 0
    var number: CInt = -1
    guard cposix_receive(local.number, &byte, 1, &number) == 1, number != -1 else { return }
    let filter = Descriptor(owning: number)
    self.loop = loop
    watch = try? loop.whenReadable(filter) { [unowned self] in answer(number, grant) }
    self.filter = consume filter
  }

  /// Closes the filter. Calls that are still blocked, and later ones, fail with ENOSYS.
  package func stop() {
    if let watch { loop?.forget(watch) }
    watch = nil
    filter = nil
  }

  /// Answers the next blocked call.
  private func answer(_ number: CInt, _ grant: (BlockedBind) -> CInt?) {
    var wait = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
    // Without POLLIN every process with the filter has exited.
    guard poll(&wait, 1, 0) == 1, wait.revents & Int16(POLLIN) != 0 else { return stop() }
    var call = BlockedBind(bind: cposix_bind())
    guard cposix_bind_receive(number, &call.bind) == 0 else { return }
    if let listener = grant(call), cposix_bind_grant(number, &call.bind, listener) == 0 { return }
    cposix_bind_continue(number, &call.bind)
  }
}

extension Descriptor {
  /// Returns a copy of descriptor `number` of another process (pidfd_getfd(2)). Throws its errno.
  package static func taken(_ number: CInt, from process: CInt) throws(SystemError) -> Descriptor {
    Descriptor(owning: try check("pidfd_getfd") { cposix_take_descriptor(process, number) })
  }

  /// Whether this is a listening socket (`SO_ACCEPTCONN` of socket(7)).
  package var isListening: Bool {
    var value: CInt = 0
    var size = socklen_t(MemoryLayout<CInt>.size)
    return getsockopt(number, SOL_SOCKET, SO_ACCEPTCONN, &value, &size) == 0 && value == 1
  }
}
