internal import CPosix
internal import Glibc

/// Is asked at each bind(2) of a process and its children, in whatever way they make the call (seccomp_unotify(2)).
package final class BindFilter {
  /// A bind(2) that waits for an answer.
  package struct Question {
    fileprivate var bind: cposix_bind

    /// Whether the listener has the address that is to be bound.
    package func isAbout(_ listener: borrowing Descriptor) -> Bool {
      cposix_same_name(listener.number, [bind]) == 1
    }
  }

  private let ours: Descriptor
  private let theirs: Descriptor
  private var filter: Descriptor?
  private var watch: EventLoop.Token?
  private weak var loop: EventLoop?

  /// For a process that is to be started (``Command/bindFilter``). Throws what socketpair(2) says.
  package init() throws(SystemError) {
    var ends: [CInt] = [-1, -1]
    try check("socketpair") {
      socketpair(AF_UNIX, CInt(SOCK_SEQPACKET.rawValue) | O_CLOEXEC | O_NONBLOCK, 0, &ends)
    }
    ours = Descriptor(owning: ends[0])
    theirs = Descriptor(owning: ends[1])
  }

  deinit { stop() }

  /// Over which the process that is started sends the filter.
  package var socketOfChild: CInt { theirs.number }

  /// The process has been started. `grant` gets each question, and returns what is to take the place of the socket: a listener
  /// that stays open until then. Where the system has refused the filter, nobody asks.
  package func listen(on loop: EventLoop, _ grant: @escaping (Question) -> CInt?) {
    var byte: UInt8 = 0
    var number: CInt = -1
    guard cposix_receive(ours.number, &byte, 1, &number) == 1, number != -1 else { return }
    let filter = Descriptor(owning: number)
    self.loop = loop
    watch = try? loop.whenReadable(filter) { [unowned self] in answer(number, grant) }
    self.filter = consume filter
  }

  /// Those that still ask are told that there is no such call (ENOSYS).
  package func stop() {
    if let watch { loop?.forget(watch) }
    watch = nil
    filter = nil
  }

  private func answer(_ number: CInt, _ grant: (Question) -> CInt?) {
    var wait = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
    // Else all of them have ended.
    guard poll(&wait, 1, 0) == 1, wait.revents & Int16(POLLIN) != 0 else { return stop() }
    var question = Question(bind: cposix_bind())
    guard cposix_bind_receive(number, &question.bind) == 0 else { return }
    if let listener = grant(question), cposix_bind_grant(number, &question.bind, listener) == 0 { return }
    cposix_bind_continue(number, &question.bind)
  }
}

extension Descriptor {
  /// A copy of a descriptor of another process of ours (pidfd_getfd(2)).
  package static func taken(_ number: CInt, from process: CInt) throws(SystemError) -> Descriptor {
    Descriptor(owning: try check("pidfd_getfd") { cposix_take_descriptor(process, number) })
  }

  /// Whether it is a socket that listens.
  package var isListening: Bool {
    var value: CInt = 0
    var size = socklen_t(MemoryLayout<CInt>.size)
    return getsockopt(number, SOL_SOCKET, SO_ACCEPTCONN, &value, &size) == 0 && value == 1
  }
}
