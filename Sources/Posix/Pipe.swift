internal import CPosix

/// Both ends of a pipe with `O_CLOEXEC`. The reading end is non-blocking.
package struct Pipe: ~Copyable {
  /// The reading end.
  package let reading: Descriptor
  /// The writing end.
  package let writing: Descriptor

  /// Creates a pipe. Throws the errno of pipe2(2).
  package init() throws(SystemError) {
    var ends: [CInt] = [-1, -1]
    try check("pipe2") { cposix_pipe(&ends) }
    reading = Descriptor(owning: ends[0])
    writing = Descriptor(owning: ends[1])
  }

  /// Returns the reading end and closes the writing end, so that the end of the file comes when the child
  /// closes its copy.
  package consuming func takeReading() -> Descriptor { reading }
}
