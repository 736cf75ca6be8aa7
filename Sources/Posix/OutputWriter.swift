internal import Glibc

/// Writes to a descriptor on a thread of its own, so that a reader that stands still holds up nobody.
///
/// Lines wait in a queue that has a limit. Those that find no room in it are left out, and a line in their place says how
/// many they were.
package final class OutputWriter: @unchecked Sendable {  // all of its state is guarded by the mutex
  private let number: CInt
  /// In bytes.
  private let limit: Int
  private let gap: @Sendable (_ lines: Int) -> String
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var queue: [[UInt8]] = []
  /// Including what the thread is writing.
  private var waiting = 0
  private var lost = 0
  private var isStarted = false

  /// Writes to `number`, which stays open. At most `limit` bytes wait; `gap` is the line for so many that are left out.
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

  /// Has the text written, and returns at once.
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

  /// Waits until all is written, but not for a reader that has taken nothing for `pause`, nor longer than `limit`.
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

  private func enqueue(_ bytes: [UInt8]) {
    queue.append(bytes)
    waiting += bytes.count
    pthread_cond_broadcast(changed)
  }

  private func tellOfGap() {
    if lost == 0 { return }
    enqueue(Array(gap(lost).utf8))
    lost = 0
  }

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
          // Small parts, so that flush() sees a slow reader read.
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

  private func locked<Result>(_ body: () -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }

  deinit {
    // The thread holds it, so it was never started.
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }
}

/// Our lines on descriptor 2, which nobody waits for.
package let messages = OutputWriter(STDERR_FILENO) { lines in
  "[hotreload] \(lines == 1 ? "1 line is" : "\(lines) lines are") missing here: nobody read them in time\n"
}
