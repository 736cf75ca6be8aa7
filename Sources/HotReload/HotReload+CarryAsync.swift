extension HotReload {
  /// Carries a value over as ``carry(_:version:save:restore:mismatch:)`` does, with asynchronous closures,
  /// for example for a value in an actor.
  public static func carry<Value: Codable & Sendable>(
    _ name: String, version: Int = 1,
    save: @escaping @Sendable () async throws -> Value,
    restore: @escaping @Sendable (Value) async throws -> Void,
    mismatch: (@Sendable (SavedState) async throws -> Void)? = nil
  ) async {
    // A state that is there already is restored by this task, because blocking one of Swift's threads could
    // deadlock.
    let restoration = AsyncRestoration(
      name: name, version: version,
      restore: { try await restore(TreeDecoder.decode(Value.self, from: $0)) }, mismatch: mismatch)
    let carried = CarriedStates.Carried(
      version: version, save: { try Writer.bytes(of: blocking(save)) },
      restore: { saved, bytes in try? blocking { await restoration.run(saved, bytes) } })
    if let (version, bytes) = CarriedStates.shared.add(name, carried) {
      await restoration.run(version, bytes)
    }
  }
}

/// The asynchronous closures that restore a saved state, or handle a mismatch.
private struct AsyncRestoration: Sendable {
  let name: String
  let version: Int
  let restore: @Sendable ([UInt8]) async throws -> Void
  let mismatch: (@Sendable (SavedState) async throws -> Void)?

  /// Restores the state, or handles the mismatch. `saved` is the version of the state.
  func run(_ saved: Int, _ bytes: [UInt8]) async {
    guard saved == version else { return await decline(saved, bytes, nil) }
    do { try await restore(bytes) } catch { await decline(saved, bytes, error) }
  }

  /// Calls `mismatch`, or reports that the state is dropped. `error` is `nil` if the version differs.
  private func decline(_ saved: Int, _ bytes: [UInt8], _ error: (any Error)?) async {
    let reason = error.map { "\($0)" } ?? "it has version \(saved), but this code needs version \(version)"
    guard let mismatch else { return say("dropping the state '\(name)': \(reason)") }
    do {
      try await mismatch(SavedState(name: name, version: saved, error: error, bytes: bytes))
    } catch {
      say("dropping the state '\(name)': \(error)")
    }
  }
}
