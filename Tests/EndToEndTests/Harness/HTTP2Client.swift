/// A client over HTTP/2 in clear text, with as much of it as a test needs (RFC 9113).
final class HTTP2Client {
  private let connection: Connection
  private var received: [UInt8] = []
  private var bodies: [UInt32: String] = [:]
  private var ended: Set<UInt32> = []
  private var newest: UInt32 = 0
  private var wasAskedToLeave = false

  init(port: UInt16) throws {
    connection = try Connection(port: port)
    try connection.send(bytes: Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + frame(.settings, stream: 0))
  }

  /// Sends a request. Returns the stream of its response.
  func send(_ path: String = "/") throws -> UInt32 {
    newest += newest == 0 ? 1 : 2
    // The fields are GET, http, the path and an authority, as in RFC 7541 without compression.
    let fields: [UInt8] = [0x82, 0x86, 0x04, UInt8(path.utf8.count)] + Array(path.utf8) + [0x01, 1, 0x78]
    try connection.send(bytes: frame(.headers, flags: 5, stream: newest, fields))
    return newest
  }

  /// Waits for the end of a response.
  func answer(on stream: UInt32) throws -> Answer {
    while !ended.contains(stream) { try takeFrame() }
    return try Answer(bodies[stream] ?? "")
  }

  /// Waits until the server asks for no more streams.
  func awaitGoAway() throws {
    while !wasAskedToLeave { try takeFrame() }
  }

  private enum Kind: UInt8 {
    case data = 0
    case headers = 1
    case settings = 4
    case goAway = 7
  }

  private func frame(_ kind: Kind, flags: UInt8 = 0, stream: UInt32, _ payload: [UInt8] = []) -> [UInt8] {
    [0, 0, UInt8(payload.count), kind.rawValue, flags, 0, 0, UInt8(stream >> 8), UInt8(stream & 255)]
      + payload
  }

  private func receive(_ count: Int) throws -> [UInt8] {
    while received.count < count { received += try connection.receiveSome() }
    defer { received.removeFirst(count) }
    return Array(received.prefix(count))
  }

  private func takeFrame() throws {
    let header = try receive(9)
    let payload = try receive(Int(header[0]) << 16 | Int(header[1]) << 8 | Int(header[2]))
    let stream = UInt32(header[7]) << 8 | UInt32(header[8])
    switch Kind(rawValue: header[3]) {
    case .settings where header[4] & 1 == 0:
      try connection.send(bytes: frame(.settings, flags: 1, stream: 0))
    case .data: bodies[stream, default: ""] += String(decoding: payload, as: UTF8.self)
    case .goAway: wasAskedToLeave = true
    default: break
    }
    let carriesEnd = Kind(rawValue: header[3]) == .data || Kind(rawValue: header[3]) == .headers
    if carriesEnd, header[4] & 1 == 1 { ended.insert(stream) }
  }
}
