internal import Glibc
internal import Posix

/// Passes standard input on to the servers, for `run.stdin`. They are not in the foreground process group, so the
/// terminal would stop a server that reads it.
final class InputRelay {
  private let loop: EventLoop
  /// The mode of the terminal; `nil` if standard input is not one.
  private let mode: TerminalMode?
  /// Standard input and the pipe, opened again so that they can be non-blocking without a change for other processes.
  private let input: Descriptor
  private let output: Descriptor
  private var unsent: ArraySlice<UInt8> = []
  private var watch: EventLoop.Token?
  private var check: EventLoop.Token?

  private static let interval = Duration.seconds(1)

  /// Prepares to pass on to `pipe`. Throws the errno of the call that failed.
  init(_ mode: TerminalMode?, to pipe: borrowing Descriptor, loop: EventLoop) throws(SystemError) {
    self.mode = SharedDescriptor(STDIN_FILENO).isTerminal ? mode : nil
    self.loop = loop
    input = try Descriptor.open("/proc/self/fd/0", O_RDONLY | O_NONBLOCK | O_NOCTTY)
    output = try Descriptor.open("/proc/self/fd/\(pipe.number)", O_WRONLY | O_NONBLOCK)
  }

  deinit {
    for token in [watch, check].compactMap(\.self) { loop.forget(token) }
  }

  /// Passes on what is typed from now on, as long as this process is in the foreground.
  func update() {
    for token in [watch, check].compactMap(\.self) { loop.forget(token) }
    (watch, check) = (nil, nil)
    if !unsent.isEmpty {
      watch = try? loop.whenWritable(output) { [unowned self] in send() }
    } else if mode?.isInForeground != false {
      watch = try? loop.whenReadable(input) { [unowned self] in read() }
    } else if mode?.hasTerminal == true {
      check = loop.after(Self.interval) { [unowned self] in update() }
    }
  }

  private func read() {
    guard mode?.isInForeground != false else { return update() }
    let received: [UInt8]?
    do throws(SystemError) { received = try input.read() } catch { return stop() }
    guard let bytes = received else { return }
    if bytes.isEmpty { return stop() }
    unsent = bytes[...]
    send()
  }

  private func send() {
    while !unsent.isEmpty {
      let count = unsent.withUnsafeBytes { write(output.number, $0.baseAddress, $0.count) }
      if count == -1, errno == EAGAIN { break }
      guard count > 0 else { return stop() }
      unsent = unsent.dropFirst(count)
    }
    update()
  }

  private func stop() {
    watch.map(loop.forget)
    watch = nil
  }
}
