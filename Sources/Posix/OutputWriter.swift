internal import CPosix
internal import Glibc

/// Writes to a descriptor on a thread of its own, so that a slow reader delays no caller.
///
/// Lines wait in a queue of limited size. Lines that find no room are dropped, and one line in their place
/// reports how many.
package final class OutputWriter: @unchecked Sendable {  // the mutex guards all mutable state
  /// The descriptor to write to.
  private let number: CInt
  /// The maximum size of the queue, in bytes.
  private let limit: Int
  /// Returns the line that reports how many lines were dropped.
  private let gap: @Sendable (_ lines: Int) -> String
  /// The mutex that guards all mutable state.
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  /// Signalled when the queue or ``waiting`` changes.
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  /// The lines that the thread has not taken yet.
  private var queue: [[UInt8]] = []
  /// The number of bytes in the queue and in the write that is in progress.
  private var waiting = 0
  /// The number of lines dropped since the last report of them.
  private var lost = 0
  /// Whether the thread runs. It starts with the first line.
  private var isStarted = false

  /// Creates a writer to `number`, which must stay open.
  ///
  /// - Parameters:
  ///   - limit: The maximum size of the queue, in bytes.
  ///   - gap: Returns the line that reports how many lines were dropped.
  package init(_ number: CInt, limit: Int = 4 << 20, gap: @escaping @Sendable (_ lines: Int) -> String) {
    self.number = number
    self.limit = limit
    self.gap = gap
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(changed, &attributes)
    pthread_condattr_destroy(&attributes)
    pthread_mutex_init(mutex, nil)
  }

  /// Queues the text and returns at once. If no thread can be started, the text is written before this
  /// returns.
  package func write(_ text: String) {
    let bytes = Array(text.utf8)
    locked {
      if !isStarted {
        guard (try? startDetachedThread({ [self] in run() })) != nil else {
          return SharedDescriptor(number).write(bytes[...])
        }
        isStarted = true
      }
      if waiting > 0, waiting + bytes.count > limit {
        lost += 1
        return
      }
      tellOfGap()
      enqueue(bytes)
    }
  }

  /// Waits until the queue is written, for at most `limit` in all and `pause` without any progress.
  package func flush(pause: Duration = .milliseconds(500), limit: Duration = .seconds(3)) {
    let end = ContinuousClock.now + limit
    locked {
      var left = waiting
      var deadline = min(.now + pause, end)
      while waiting > 0, .now < deadline {
        waitForChange(until: deadline)
        if waiting < left { deadline = min(.now + pause, end) }
        left = waiting
      }
    }
  }

  /// Adds a line to the queue and wakes the thread.
  private func enqueue(_ bytes: [UInt8]) {
    queue.append(bytes)
    waiting += bytes.count
    pthread_cond_broadcast(changed)
  }

  /// Queues the report of dropped lines, if there are any.
  private func tellOfGap() {
    if lost == 0 { return }
    enqueue(Array(gap(lost).utf8))
    lost = 0
  }

  /// Writes the queue until the process ends, on the thread.
  private func run() {
    while true {
      let pieces = locked {
        while queue.isEmpty { pthread_cond_wait(changed, mutex) }
        defer { queue = [] }
        return queue
      }
      for piece in pieces {
        var rest = piece[...]
        while !rest.isEmpty {
          // Small parts, so that flush() can see that a slow reader makes progress.
          let part = rest.prefix(4096)
          SharedDescriptor(number).write(part)
          rest = rest.dropFirst(part.count)
          locked {
            waiting -= part.count
            if waiting == 0 { tellOfGap() }
            pthread_cond_broadcast(changed)
          }
        }
      }
    }
  }

  /// Waits for ``changed`` (pthread_cond_timedwait(3)).
  private func waitForChange(until deadline: ContinuousClock.Instant) {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    let (seconds, attoseconds) = max(.zero, ContinuousClock.now.duration(to: deadline)).components
    time.tv_sec += Int(seconds)
    time.tv_nsec += Int(attoseconds / 1_000_000_000)
    if time.tv_nsec >= 1_000_000_000 {
      time.tv_sec += 1
      time.tv_nsec -= 1_000_000_000
    }
    pthread_cond_timedwait(changed, mutex, &time)
  }

  /// Calls `body` while the mutex is locked.
  private func locked<Result>(_ body: () -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }

  deinit {
    // The thread retains the writer, so it was never started if this runs.
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }
}

/// The writer of hotreload's own messages to standard error.
package let messages = OutputWriter(STDERR_FILENO) { lines in
  "[hotreload] \(lines == 1 ? "1 line" : "\(lines) lines") dropped here: the output was not read in time\n"
}
