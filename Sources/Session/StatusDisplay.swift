internal import Glibc
internal import Posix
internal import Reporting

/// Draws the status line of a console in the last row of the terminal.
final class StatusDisplay {
  private let console: Console
  private let loop: EventLoop
  private var row = BottomRow()
  private var lastDrawing: ContinuousClock.Instant?
  private var drawing: EventLoop.Token?
  private var stepDelay: EventLoop.Token?
  /// Called when the row appears or disappears.
  var shown: (Bool) -> Void = { _ in }
  /// Whether the settings want it.
  var isWanted = false { didSet { if isWanted { change() } else { remove() } } }
  /// Whether another program has the terminal, or hotreload is being stopped by Ctrl-Z.
  private var isSuspended = false

  /// The shortest time between two drawings.
  private static let interval = Duration.milliseconds(100)
  /// The time after which the steps of a build are shown.
  private static let longBuild = Duration.seconds(1)

  init(_ console: Console, loop: EventLoop) {
    (self.console, self.loop) = (console, loop)
    console.statusChanged = { [unowned self] in change() }
    console.cleared = { [unowned self] in
      row.cleared()
      draw()
    }
  }

  /// Draws the line, at once or after the interval.
  private func change() {
    awaitLongBuild()
    if drawing != nil { return }
    let wait = lastDrawing.map { Self.interval - $0.duration(to: .now) } ?? .zero
    if wait <= .zero { return draw() }
    drawing = loop.after(wait) { [unowned self] in
      drawing = nil
      draw()
    }
  }

  private func awaitLongBuild() {
    if !console.status.isBuilding {
      stepDelay.map(loop.forget)
      stepDelay = nil
    } else if stepDelay == nil {
      stepDelay = loop.after(Self.longBuild) { [unowned self] in console.status.showsStep = true }
    }
  }

  private func draw() {
    guard isWanted, !isSuspended, console.isTerminal, isInForeground, let found = standardError.size else {
      return remove()
    }
    let size = BottomRow.Size(rows: found.rows, columns: found.columns)
    guard size.isEnough else { return remove() }
    let text = console.status.text(width: size.columns, style: console.style, names: console.serviceNames)
    write { $0.show(text, in: size) }
    lastDrawing = .now
  }

  /// Removes the line.
  func remove() { write { $0.remove() } }

  /// Removes the line until ``resume()``. It is gone when this returns.
  func suspend() {
    isSuspended = true
    remove()
  }

  /// Draws the line again.
  func resume() {
    isSuspended = false
    draw()
  }

  /// Draws the line if it is missing, because hotreload has come to the foreground.
  func refresh() { if !row.isShown { draw() } }

  /// Draws the line in a terminal of another size.
  func resized() { if row.isShown { draw() } }

  private func write(_ change: (inout BottomRow) -> String) {
    let wasShown = row.isShown
    let text = change(&row)
    if !text.isEmpty { messages.write(text) }
    if row.isShown == wasShown { return }
    if wasShown { messages.flush(pause: .milliseconds(100)) }
    shown(row.isShown)
  }

  /// Whether hotreload is in the foreground. The session itself never is.
  private var isInForeground: Bool { tcgetpgrp(STDERR_FILENO) == getpgid(CurrentProcess.parent) }
}
