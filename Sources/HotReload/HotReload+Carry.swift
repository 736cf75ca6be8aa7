extension HotReload {
  /// Carries a value over from this code to the code that replaces it.
  ///
  /// At a swap, `save` is called after this process has stopped accepting, and `restore` is called in the new
  /// process before that accepts. Requests in flight at the swap are waited for at most 100 ms. Changes that
  /// they make later are not carried over. If the new code fails, this process goes on with its own memory. A
  /// process that is started again after a crash gets the state that was saved last.
  ///
  /// Call this function before the server listens. A state that is there already is restored before the
  /// function returns. Otherwise `restore` is called on a thread of its own. `save` and `restore` are part of
  /// the swap, which is cancelled if they take longer than its timeout of 5 s (`swap.handover-timeout`).
  ///
  /// - Parameters:
  ///   - name: 1 to 64 letters, digits, `.`, `-` and `_`. Anything else is a programming error. A second call
  ///     with the same name replaces the first.
  ///   - version: The version of the saved value. Added optional properties need no new version.
  ///   - save: Returns the value as it is now. An error is reported on the standard error, and the value is
  ///     not carried over.
  ///   - restore: Takes the value.
  ///   - mismatch: Is called in place of `restore` for a state of another version, for a state that cannot be
  ///     decoded, and after `restore` has thrown. Without it, or if it throws, the state is dropped, which is
  ///     reported once on the standard error.
  public static func carry<Value: Codable & Sendable>(
    _ name: String, version: Int = 1,
    save: @escaping @Sendable () throws -> Value,
    restore: @escaping @Sendable (Value) throws -> Void,
    mismatch: (@Sendable (SavedState) throws -> Void)? = nil
  ) {
    carryBytes(
      name, version: version, save: { try Writer.bytes(of: save()) },
      restore: { try restore(TreeDecoder.decode(Value.self, from: $0)) }, mismatch: mismatch)
  }

  /// Carries bytes over, as ``carry(_:version:save:restore:mismatch:)`` carries a value over.
  public static func carryBytes(
    _ name: String, version: Int = 1,
    save: @escaping @Sendable () throws -> [UInt8],
    restore: @escaping @Sendable ([UInt8]) throws -> Void,
    mismatch: (@Sendable (SavedState) throws -> Void)? = nil
  ) {
    let restoration = Restoration(name: name, version: version, restore: restore, mismatch: mismatch)
    let carried = CarriedStates.Carried(version: version, save: save, restore: restoration.run)
    if let (version, bytes) = CarriedStates.shared.add(name, carried) { restoration.run(version, bytes) }
  }
}

/// The closures that restore a saved state, or handle a mismatch.
private struct Restoration: Sendable {
  let name: String
  let version: Int
  let restore: @Sendable ([UInt8]) throws -> Void
  let mismatch: (@Sendable (SavedState) throws -> Void)?

  /// Restores the state, or handles the mismatch. `saved` is the version of the state.
  @Sendable func run(_ saved: Int, _ bytes: [UInt8]) {
    guard saved == version else { return decline(saved, bytes, nil) }
    do { try restore(bytes) } catch { decline(saved, bytes, error) }
  }

  /// Calls `mismatch`, or reports that the state is dropped. `error` is `nil` if the version differs.
  private func decline(_ saved: Int, _ bytes: [UInt8], _ error: (any Error)?) {
    let reason = error.map { "\($0)" } ?? "it has version \(saved), but this code needs version \(version)"
    guard let mismatch else { return say("dropping the state '\(name)': \(reason)") }
    do {
      try mismatch(SavedState(name: name, version: saved, error: error, bytes: bytes))
    } catch {
      say("dropping the state '\(name)': \(error)")
    }
  }
}
