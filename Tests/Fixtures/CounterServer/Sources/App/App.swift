import Glibc
import HotReload

/// Answers every request with `GREETING COUNT` on a connection of its own.
@main
enum App {
  static func main() throws {
    carry()
    guard let port = getenv("PORT").flatMap({ Int(String(cString: $0)) }) else { exit(2) }
    let listener = try HotReload.listener(port: port)
    HotReload.ready()
    Task.detached { await tell() }  // the main actor's thread accepts
    serve(listener)
  }

  private static func tell() async {
    for await event in HotReload.events {
      print(event)
      fflush(nil)
      if event == .stopping { exit(0) }
    }
  }

  private static func serve(_ listener: CInt) {
    while true {
      let connection = accept(listener, nil, nil)
      if connection == -1 { continue }
      answer(connection)
      close(connection)
    }
  }

  private static func answer(_ connection: CInt) {
    var request: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !request.suffix(4).elementsEqual("\r\n\r\n".utf8) {
      let count = read(connection, &buffer, buffer.count)
      if count <= 0 { return }
      request += buffer.prefix(count)
    }
    let body = "\(greeting) \(counter.next())"
    let response = "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
    _ = send(connection, response, response.utf8.count, CInt(MSG_NOSIGNAL))
  }
}
