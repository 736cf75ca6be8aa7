extension HotReload {
  /// ``carry(_:version:save:restore:mismatch:)`` for a value that is in an actor.
  public static func carry<Value: Codable & Sendable>(
    _ name: String, version: Int = 1,
    save: @escaping @Sendable () async throws -> Value,
    restore: @escaping @Sendable (Value) async throws -> Void,
    mismatch: (@Sendable (SavedState) async throws -> Void)? = nil
  ) async {
    // Nothing may be awaited by blocking one of Swift's threads, so what is there already is restored by this one.
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

/// What becomes of a state that has come.
private struct AsyncRestoration: Sendable {
  let name: String
  let version: Int
  let restore: @Sendable ([UInt8]) async throws -> Void
  let mismatch: (@Sendable (SavedState) async throws -> Void)?

  func run(_ saved: Int, _ bytes: [UInt8]) async {
    guard saved == version else { return await decline(saved, bytes, nil) }
    do { try await restore(bytes) } catch { await decline(saved, bytes, error) }
  }

  private func decline(_ saved: Int, _ bytes: [UInt8], _ error: (any Error)?) async {
    let reason = error.map { "\($0)" } ?? "it is of version \(saved), and this code wants \(version)"
    guard let mismatch else { return say("the state '\(name)' is dropped: \(reason)") }
    do {
      try await mismatch(SavedState(name: name, version: saved, error: error, bytes: bytes))
    } catch {
      say("the state '\(name)' is dropped: \(error)")
    }
  }
}
