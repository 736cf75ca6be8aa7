import Synchronization

/// How many requests have been answered, by this code and the code before it.
final class Counter: Sendable {
  private let count = Mutex(0)

  var value: Int {
    get { count.withLock { $0 } }
    set { count.withLock { $0 = newValue } }
  }

  func next() -> Int {
    count.withLock {
      $0 += 1
      return $0
    }
  }
}

let counter = Counter()
