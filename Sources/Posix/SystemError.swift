internal import Glibc

/// A system call that failed: which one, on what, and the kernel's reason.
package struct SystemError: Error, CustomStringConvertible {
  /// The name of the call, as in section 2 of the manual.
  package let call: String
  /// The file, address or program that it was about; empty if there is none.
  package let subject: String
  /// The `errno` value.
  package let code: CInt

  /// Captures `errno` unless a code is given, so make it before anything else is called.
  package init(_ call: String, _ subject: String = "", code: CInt = errno) {
    self.call = call
    self.subject = subject
    self.code = code
  }

  /// What the C library says about ``code``.
  package var reason: String { String(cString: strerror(code)) }

  package var description: String {
    subject.isEmpty ? "\(call): \(reason)" : "\(subject): \(reason) (\(call))"
  }
}

/// Calls `body` again while a signal interrupts it; throws ``SystemError`` when it returns -1.
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
