import Glibc

import Testing

@testable import HotReload

@Suite("Where hotreload is not there")
struct ListenerTests {
  private func port(of descriptor: CInt) -> Int {
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    return Int(UInt16(bigEndian: address.sin_port))
  }

  @Test("a listener is bound, and a taken address is said")
  func tcp() throws {
    #expect(!HotReload.isRunning)
    let listener = try HotReload.listener(port: 0)
    defer { close(listener) }
    let port = port(of: listener)
    #expect(throws: ListenerError(call: "bind", address: "127.0.0.1:\(port)", code: EADDRINUSE)) {
      try HotReload.listener(port: port)
    }
    #expect(throws: ListenerError.self) { try HotReload.listener(port: 65_536) }
    close(try HotReload.listener(host: "::1", port: 0))
  }

  @Test("a path that an ended process has left is taken, and one that is in use is not")
  func unix() throws {
    let path = "/tmp/hotreload-test-\(getpid())"
    defer { unlink(path) }
    close(try HotReload.listener(path: path))
    let listener = try HotReload.listener(path: path)
    #expect(throws: ListenerError(call: "bind", address: path, code: EADDRINUSE)) {
      try HotReload.listener(path: path)
    }
    close(listener)
    close(try HotReload.listener(path: "@hotreload-test-\(getpid())"))
    #expect(throws: ListenerError.self) { try HotReload.listener(path: String(repeating: "x", count: 200)) }
    let file = try #require(fopen(path + "-file", "w"))
    fclose(file)
    defer { unlink(path + "-file") }
    #expect(throws: ListenerError.self) { try HotReload.listener(path: path + "-file") }
  }
}

// Each test has a process of its own, because it changes the environment and the signals.
@Suite("What the library tells, and is told")
struct ProcessTests {
  @Test("NOTIFY_SOCKET is told what the server says")
  func notifies() async {
    await #expect(processExitsWith: .success) {
      HotReload.ready()  // nobody asked
      let path = "/tmp/hotreload-notify-\(getpid())"
      let receiver = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue), 0)
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
      let bound = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(receiver, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      try #require(bound == 0)
      setenv("NOTIFY_SOCKET", path, 1)
      defer { unlink(path) }
      HotReload.ready()
      HotReload.status("warming\nup")
      var buffer = [UInt8](repeating: 0, count: 100)
      let first = recv(receiver, &buffer, buffer.count, CInt(MSG_DONTWAIT))
      #expect(String(decoding: buffer.prefix(max(first, 0)), as: UTF8.self) == "READY=1")
      let second = recv(receiver, &buffer, buffer.count, CInt(MSG_DONTWAIT))
      #expect(String(decoding: buffer.prefix(max(second, 0)), as: UTF8.self) == "STATUS=warming up")
    }
  }

  @Test("SIGTERM is an event while somebody iterates, and is what it was before and after")
  func stopping() async {
    await #expect(processExitsWith: .success) {
      signal(SIGTERM, SIG_IGN)
      kill(getpid(), SIGTERM)
      for _ in 0..<2 {
        var events: HotReload.Events.AsyncIterator? = HotReload.events.makeAsyncIterator()
        kill(getpid(), SIGTERM)
        #expect(await events?.next() == .stopping)
        events = nil
        var action = sigaction()
        sigaction(SIGTERM, nil, &action)
        #expect(unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1)  // SIG_IGN
      }
    }
  }

  @Test("a handler of SIGTERM that was there is called too, with what the kernel says")
  func handlerBefore() async {
    await #expect(processExitsWith: .exitCode(7)) {
      var action = sigaction()
      action.__sigaction_handler.sa_sigaction = { number, info, _ in
        _exit(number == SIGTERM && info?.pointee.si_signo == SIGTERM ? 7 : 8)
      }
      action.sa_flags = SA_SIGINFO
      sigaction(SIGTERM, &action, nil)
      let events = HotReload.events.makeAsyncIterator()
      kill(getpid(), SIGTERM)
      withExtendedLifetime(events) { _ = sleep(60) }  // another thread may get it
    }
  }
}
