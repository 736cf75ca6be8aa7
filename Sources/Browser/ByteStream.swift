internal import Glibc
internal import Posix

/// A connection on which one thread reads and one writes. Both block.
struct ByteStream: ~Copyable {
  /// The maximum size of a message head, in bytes. The connection ends at a longer one.
  static let longestHead = 65_536

  private let socket: Descriptor
  /// The bytes that were read and not returned yet.
  private var received: [UInt8] = []

  /// Takes over a connected socket in blocking mode.
  init(_ socket: consuming Descriptor) { self.socket = socket }

  /// The number of the descriptor, valid as long as this value exists.
  var number: CInt { socket.number }

  /// Reads the next message head. Returns `nil` if the connection ends before, or if the head is too long.
  mutating func head() -> MessageHead? {
    var searched = 0
    while true {
      if let end = received.endOfHead(from: searched) {
        let head = MessageHead(received[..<end])
        received.removeFirst(end)
        if !head.isEmpty { return head }
        searched = 0
        continue
      }
      searched = max(0, received.count - 3)
      guard received.count < Self.longestHead, let more = read() else { return nil }
      received += more
    }
  }

  /// Returns the bytes after the last head, or reads further ones. Returns `nil` at the end of the
  /// connection.
  mutating func next() -> [UInt8]? {
    if received.isEmpty { return read() }
    defer { received = [] }
    return received
  }

  /// Reads until `decide` returns a result for the bytes that ``next()`` will return. `isEnd` is whether no
  /// more will come.
  mutating func await<Result>(_ decide: (_ received: ArraySlice<UInt8>, _ isEnd: Bool) -> Result?) -> Result?
  {
    while true {
      if let result = decide(received[...], false) { return result }
      guard received.count < Self.longestHead, let more = read() else { return decide(received[...], true) }
      received += more
    }
  }

  /// Sends all bytes (send(2)). Returns false if the peer has closed.
  func write(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = try? check("send") {
        rest.withUnsafeBytes { send(number, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
      }
      guard let count else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  /// Sends all further bytes to `other`, until one of the two connections ends.
  mutating func forward(to other: borrowing ByteStream) {
    while let bytes = next(), other.write(bytes) {}
  }

  /// Sends the bytes that were read already to `other`. Returns false if its peer has closed.
  mutating func forwardReceived(to other: borrowing ByteStream) -> Bool {
    defer { received = [] }
    return other.write(received)
  }

  /// Ends the sending direction (`SHUT_WR` of shutdown(2)), so that the peer reads the end.
  func endWriting() { shutdown(number, CInt(SHUT_WR)) }

  /// Ends the connection when the peer does, or after five seconds of silence. close(2) with unread bytes
  /// would reset the connection, and the peer would lose bytes that it has not read yet.
  mutating func close() {
    endWriting()
    var limit = timeval(tv_sec: 5, tv_usec: 0)
    setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    while next() != nil {}
    shutdown(number, CInt(SHUT_RDWR))
  }

  /// Returns a second descriptor of the connection, for another thread. `nil` if there is none left.
  func duplicate() -> Descriptor? { try? socket.duplicate() }

  /// Reads some bytes. Returns `nil` at the end and upon an error.
  private func read() -> [UInt8]? {
    guard let bytes = try? socket.read(), !bytes.isEmpty else { return nil }
    return bytes
  }
}

extension [UInt8] {
  /// Returns the index after the empty line that ends a head, or `nil` if it has not come. Lines may end
  /// without a carriage return.
  fileprivate func endOfHead(from start: Int) -> Int? {
    for index in start..<Swift.max(start, count) where self[index] == UInt8(ascii: "\n") {
      if index + 1 < count, self[index + 1] == UInt8(ascii: "\n") { return index + 2 }
      if index + 2 < count, self[index + 1] == UInt8(ascii: "\r"), self[index + 2] == UInt8(ascii: "\n") {
        return index + 3
      }
    }
    return nil
  }
}
