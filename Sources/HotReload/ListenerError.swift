internal import Glibc

/// The reason why there is no listener.
public struct ListenerError: Error, Equatable, CustomStringConvertible, Sendable {
  /// The call that failed, such as `bind` or `getaddrinfo`.
  public let call: String
  /// The address that was asked for: `127.0.0.1:8080`, or a path.
  public let address: String
  /// The `errno` of the call.
  public let code: CInt

  /// A sentence such as `cannot listen at 127.0.0.1:8080: Address already in use (bind)`.
  public var description: String {
    "cannot listen on \(address): \(String(cString: strerror(code))) (\(call))"
  }
}
