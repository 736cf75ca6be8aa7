internal import Foundation
internal import Glibc
internal import Posix

/// The server's end of the connection to one client.
package final class ControlClientLink {
  /// The maximum number of bytes that wait to be sent. A client that does not read is closed when there are more.
  private static let limit = 1 << 20

  private let loop: EventLoop
  private let socket: Descriptor
  /// A second descriptor, because a descriptor can be watched only once.
  private let writing: Descriptor
  private var reader: EventLoop.Token?
  private var writer: EventLoop.Token?
  private var input: [UInt8] = []
  private var output: [UInt8] = []
  private var isClosed = false
  /// Whether the client sends nothing more.
  private var isInputEnded = false
  /// The number of requests without a reply.
  private var unanswered = 0
  /// The handler of each request.
  var received: (ControlRequest) -> Void = { _ in }
  /// The handler of the end of the connection.
  package var closed: () -> Void = {}

  init(_ socket: consuming Descriptor, loop: EventLoop) throws(SystemError) {
    self.loop = loop
    writing = try socket.duplicate()
    self.socket = socket
    reader = try loop.whenReadable(self.socket) { [unowned self] in read() }
  }

  /// Sends a reply, without waiting for the client.
  package func send(_ reply: ControlReply) {
    if isClosed { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let text = try? encoder.encode(reply) else { return }  // every value can be encoded
    unanswered -= 1
    if output.count > Self.limit { return close() }
    output += text + [UInt8(ascii: "\n")]
    write()
  }

  /// Closes the connection, with what was not sent.
  package func close() {
    if isClosed { return }
    isClosed = true
    reader.map(loop.forget)
    writer.map(loop.forget)
    shutdown(socket.number, CInt(SHUT_RDWR))
    closed()
  }

  private func read() {
    while !isClosed {
      guard let bytes = try? socket.read() else { return }
      if bytes.isEmpty { return inputEnded() }
      input += bytes
      while let end = input.firstIndex(of: UInt8(ascii: "\n")) {
        let line = Data(input[..<end])
        input.removeSubrange(...end)
        take(line)
      }
      if input.count > ControlRequest.limit {
        send(ControlReply(.refused, text: "the request is longer than \(ControlRequest.limit) bytes"))
        return close()
      }
    }
  }

  /// Waits for the replies to what a client has asked that sends nothing more.
  private func inputEnded() {
    isInputEnded = true
    reader.map(loop.forget)  // the end of the input stays readable
    reader = nil
    if unanswered <= 0, output.isEmpty { close() }
  }

  private func take(_ line: Data) {
    unanswered += 1
    do {
      let request = try JSONDecoder().decode(ControlRequest.self, from: line)
      guard request.version == ControlRequest.version else { return refuse(request.version) }
      received(request)
    } catch {
      let version = (try? JSONDecoder().decode(Version.self, from: line))?.version
      if let version, version != ControlRequest.version { return refuse(version) }
      let names = ControlRequest.Command.allCases.map(\.rawValue).joined(separator: ", ")
      send(
        ControlReply(
          .refused,
          text:
            "a request is one line such as {\"version\":1,\"command\":\"status\"}; the commands are \(names)")
      )
    }
  }

  private func refuse(_ version: Int) {
    send(
      ControlReply(
        .refused,
        text:
          "this hotreload speaks version \(ControlRequest.version) of the protocol, and not \(version); use the program that runs"
      ))
  }

  private struct Version: Decodable { let version: Int }

  private func write() {
    while !output.isEmpty {
      let number = writing.number
      let count = output.withUnsafeBytes {
        Glibc.send(number, $0.baseAddress, $0.count, CInt(MSG_DONTWAIT | MSG_NOSIGNAL))
      }
      if count > 0 {
        output.removeFirst(count)
      } else if errno == EAGAIN {
        if writer == nil { writer = try? loop.whenWritable(writing) { [unowned self] in write() } }
        return
      } else if errno != EINTR {
        return close()
      }
    }
    writer.map(loop.forget)
    writer = nil
    if isInputEnded, unanswered <= 0 { close() }
  }
}
