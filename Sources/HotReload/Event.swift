internal import Synchronization

extension HotReload {
  /// What happens to this process.
  public enum Event: Sendable, Equatable {
    /// New code takes over: this process accepts no more, and answers what it has. Do not begin long work.
    case draining
    /// The new code has failed: this process accepts again.
    case resumed
    /// SIGTERM has come: this process is to end.
    case stopping
  }

  /// What happens to this process, from the beginning of an iteration on.
  ///
  /// While somebody iterates, SIGTERM does not end the process, but comes as ``Event/stopping``; a handler that was
  /// installed before is called too. Otherwise nothing is changed. Leave it to `ServiceLifecycle` and its like where they
  /// handle the signal.
  public static var events: Events { Events() }

  /// The sequence of ``HotReload/events``. Any number of tasks may iterate; each gets all.
  public struct Events: AsyncSequence, Sendable {
    /// One task's view.
    public struct AsyncIterator: AsyncIteratorProtocol {
      var stream: AsyncStream<Event>.AsyncIterator

      /// The next event; nil when the task was cancelled.
      public mutating func next() async -> Event? { await stream.next() }

      /// The next event; nil when the task was cancelled.
      public mutating func next(isolation actor: isolated (any Actor)?) async -> Event? {
        await stream.next(isolation: actor)
      }
    }

    /// Begins to listen.
    public func makeAsyncIterator() -> AsyncIterator {
      AsyncIterator(stream: EventHub.shared.subscribe().makeAsyncIterator())
    }
  }
}

/// Passes events on to all who iterate.
final class EventHub: Sendable {
  static let shared = EventHub()

  private struct Contents {
    var isDraining = false
    var last = 0
    var subscribers: [Int: AsyncStream<HotReload.Event>.Continuation] = [:]
  }

  private let contents = Mutex(Contents())

  func send(_ event: HotReload.Event) {
    let subscribers = contents.withLock { contents in
      if event != .stopping { contents.isDraining = event == .draining }
      return contents.subscribers.values
    }
    for subscriber in subscribers { subscriber.yield(event) }
  }

  /// The events from now on.
  func subscribe() -> AsyncStream<HotReload.Event> {
    Interposer.attach()
    let (stream, continuation) = AsyncStream<HotReload.Event>.makeStream()
    let number = contents.withLock { contents in
      contents.last += 1
      contents.subscribers[contents.last] = continuation
      if contents.subscribers.count == 1 { Termination.catch() }
      if contents.isDraining { continuation.yield(.draining) }
      return contents.last
    }
    continuation.onTermination = { [self] _ in
      contents.withLock { contents in
        contents.subscribers[number] = nil
        if contents.subscribers.isEmpty { Termination.release() }
      }
    }
    return stream
  }
}
