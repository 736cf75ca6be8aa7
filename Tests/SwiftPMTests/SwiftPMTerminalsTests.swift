import Foundation
import Posix
import Testing

@testable import SwiftPM

@Suite("SwiftPM's commands, in one terminal after the other")
final class SwiftPMTerminalsTests {
  private let root: String
  private let loop: EventLoop
  private var database: String { root + "/.build/build.db" }
  private var memory: String { root + "/.build/hotreload/terminals.json" }

  init() throws {
    loop = try EventLoop()
    let directory = FileManager.default.temporaryDirectory.appending(path: "terminals-\(UUID())").path
    try FileSystem.makeDirectories(directory + "/.build")
    root = try #require(FileSystem.realPath(directory))
    try FileManager.default.copyItem(atPath: planFixture, toPath: database)
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  /// Returns the state for a session that began at this time, by default in 1970.
  private func terminals(began: Int64? = 0) -> SwiftPMTerminals {
    SwiftPMTerminals(root: root, loop: loop, sessionBegan: began)
  }

  private func environment(_ own: [String], fixed: Set<String> = [], by terminals: SwiftPMTerminals? = nil)
    -> Set<String>
  {
    Set(
      (terminals ?? self.terminals()).environment(
        over: own + ["PATH=/none"], fixed: fixed, arguments: [])
    ).subtracting(["PATH=/none"])
  }

  /// Builds in a terminal, without SwiftPM: the plan stays that of the fixture.
  private func build(_ own: [String], succeeded: Bool = true) {
    let terminals = terminals()
    _ = environment(own, by: terminals)
    terminals.buildStarted()
    terminals.buildEnded(succeeded: succeeded)
  }

  @Test("have the environment of the first terminal in the second")
  func second() {
    build(["A=1", "SHLVL=1", "SSH_TTY=/dev/pts/1"])
    #expect(environment(["A=2", "SHLVL=3", "TMUX=x"]) == ["A=2", "SHLVL=1", "SSH_TTY=/dev/pts/1"])
    #expect(
      environment(["SHLVL=3", "TMUX=x"], fixed: ["TMUX"]) == ["SHLVL=1", "SSH_TTY=/dev/pts/1", "TMUX=x"])
  }

  @Test("have that of their own when the plan was made by somebody else", arguments: [true, false])
  func foreignPlan(isGone: Bool) throws {
    build(["SHLVL=1"])
    let bytes = Array(try Data(contentsOf: URL(filePath: database)))
    var changed = bytes
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: [0x70, 0xA8, 0x92]) })
    changed[place] = 0x71
    if isGone { changed = [] }
    try Data(changed).write(to: URL(filePath: database))
    #expect(environment(["SHLVL=3"]) == ["SHLVL=3"])
  }

  @Test("have that of the newest known one, in a terminal that was opened later than the plan was made")
  func laterTerminal() throws {
    build(["SHLVL=1"])
    try Data().write(to: URL(filePath: database))
    #expect(environment(["SHLVL=3"], by: terminals(began: .max)) == ["SHLVL=1"])
    #expect(environment(["SHLVL=3"], by: terminals(began: 0)) == ["SHLVL=3"])
    #expect(environment(["SHLVL=3"], by: terminals(began: nil)) == ["SHLVL=3"])
  }

  @Test("have that of their own when what was remembered is corrupt")
  func corrupt() throws {
    build(["SHLVL=1"])
    try FileSystem.write("[{", to: memory)
    #expect(environment(["SHLVL=3"]) == ["SHLVL=3"])
  }

  @Test("are not remembered after a build that failed before it planned")
  func failed() {
    build(["SHLVL=1"], succeeded: false)
    #expect(!FileSystem.exists(memory))
  }

  @Test("have the user's own agent while a manifest is newer than the last plan")
  func agent() throws {
    let plan = root + "/.build/debug.yaml"
    try FileSystem.write("", to: plan)
    build(["SSH_AUTH_SOCK=/tmp/1"])
    #expect(environment(["SSH_AUTH_SOCK=/tmp/2"]) == ["SSH_AUTH_SOCK=/tmp/1"])
    try FileSystem.write("", to: root + "/Package.swift")
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 9)], ofItemAtPath: plan)
    #expect(environment(["SSH_AUTH_SOCK=/tmp/2"]) == ["SSH_AUTH_SOCK=/tmp/2"])
  }

  @Test("have the user's own agent after a build that failed before it planned")
  func failedPlan() throws {
    try FileSystem.write("", to: root + "/.build/debug.yaml")
    build(["SSH_AUTH_SOCK=/tmp/1"])
    let terminals = terminals()
    #expect(environment(["SSH_AUTH_SOCK=/tmp/2"], by: terminals) == ["SSH_AUTH_SOCK=/tmp/1"])
    terminals.buildStarted()
    terminals.buildEnded(succeeded: false, cancelled: true)
    #expect(environment(["SSH_AUTH_SOCK=/tmp/2"], by: terminals) == ["SSH_AUTH_SOCK=/tmp/1"])
    terminals.buildStarted()
    terminals.buildEnded(succeeded: false)
    #expect(environment(["SSH_AUTH_SOCK=/tmp/2"], by: terminals) == ["SSH_AUTH_SOCK=/tmp/2"])
  }

  @Test("keep a PWD that leads to the package through a link")
  func link() {
    #expect(environment(["PWD=/nowhere"]) == ["PWD=" + root])
    let link = root + "/.build/link"
    symlink(root, link)
    #expect(environment(["PWD=" + link]) == ["PWD=" + link])
  }
}
