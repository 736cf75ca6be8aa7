import Handoff
import Testing

@Suite("The messages of the handoff")
struct MessageTests {
  @Test("are read as the interposer writes them")
  func records() {
    #expect(Message("hello 1 12 4711") == .hello(version: 1, generation: 12, pid: 4711))
    #expect(Message("bind 3 tcp4 127.0.0.1:8080") == .bind(number: 3, key: "tcp4 127.0.0.1:8080"))
    #expect(Message("unlink 4 unix /run/a") == .unlink(number: 4, key: "unix /run/a"))
    #expect(Message("bind-failed 98 tcp4 127.0.0.1:80") == .bindFailed(code: 98, key: "tcp4 127.0.0.1:80"))
    #expect(
      Message("listening 0 256 [::]:8080 = tcp6 [::]:8080%0 v6only")
        == .listening(id: 0, backlog: 256, address: "[::]:8080", key: "tcp6 [::]:8080%0 v6only"))
    #expect(Message("polled 3") == .polled(id: 3))
    #expect(Message("closed 3 tcp4 [::]:80 #1") == .closed(id: 3, key: "tcp4 [::]:80 #1"))
    #expect(Message("paused 7 1 2 3") == .paused(number: 7, fresh: 1, busy: 2, idle: 3))
    #expect(Message("not-paused 7") == .notPaused(number: 7))
    #expect(Message("released 8") == .released(number: 8))
    #expect(Message("settled") == .settled)
    #expect(Message("moved tcp4 127.0.0.1:8080 #1") == .moved(key: "tcp4 127.0.0.1:8080 #1"))
    #expect(Message("taken 5") == .taken(id: 5))
    #expect(Message("declined 5") == .declined(id: 5))
    #expect(Message("returned 5") == .returned(id: 5))
    #expect(Message("unsupported sing") == .unsupported("sing"))
  }

  @Test(
    "that are cut, or not ours, are refused",
    arguments: [
      "", "hello", "hello 1", "paused 1 2 3", "released", "polled x", "moved", "taken",
      "bind tcp4 127.0.0.1:8080", "GET /",
    ])
  func refused(_ record: String) {
    #expect(Message(record) == nil)
  }

  @Test("to the server say what is asked")
  func commands() {
    #expect(Command.welcome(held: true).record == "welcome held")
    #expect(Command.welcome(held: false).record == "welcome live")
    #expect(Command.granted(number: 3, index: 1, backlog: 128).record == "granted 3 1 128")
    #expect(Command.pause(number: 7, milliseconds: 5000, moves: true).record == "pause 7 5000 move")
    #expect(Command.pause(number: 7, milliseconds: 5000, moves: false).record == "pause 7 5000 end")
    #expect(Command.connection(id: 9, listener: 2).record == "connection 9 2")
  }
}
