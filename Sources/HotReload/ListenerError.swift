internal import Glibc

/// Why there is no listener.
public struct ListenerError: Error, Equatable, CustomStringConvertible, Sendable {
  /// The call of the system that failed.
  public let call: String
  /// What was asked for: `127.0.0.1:8080`, or a path.
  public let address: String
  /// Its `errno`.
  public let code: CInt

  /// `cannot listen at 127.0.0.1:8080: Address already in use (bind)`
  public var description: String {
    "cannot listen at \(address): \(String(cString: strerror(code))) (\(call))"
  }
}
