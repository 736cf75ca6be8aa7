internal import Glibc

/// One line for the developer, on the standard error.
func say(_ line: String) {
  let text = Array("hotreload: \(line)\n".utf8)
  _ = write(STDERR_FILENO, text, text.count)
}
