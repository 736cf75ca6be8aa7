internal import CPosix

/// Both ends of a pipe, closed on `execve(2)`; the reading end does not block.
package struct Pipe: ~Copyable {
  package let reading: Descriptor
  package let writing: Descriptor

  /// Throws the errno of `pipe2(2)`.
  package init() throws(SystemError) {
    var ends: [CInt] = [-1, -1]
    try check("pipe2") { cposix_pipe(&ends) }
    reading = Descriptor(owning: ends[0])
    writing = Descriptor(owning: ends[1])
  }

  /// The reading end; ours of the writing end is closed, so that the end of file comes when the child has closed its.
  package consuming func takeReading() -> Descriptor { reading }
}
