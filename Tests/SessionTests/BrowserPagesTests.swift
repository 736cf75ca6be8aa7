import Glibc
import Posix
import Project
import Reloader
import Reporting
import Settings
import Testing
import WatchingTestSupport

@testable import Session

@Suite("The pages for a browser")
struct BrowserPagesTests {
  private final class Output { var lines: [String] = [] }

  private let directory = TemporaryDirectory()
  private let output = Output()
  private let pages: BrowserPages

  init() throws {
    let output = output
    let console = Console(style: Style(isColored: false), isTerminal: false) { output.lines.append($0) }
    pages = BrowserPages(loop: try EventLoop(), console: console)
    try FileSystem.write("// swift-tools-version: 6.1\n", to: directory["Package.swift"])
  }

  private func project(_ settings: String) throws -> Project {
    try FileSystem.write(settings, to: directory[".reload.toml"])
    var invocation = Invocation()
    invocation.packagePath = directory.path
    return try Project(invocation)
  }

  /// Two addresses that nobody has: free ports, on a loopback address that is this process's own.
  private func freeAddresses() throws -> (first: String, second: String) {
    let listeners = [0, 1].map { _ in socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0) }
    defer { for number in listeners { close(number) } }
    let host = "127.\(1 + getpid() % 200).\(1 + getpid() / 200 % 200).1"
    let addresses = try listeners.map { number in
      try #require(listen(number, 1) == 0)
      let inode = ListeningSocket.inode(of: number)
      let port = try #require(ListeningSocket.all.first { $0.inode == inode }?.port)
      return "\(host):\(port)"
    }
    return (addresses[0], addresses[1])
  }

  private func listeners() -> Set<String> {
    let open = ListeningSocket.open(in: getpid())
    return Set(ListeningSocket.all.filter { open[$0.inode] != nil }.map(\.address))
  }

  @Test("are at the address of the settings, and at no other when that changes")
  func moves() throws {
    let (first, second) = try freeAddresses()
    try pages.use(project("[browser]\nlisten = \"\(first)\"\n"))
    #expect(listeners().contains(first))
    try pages.use(project("[browser]\nlisten = \"\(second)\"\n"))
    #expect(listeners().contains(second) && !listeners().contains(first))
    try pages.use(project(""))
    #expect(!listeners().contains(second))
  }

  @Test("stay where they were if they cannot be where they should")
  func refused() throws {
    let (first, taken) = try freeAddresses()
    let other = BrowserPages(
      loop: try EventLoop(), console: Console(style: Style(isColored: false), isTerminal: false) { _ in })
    try other.use(project("[browser]\nlisten = \"\(taken)\"\n"))
    try pages.use(project("[browser]\nlisten = \"\(first)\"\n"))
    let error = try #require(throws: UsageFailure.self) {
      try pages.use(project("[browser]\nlisten = \"\(taken)\"\n"))
    }
    #expect(error.description.contains("browser.listen") && error.description.contains(taken))
    #expect(listeners().isSuperset(of: [first, taken]))
  }

  @Test(
    "are refused at the place of an address that is none, or that is their own",
    arguments: [
      ("listen = \"8090\"", 2), ("listen = \"localhost\"", 2), ("listen = \"/run/pages.sock\"", 2),
      ("listen = \"127.0.0.1:1\"\nserver = \"127.0.0.1:1\"", 3),
      ("listen = \"localhost:1\"\nserver = \"127.0.0.1:1\"", 3),
      ("listen = \"127.0.0.1:1\"\nserver = \"example.org:80\"", 3),
    ])
  func wrong(text: String, line: Int) throws {
    let error = try #require(throws: SettingsError.self) { try pages.use(project("[browser]\n" + text)) }
    let key = line == 2 ? "browser.listen" : "browser.server"
    #expect(error.description.hasPrefix("\(directory[".reload.toml"]):\(line):1: error: '\(key)' "))
  }

  @Test("are announced once, when there is a server that has some")
  func announced() throws {
    let address = try freeAddresses().first
    try pages.use(project("[browser]\nlisten = \"\(address)\"\n"))
    pages.announce()
    #expect(output.lines == [])
    pages.serve(ServiceID(1), at: ["127.0.0.1:8080"], isOpened: true)
    pages.serve(ServiceID(1), at: ["127.0.0.1:8080", "127.0.0.1:8081"], isOpened: true)
    pages.announce()
    #expect(output.lines.count == 1 && output.lines[0].contains("http://\(address)/"))
  }

  @Test("are said to be reloaded after a save, and not after a swap")
  func saved() throws {
    pages.reload(.styles)
    #expect(output.lines == [])  // there are no pages
    try pages.use(project("[browser]\nlisten = \"\(try freeAddresses().first)\"\n"))
    pages.reload(.styles)
    pages.reload(.code)
    pages.reload(.files)
    #expect(output.lines.count == 2)
    #expect(output.lines[0].contains("style sheets") && !output.lines[1].contains("style sheets"))
  }
}
