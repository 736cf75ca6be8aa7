import CHTTP1
import Testing

@Suite("frames of HTTP/2")
struct HTTP2FramingTests {
  private let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

  private func frame(_ type: UInt8, flags: UInt8 = 0, stream: UInt8, _ size: Int = 3) -> [UInt8] {
    [0, UInt8(size >> 8), UInt8(size & 255), type, flags, 0, 0, 0, stream]
      + [UInt8](repeating: 9, count: size)
  }

  private enum Part {
    case client([UInt8])
    case server([UInt8])
  }

  /// Returns the open streams after the last part, however the bytes were cut; `nil` if they were not
  /// followed.
  private func open(_ parts: Part...) -> [UInt32]? {
    var results: Set<[UInt32]?> = []
    for size in [1, 2, 7, 1000] {
      let connection = http2_begin()
      defer { http2_end(connection) }
      var isFollowed = true
      for part in parts {
        switch part {
        case .client(let bytes):
          for piece in bytes.cut(size) {
            isFollowed = isFollowed && http2_received(connection, piece, piece.count)
          }
        case .server(let bytes):
          for piece in bytes.cut(size) {
            isFollowed = isFollowed && http2_sent(connection, piece, piece.count)
          }
        }
      }
      results.insert(isFollowed ? connection?.pointee.streams.sorted() : nil)
    }
    #expect(results.count == 1)
    return results.first ?? nil
  }

  @Test("a stream is open from the client's HEADERS until the server's END_STREAM")
  func streams() {
    let settings = frame(4, stream: 0, 6)
    let start = preface + settings + frame(1, stream: 1) + frame(0, flags: 1, stream: 1, 300)
    #expect(open(.server(settings), .client(preface)) == [])
    #expect(open(.client(start)) == [1])
    #expect(open(.client(start), .server(settings + frame(1, stream: 1) + frame(0, stream: 1))) == [1])
    #expect(open(.client(start), .server(settings + frame(0, flags: 1, stream: 1, 0))) == [])
    #expect(open(.client(start), .server(settings + frame(1, flags: 1, stream: 1))) == [])
    #expect(
      open(.client(start + frame(1, flags: 5, stream: 3)), .server(frame(1, flags: 1, stream: 1))) == [3])
  }

  @Test("a stream that either side resets is open no more; trailers open none")
  func resets() {
    let start = preface + frame(1, stream: 1) + frame(1, stream: 3) + frame(1, flags: 1, stream: 1)
    #expect(open(.client(start)) == [1, 3])
    #expect(open(.client(start + frame(3, stream: 1, 4))) == [3])
    #expect(open(.client(start), .server(frame(3, stream: 3, 4))) == [1])
    #expect(open(.client(start + frame(3, stream: 1, 4)), .server(frame(1, flags: 1, stream: 1))) == [3])
  }

  @Test("GOAWAY fits between two frames of the server only")
  func boundaries() {
    let connection = http2_begin()
    defer { http2_end(connection) }
    #expect(!http2_is_between_frames(connection))
    let settings = frame(4, stream: 0, 6)
    for byte in settings.dropLast() {
      #expect(http2_sent(connection, [byte], 1))
      #expect(!http2_is_between_frames(connection))
    }
    #expect(http2_sent(connection, [0], 1))
    #expect(http2_is_between_frames(connection))
  }

  @Test("is told from HTTP/1.x, from other protocols, and from an end of the preface that is none")
  func others() {
    #expect(http2_is_client(preface, preface.count))
    #expect(http2_is_client(Array(preface.prefix(5)), 5))
    #expect(!http2_is_client(Array("PRO / HTTP/1.1\r\n".utf8), 16))
    #expect(!http2_is_client(Array("P".utf8), 1))
    #expect(http2_is_server(frame(4, stream: 0, 6), 15))
    #expect(!http2_is_server(Array("220 mail ESMTP\r\n".utf8), 16))
    #expect(open(.client(Array("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n".utf8))) == nil)
  }

  @Test("what is not seen is followed inside a payload only")
  func unseen() {
    let connection = http2_begin()
    defer { http2_end(connection) }
    #expect(http2_sent(connection, [0, 0, 100, 0, 1, 0, 0, 0, 1], 9))
    #expect(http2_sent(connection, nil, 100))
    #expect(http2_is_between_frames(connection))
    #expect(!http2_sent(connection, nil, 1))
  }

  @Test("more streams, or connections, than there is room for are not followed")
  func room() {
    let connection = http2_begin()
    defer { http2_end(connection) }
    #expect(http2_received(connection, preface, preface.count))
    for stream in 0..<UInt16(HTTP2_STREAMS) {
      let number = stream * 2 + 1
      let headers: [UInt8] = [0, 0, 0, 1, 4, 0, 0, UInt8(number >> 8), UInt8(number & 255)]
      #expect(http2_received(connection, headers, 9))
    }
    #expect(!http2_received(connection, [0, 0, 0, 1, 4, 0, 1, 0, 1], 9))
  }
}

extension [UInt8] {
  /// Returns the bytes in pieces of `size` bytes.
  fileprivate func cut(_ size: Int) -> [[UInt8]] {
    stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
  }
}

extension http2_connection {
  fileprivate var streams: [UInt32] {
    withUnsafeBytes(of: open) { Array($0.bindMemory(to: UInt32.self).prefix(Int(count))) }
  }
}
