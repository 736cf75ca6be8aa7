internal import Synchronization

extension HotReload {
  /// A change in the life of this process.
  public enum Event: Sendable, Equatable {
    /// New code takes over. This process does not accept any more, and answers the requests in flight. Do not
    /// begin long work.
    case draining
    /// The new code has failed. This process accepts again.
    case resumed
    /// SIGTERM has arrived. This process is to exit.
    case stopping
  }

  /// The changes in the life of this process, from the beginning of an iteration.
  ///
  /// While a task iterates, SIGTERM does not end the process but arrives as ``Event/stopping``. A handler
  /// that was installed before is called too. Nothing changes while no task iterates. Leave SIGTERM to
  /// `ServiceLifecycle` or a similar library if the app uses one.
  public static var events: Events { Events() }

  /// The sequence of ``HotReload/events``. Any number of tasks may iterate, and each gets all events.
  public struct Events: AsyncSequence, Sendable {
    /// The iterator of one task.
    public struct AsyncIterator: AsyncIteratorProtocol {
      var stream: AsyncStream<Event>.AsyncIterator

      /// Returns the next event. `nil` if the task was cancelled.
      public mutating func next() async -> Event? { await stream.next() }

      /// Returns the next event. `nil` if the task was cancelled.
      public mutating func next(isolation actor: isolated (any Actor)?) async -> Event? {
        await stream.next(isolation: actor)
      }
    }

    /// Returns an iterator that receives the events from now on.
    public func makeAsyncIterator() -> AsyncIterator {
      AsyncIterator(stream: EventHub.shared.subscribe().makeAsyncIterator())
    }
  }
}

/// Passes events on to all tasks that iterate.
final class EventHub: Sendable {
  static let shared = EventHub()

  /// The subscribers by number, and whether this process drains.
  private struct Contents {
    var isDraining = false
    var last = 0
    var subscribers: [Int: AsyncStream<HotReload.Event>.Continuation] = [:]
  }

  private let contents = Mutex(Contents())

  /// Sends an event to all subscribers.
  func send(_ event: HotReload.Event) {
    let subscribers = contents.withLock { contents in
      if event != .stopping { contents.isDraining = event == .draining }
      return contents.subscribers.values
    }
    for subscriber in subscribers { subscriber.yield(event) }
  }

  /// Returns the events from now on. The stream begins with ``HotReload/Event/draining`` if this process
  /// drains already.
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
