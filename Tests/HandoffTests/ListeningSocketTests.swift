import Glibc
import Posix
import Testing

@Suite("The kernel's list of listening sockets")
struct ListeningSocketTests {
  @Test("is read for TCP, of both versions of IP")
  func tcp() {
    let four = """
        sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
         0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0
         1: 0100007F:1F90 0100007F:B2C4 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 20 4 30 10 -1
         2: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1
      """
    let six = """
        sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
         0: 00000000000000000000000001000000:1F91 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4714 1
         1: B80D0120000000000000000001000000:1F91 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4715 1
      """
    #expect(ListeningSocket.tcp(four).map(\.address) == ["127.0.0.1:8080", "0.0.0.0:80"])
    #expect(ListeningSocket.tcp(four).map(\.inode) == [4711, 4713])
    #expect(ListeningSocket.tcp(six).map(\.address) == ["[::1]:8081", "[2001:db8::1]:8081"])
    #expect(ListeningSocket.tcp(six).map(\.port) == [8081, 8081])
    #expect(ListeningSocket.tcp("") == [])
    #expect(ListeningSocket.tcp("head\n 0: 7F:zz 0 0A 0 0 0 0 0 1 1\n 1:\n") == [])
  }

  @Test("is read for paths and abstract names")
  func unix() {
    let table = """
      Num       RefCount Protocol Flags    Type St Inode Path
      0000000000000000: 00000002 00000000 00010000 0001 01 4720 /run/my app.sock
      0000000000000000: 00000002 00000000 00010000 0001 01 4721 @name
      0000000000000000: 00000003 00000000 00000000 0001 03 4722 /run/my app.sock
      0000000000000000: 00000002 00000000 00010000 0005 01 4723 /run/packets
      0000000000000000: 00000003 00000000 00000000 0001 03 4724
      """
    #expect(ListeningSocket.unix(table).map(\.address) == ["/run/my app.sock", "@name"])
    #expect(ListeningSocket.unix(table).map(\.inode) == [4720, 4721])
  }

  @Test("has what this process listens on, by the inode of the descriptor")
  func own() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(listener) }
    #expect(listen(listener, 1) == 0)
    let inode = try #require(ListeningSocket.inode(of: listener))
    #expect(ListeningSocket.open(in: getpid())[inode] == listener)
    let found = try #require(ListeningSocket.all(in: getpid()).first { $0.inode == inode })
    #expect(found.address.hasPrefix("0.0.0.0:") && found.port != 0)
    #expect(ListeningSocket.inode(of: -1) == nil)
  }
}
