internal import Glibc
internal import Posix

/// A connection that one thread reads, and one writes, each waiting for the peer.
struct ByteStream: ~Copyable {
  /// A head that is longer is not read to its end.
  static let longestHead = 65_536

  private let socket: Descriptor
  private var received: [UInt8] = []

  init(_ socket: consuming Descriptor) { self.socket = socket }

  /// Valid as long as this value is.
  var number: CInt { socket.number }

  /// The next head of a message; nil where the connection ends before.
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

  /// What has come after the heads that were read, or comes next; nil at the end.
  mutating func next() -> [UInt8]? {
    if received.isEmpty { return read() }
    defer { received = [] }
    return received
  }

  /// Waits for so much that `decide` finds something in what ``next()`` will give; `isEnd`: no more will come.
  mutating func await<Result>(_ decide: (_ received: ArraySlice<UInt8>, _ isEnd: Bool) -> Result?) -> Result?
  {
    while true {
      if let result = decide(received[...], false) { return result }
      guard received.count < Self.longestHead, let more = read() else { return decide(received[...], true) }
      received += more
    }
  }

  /// Sends all of it; returns whether the peer still takes it.
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

  /// Passes on what comes until one of the two ends.
  mutating func pass(to other: borrowing ByteStream) {
    while let bytes = next(), other.write(bytes) {}
  }

  /// Sends on what has come already.
  mutating func passWhatIsThere(to other: borrowing ByteStream) -> Bool {
    defer { received = [] }
    return other.write(received)
  }

  /// The peer reads the end (`SHUT_WR`).
  func endWriting() { shutdown(number, CInt(SHUT_WR)) }

  /// Ends the connection when the peer does, or after seconds of silence: close(2) with bytes that nobody has read would
  /// reset it, and take from the peer what it has not read yet.
  mutating func close() {
    endWriting()
    var limit = timeval(tv_sec: 5, tv_usec: 0)
    setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    while next() != nil {}
    shutdown(number, CInt(SHUT_RDWR))
  }

  /// For another thread.
  func duplicate() -> Descriptor? { try? socket.duplicate() }

  private func read() -> [UInt8]? {
    guard let bytes = try? socket.read(), !bytes.isEmpty else { return nil }
    return bytes
  }
}

extension [UInt8] {
  /// The index after the empty line; there are such that end their lines without a carriage return.
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
