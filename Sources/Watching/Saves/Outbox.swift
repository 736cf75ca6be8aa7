internal import Posix

/// The events that were not handled yet.
///
/// Only a timer of the loop calls the handler, and never a call of ``post(_:)``. So the handler runs when
/// the detector has returned to the loop, and may call any function of it.
final class Outbox {
  private let loop: EventLoop
  private let handle: (SaveEvent) -> Void
  private var events: [SaveEvent] = []
  private var timer: EventLoop.Token?

  /// Creates an empty outbox.
  init(loop: EventLoop, handle: @escaping (SaveEvent) -> Void) {
    self.loop = loop
    self.handle = handle
  }

  deinit { timer.map(loop.forget) }

  /// Whether every event was handled.
  var isEmpty: Bool { events.isEmpty }

  /// Adds an event. The loop passes it to the handler in its next pass.
  func post(_ event: SaveEvent) {
    events.append(event)
    timer = timer ?? loop.after(.zero) { [unowned self] in deliver() }
  }

  /// Adds something that only the user is told.
  func post(_ fact: SaveEvent.Fact) { post(.fact(fact)) }

  private func deliver() {
    let delivered = events
    (events, timer) = ([], nil)
    for event in delivered { handle(event) }
  }
}
