internal import Glibc

/// Writes one line for the developer to the standard error.
func say(_ line: String) {
  let text = Array("hotreload: \(line)\n".utf8)
  _ = write(STDERR_FILENO, text, text.count)
}
