import Testing

@testable import HotReloadCLI

@Suite("The arguments of a command")
struct ArgumentCursorTests {
  private func all(_ arguments: [String]) -> [ArgumentCursor.Argument] {
    var cursor = ArgumentCursor(arguments, of: RunCommand.command)
    var found: [ArgumentCursor.Argument] = []
    while let argument = cursor.next() { found.append(argument) }
    return found
  }

  @Test("are options, others, and all that is after two dashes")
  func kinds() {
    #expect(
      all(["-c", "--long", "--long=value", "-", "", "a=b", "--", "-x", "--"]) == [
        .option("-c"), .option("--long"), .option("--long"), .positional("-"), .positional(""),
        .positional("a=b"),
        .rest(["-x", "--"]),
      ])
    #expect(all([]) == [])
    #expect(all(["--"]) == [.rest([])])
  }

  @Test("are the values of the options before them, unless they end the options")
  func values() throws {
    var cursor = ArgumentCursor(["--a", "--b", "--c=", "--d=x=y", "-e", "--"], of: RunCommand.command)
    #expect(cursor.next() == .option("--a"))
    #expect(try cursor.value() == "--b")  // as ArgumentParser, which takes any word
    #expect(cursor.next() == .option("--c"))
    #expect(try cursor.value() == "")
    #expect(cursor.next() == .option("--d"))
    #expect(throws: UsageError.self) { try cursor.noValue() }
    #expect(try cursor.value() == "x=y")
    try cursor.noValue()
    #expect(cursor.next() == .option("-e"))
    #expect(throws: UsageError.self) { _ = try cursor.value() }
    #expect(cursor.next() == .rest([]))
  }
}
