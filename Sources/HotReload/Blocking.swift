internal import Glibc
internal import Synchronization

/// Runs an asynchronous operation, and blocks the calling thread until it ends. Throws what the operation
/// throws.
///
/// Only for threads outside of Swift's pool, such as hotreload's: blocking a thread of the pool could
/// deadlock.
func blocking<Result: Sendable>(_ operation: @escaping @Sendable () async throws -> Result) throws -> Result {
  let outcome = Outcome<Result>()
  Task.detached {
    do { outcome.set(.success(try await operation())) } catch { outcome.set(.failure(error)) }
  }
  return try outcome.get()
}

/// A result for which a thread waits (`sem_wait(3)`).
private final class Outcome<Result: Sendable>: Sendable {
  private let result = Mutex<Swift.Result<Result, any Error>?>(nil)
  private nonisolated(unsafe) let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() { sem_init(semaphore, 0, 0) }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  /// Sets the result, and wakes the thread.
  func set(_ value: Swift.Result<Result, any Error>) {
    result.withLock { $0 = value }
    sem_post(semaphore)
  }

  /// Waits for the result, and returns it or throws its error.
  func get() throws -> Result {
    while true {
      if let result = result.withLock({ $0 }) { return try result.get() }
      sem_wait(semaphore)
    }
  }
}
