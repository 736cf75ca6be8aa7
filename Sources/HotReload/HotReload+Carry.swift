extension HotReload {
  /// Carries a value over from this code to the code that takes its place.
  ///
  /// At a swap, once this process accepts no more, `save` is called, and in the new process `restore`, before that
  /// accepts. What requests change that are still answered then, by this process, is not carried: what is in flight is
  /// waited for only a moment (100 ms). If the new code fails, this process goes on with what it has in memory. A process
  /// that is started again after a crash gets what was saved last.
  ///
  /// Call it before the server listens. A state of an earlier process that is there already is restored before it returns;
  /// otherwise `restore` is called on a thread of its own. `save` and `restore` hold the swap up: it is given up when they
  /// take more than its time-out, 5 s.
  ///
  /// - Parameters:
  ///   - name: 1 to 64 letters, digits, `.`, `-` and `_`. Anything else is a programming error. A second call with the
  ///     same name replaces the first.
  ///   - version: of what is saved. Added optional properties need no new one.
  ///   - save: the value as it is now. An error is said on the standard error, and nothing is carried over.
  ///   - restore: takes the value.
  ///   - mismatch: is called in place of `restore` for a state of another version, and for one that cannot be decoded or
  ///     that `restore` has thrown at. Without it, or if it throws, the state is dropped, which is said once on the
  ///     standard error.
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

  /// The same for bytes, which are carried over as they are.
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

/// What becomes of a state that has come.
private struct Restoration: Sendable {
  let name: String
  let version: Int
  let restore: @Sendable ([UInt8]) throws -> Void
  let mismatch: (@Sendable (SavedState) throws -> Void)?

  @Sendable func run(_ saved: Int, _ bytes: [UInt8]) {
    guard saved == version else { return decline(saved, bytes, nil) }
    do { try restore(bytes) } catch { decline(saved, bytes, error) }
  }

  private func decline(_ saved: Int, _ bytes: [UInt8], _ error: (any Error)?) {
    let reason = error.map { "\($0)" } ?? "it is of version \(saved), and this code wants \(version)"
    guard let mismatch else { return say("the state '\(name)' is dropped: \(reason)") }
    do {
      try mismatch(SavedState(name: name, version: saved, error: error, bytes: bytes))
    } catch {
      say("the state '\(name)' is dropped: \(error)")
    }
  }
}
