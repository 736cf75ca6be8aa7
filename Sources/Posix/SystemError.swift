internal import CPosix
internal import Glibc

/// The error of a system call: the call, its subject and the errno.
package struct SystemError: Error, CustomStringConvertible {
  /// The name of the call, as in section 2 of the manual.
  package let call: String
  /// The file, address or program of the call. Empty if there is none.
  package let subject: String
  /// The `errno` value.
  package let code: CInt

  /// Creates an error. Captures `errno` unless `code` is given, so call it before anything else.
  package init(_ call: String, _ subject: String = "", code: CInt = errno) {
    self.call = call
    self.subject = subject
    self.code = code
  }

  /// The description of ``code`` (strerror(3)).
  package var reason: String { String(cString: strerror(code)) }

  package var description: String {
    subject.isEmpty ? "\(call): \(reason)" : "\(subject): \(reason) (\(call))"
  }
}

/// Calls `body` until it is not interrupted by a signal (`EINTR`), and returns its result. Throws
/// ``SystemError`` if it returns -1.
@discardableResult
package func check<Result: FixedWidthInteger>(
  _ call: String, _ subject: @autoclosure () -> String = "", _ body: () -> Result
) throws(SystemError) -> Result {
  while true {
    let result = body()
    if result != -1 { return result }
    let code = errno
    if code != EINTR { throw SystemError(call, subject(), code: code) }
  }
}
