// The questions of those who wait for their saves, and the end of a batch on request.
extension SaveDetector {
  /// The files of the batch that is not complete, sorted.
  package var pending: [String] { debouncer.paths.sorted() }

  /// Whether every save that was found is reported, and was handled. A file whose next build cycle is delayed, because
  /// it changes in every one, does not count.
  package var isAtRest: Bool {
    debouncer.paths.isEmpty && source.polling.isConfirmed && outbox.isEmpty
      && (isPaused || cycle.breaker.waiting.isEmpty)
  }

  /// Finds everything that was saved before this call: ``isAtRest`` is `false` until it is reported.
  package func look() {
    collect()
    if source.isPolling { source.lookAgain() }
  }

  /// Ends the batch now, also while ``isPaused``, and reports its saves.
  package func endBatchNow() {
    collect()
    if !debouncer.paths.isEmpty { endBatch(debouncer.takeBatch(), at: .now) }
    schedule()
  }
}
