import Testing

@testable import Handoff

@Suite("an address to listen at")
struct ListenAddressTests {
  @Test(
    "is called as the interposer calls it",
    arguments: [
      ("127.0.0.1:8080", "listen", "tcp4 127.0.0.1:8080"), ("http=0.0.0.0:80", "http", "tcp4 0.0.0.0:80"),
      ("[::1]:8080", "listen", "tcp6 [::1]:8080%0"), ("/tmp/app.sock", "listen", "unix /tmp/app.sock"),
      ("db=/tmp/../tmp/a.sock", "db", "unix /tmp/a.sock"), ("/app.sock", "listen", "unix /app.sock"),
      ("[0:0:0:0:0:0:0:1]:8080", "listen", "tcp6 [::1]:8080%0"),
      ("/tmp/a \\ ü\t", "listen", "unix /tmp/a\\20\\5c\\20\\c3\\bc\\09"),
    ])
  func keys(text: String, name: String, key: String) throws {
    let address = try #require(ListenAddress(text))
    #expect(address.name == name)
    #expect(address.key == key)
  }

  @Test(
    "is shown as it is, unless that would have an effect on a terminal",
    arguments: [
      ("/tmp/a\\20\\5c\\20\\c3\\bc", "/tmp/a \\ ü"), ("127.0.0.1:80", "127.0.0.1:80"), ("/a\\1bb", "/a\\1bb"),
      ("/a\\", "/a\\"), ("/a\\x", "/a\\x"),
    ])
  func shown(key: String, text: String) { #expect(key.unescapedFromKey == text) }

  @Test(
    "is refused where a server could bind something else by it",
    arguments: [
      "", "8080", ":8080", "localhost:8080", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:-1",
      "1.2.3:80", "::1:8080", "[::1]", "relative.sock", "/tmp/", "a:b=127.0.0.1:80", "=127.0.0.1:80",
      "/" + String(repeating: "x", count: 108),
    ])
  func refused(text: String) { #expect(ListenAddress(text) == nil) }
}

@Suite("a notification")
struct NotificationTests {
  @Test("is what sd_notify(3) says, a line each; what we have no use for is skipped")
  func parsed() {
    #expect(
      Notification.parse("READY=1\nSTATUS=a=b\nMAINPID=12\nEXTEND_TIMEOUT_USEC=1500000\nSTOPPING=1\n")
        == [.ready, .status("a=b"), .mainProcess(12), .needs(.milliseconds(1500))])
    #expect(
      Notification.parse("READY=0\nEXTEND_TIMEOUT_USEC=-1\nEXTEND_TIMEOUT_USEC=x\nnonsense\n\n")
        == [.needs(.zero)])
  }

  @Test(
    "may give descriptors away for those that come after, under a name",
    arguments: [
      ("FDSTORE=1", [.store(name: "stored", endsWithPeer: true)]),
      ("FDSTORE=1\nFDNAME=db", [.store(name: "db", endsWithPeer: true)]),
      ("FDNAME=db\nFDPOLL=0\nFDSTORE=1", [.store(name: "db", endsWithPeer: false)]),
      ("FDSTORE=1\nFDNAME=a:b", [.store(name: "stored", endsWithPeer: true)]),
      ("FDSTOREREMOVE=1\nFDNAME=db", [.remove(name: "db")]), ("FDSTOREREMOVE=1", []), ("FDSTORE=0", []),
      ("RELOADING=1\nMONOTONIC_USEC=5", []), ("BARRIER=1", []), ("ERRNO=2", []), ("WATCHDOG=1", []),
      ("MAINPID=1", []), ("MAINPID=x", []), ("MAINPID=-5", []),
    ] as [(String, [Notification])])
  func stores(_ text: String, _ expected: [Notification]) { #expect(Notification.parse(text) == expected) }

  @Test("cannot write to the terminal but as text")
  func harmless() { #expect(Notification.parse("STATUS=\u{1B}[2Jx") == [.status(" [2Jx")]) }
}
