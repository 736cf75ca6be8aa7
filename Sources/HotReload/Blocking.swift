internal import Glibc
internal import Synchronization

/// Waits for an asynchronous operation. Only for threads that are not Swift's own: one of hotreload's is.
func blocking<Result: Sendable>(_ operation: @escaping @Sendable () async throws -> Result) throws -> Result {
  let outcome = Outcome<Result>()
  Task.detached {
    do { outcome.set(.success(try await operation())) } catch { outcome.set(.failure(error)) }
  }
  return try outcome.get()
}

/// A result that a thread waits for.
private final class Outcome<Result: Sendable>: Sendable {
  private let result = Mutex<Swift.Result<Result, any Error>?>(nil)
  private nonisolated(unsafe) let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() { sem_init(semaphore, 0, 0) }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  func set(_ value: Swift.Result<Result, any Error>) {
    result.withLock { $0 = value }
    sem_post(semaphore)
  }

  func get() throws -> Result {
    while true {
      if let result = result.withLock({ $0 }) { return try result.get() }
      sem_wait(semaphore)
    }
  }
}
