import Control
import Foundation
import Posix
import Testing

@Suite("The socket for commands")
struct ControlServerTests {
  /// Runs a server that answers every request with `answer`, and the clients of `body` on a thread of their own.
  private func answering(
    by answer: @escaping (ControlRequest, ControlClientLink) -> Void = {
      $1.send(ControlReply(.done, text: $0.service))
    },
    _ body: @escaping @Sendable (String) throws -> Void
  ) throws {
    let path = "/tmp/control-\(UUID().uuidString.prefix(8))"
    let loop = try EventLoop()
    let server = try ControlServer(path: path, loop: loop, handle: answer)
    defer {
      server.close()
      unlink(path)
    }
    let pair = try SocketPair(.records)
    let remote = try pair.remote.duplicate()
    let local = pair.takeLocal()
    let number = remote.release()
    let result = Outcome()
    Thread {
      result.value = Result { try body(path) }
      close(number)
    }.start()
    _ = try loop.whenReadable(local) { loop.stop() }
    try loop.run()
    try result.value?.get()
  }

  /// The result of the clients' thread, which is read after that has ended.
  private final class Outcome: @unchecked Sendable { var value: Result<Void, any Error>? }

  @Test("answers each request of a client, one after the other")
  func answers() throws {
    try answering { path in
      var connection = try ControlConnection(path: path)
      for name in ["a", "b"] {
        #expect(try connection.reply(to: ControlRequest(.restart, service: name)).text == name)
      }
    }
  }

  /// Sends bytes, and returns everything that comes until the end or the first line.
  private static func line(_ path: String, _ text: String) throws -> String {
    let socket = try connectStream(to: path)
    SharedDescriptor(socket.number).write(text)
    var bytes: [UInt8] = []
    while !bytes.contains(UInt8(ascii: "\n")), let more = try socket.read(), !more.isEmpty { bytes += more }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test("refuses another version of the protocol, and says which it speaks")
  func version() throws {
    try answering { path in
      let reply = try Self.line(path, #"{"version":7,"command":"dance"}"# + "\n")
      #expect(reply.contains(#""result":"refused""#))
      #expect(reply.contains("version 1 of the protocol, and not 7"))
    }
  }

  @Test(
    "refuses what is no request, and says how one looks",
    arguments: [
      "hello\n", "\n", #"{"version":1,"command":"dance"}"# + "\n", "\u{0}\n", #"{"command":1}"# + "\n",
    ])
  func noRequest(text: String) throws {
    try answering { path in
      let reply = try Self.line(path, text)
      #expect(reply.contains("the commands are status, metrics, wait, reload, restart, pause, resume, stop"))
    }
  }

  @Test("refuses a request without an end, and closes the connection")
  func endless() throws {
    try answering { path in
      let reply = try Self.line(path, String(repeating: "x", count: 5000))
      #expect(reply.contains("longer than 4096 bytes"))
    }
  }

  @Test("answers others while a client does not read, which it closes when too much waits")
  func deafClient() throws {
    let long = String(repeating: "x", count: 100_000)
    try answering(by: { request, client in
      for _ in 0..<(request.service == nil ? 30 : 1) { client.send(ControlReply(.done, text: long)) }
    }) { path in
      let deaf = try connectStream(to: path)
      SharedDescriptor(deaf.number).write(#"{"version":1,"command":"status"}"# + "\n")
      var other = try ControlConnection(path: path)
      #expect(try other.reply(to: ControlRequest(.status, service: "a")).text == long)
      var count = 0
      while let bytes = try deaf.read(), !bytes.isEmpty { count += bytes.count }
      #expect(count < 30 * 100_000)
    }
  }

  @Test("closes the client that came first for one too many")
  func manyClients() throws {
    try answering { path in
      let first = try connectStream(to: path)
      var others: [ReceivedDescriptor] = []
      for _ in 0..<64 { others.append(ReceivedDescriptor(try connectStream(to: path))) }
      #expect(try first.read() == [])
      var last = try ControlConnection(path: path)
      #expect(try last.reply(to: ControlRequest(.status)).result == .done)
    }
  }

  @Test("gives up when the time is over, or when nobody listens any more")
  func failures() throws {
    try answering(by: { _, _ in }) { path in
      var connection = try ControlConnection(path: path)
      #expect(throws: ControlConnection.Failure.timedOut) {
        _ = try connection.reply(to: ControlRequest(.wait), by: .now + .milliseconds(1))
      }
    }
    #expect(throws: ControlConnection.Failure.notRunning) {
      _ = try ControlConnection(path: "/tmp/nobody-listens")
    }
  }
}
