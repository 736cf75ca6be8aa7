internal import Glibc
internal import Posix

/// The keyboard of the terminal, from which the supervisor reads keys while it is in the foreground.
final class Keyboard {
  private let loop: EventLoop
  private let mode: TerminalMode
  private let pressed: (Key) -> Void
  /// Called when ``isReading`` has changed.
  private let changed: () -> Void
  /// The terminal, opened again so that it can be non-blocking without a change for other processes.
  private let input: Descriptor
  private var watch: EventLoop.Token?
  private var check: EventLoop.Token?
  /// Whether the session has asked for keys.
  var isWanted = false { didSet { update() } }
  /// Whether keys are read now.
  var isReading: Bool { watch != nil }
  /// Whether an editor has the terminal.
  var isLent = false { didSet { update() } }

  /// The time between two looks whether a process in the background has come to the foreground. `fg` sends no signal to
  /// a process that runs.
  private static let interval = Duration.seconds(1)

  /// Prepares to read the keys of standard input, and calls `pressed` with each. `nil` if standard input or standard
  /// error is not a terminal. `mode` is the mode before.
  init?(
    _ mode: TerminalMode, loop: EventLoop, pressed: @escaping (Key) -> Void, changed: @escaping () -> Void
  ) {
    guard SharedDescriptor(STDIN_FILENO).isTerminal, standardError.isTerminal,
      let input = try? Descriptor.open("/proc/self/fd/0", O_RDONLY | O_NONBLOCK | O_NOCTTY)
    else { return nil }
    (self.mode, self.loop, self.pressed, self.changed) = (mode, loop, pressed, changed)
    self.input = input
  }

  /// Reads keys from now on, or no longer, as the state of the terminal requires. Called again after SIGCONT.
  func update() {
    check.map(loop.forget)
    check = nil
    guard isWanted, !isLent else { return stop() }
    if mode.isInForeground {
      mode.readKeys()
      if watch != nil { return }
      watch = try? loop.whenReadable(input) { [unowned self] in read() }
      changed()
    } else {
      stop()
      if mode.hasTerminal { check = loop.after(Self.interval) { [unowned self] in update() } }
    }
  }

  /// Restores the mode of the terminal before the process is stopped.
  func suspend() { if watch != nil { mode.restore() } }

  private func stop() {
    guard let watch else { return }
    loop.forget(watch)
    self.watch = nil
    mode.restore()
    changed()
  }

  private func read() {
    // The input belongs to the program in the foreground.
    guard mode.isInForeground, let bytes = try? input.read() else { return update() }
    if bytes.isEmpty { return stop() }  // the terminal was closed
    for key in Key.keys(in: bytes) { pressed(key) }
  }
}
