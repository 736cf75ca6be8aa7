import Testing

extension EndToEnd {
  @Suite("HOTRELOAD_TRACE=1")
  struct TraceTests {
    /// A line of the trace. The direction is seen from the process.
    private struct Line: Hashable {
      let process: Substring, generation: Substring
      let isSent: Bool
      let hasDescriptor: Bool
      let message: Substring
    }

    /// Returns the lines of the processes, and those of hotreload. The first message of a process is left out,
    /// because hotreload does not know yet who sends it.
    private func lines(_ text: String) -> (processes: [Line], hotReload: [Line]) {
      let process =
        /hotreload-trace: process (\d+) of generation (\d+) (sends|receives)(, with a descriptor)?: (.*)/
      let hotReload =
        /hotreload-trace: hotreload (sends to|receives from) process (\d+) of generation (\d+)(, with a descriptor)?: (.*)/
      return (
        text.matches(of: process).map {
          Line(
            process: $0.1, generation: $0.2, isSent: $0.3 == "sends", hasDescriptor: $0.4 != nil,
            message: $0.5)
        }.filter { !$0.message.hasPrefix("hello ") },
        text.matches(of: hotReload).map {
          Line(
            process: $0.2, generation: $0.3, isSent: $0.1 == "receives from", hasDescriptor: $0.4 != nil,
            message: $0.5)
        }
      )
    }

    @Test("prints each message at both ends, and whether a descriptor comes with it")
    func bothEnds() throws {
      try withServer { package in
        let hotReload = try package.hotReload(
          ["run", "--probation", "100ms"], environment: ["HOTRELOAD_TRACE": "1"])
        try hotReload.await("generation 1 listens on")
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        try eventually("as many lines of one end as of the other") {
          let (processes, other) = lines(hotReload.errors.all)
          return processes.sorted { "\($0)" < "\($1)" } == other.sorted { "\($0)" < "\($1)" }
        }
        let text = hotReload.errors.all
        let (processes, _) = lines(text)
        #expect(text.contains(" of generation 1 sends: hello "))
        #expect(text.contains("hotreload receives from a process: hello "))
        func has(_ generation: Substring, _ isSent: Bool, _ verb: String, descriptor: Bool) -> Bool {
          processes.contains {
            $0.generation == generation && $0.isSent == isSent && $0.message.hasPrefix(verb)
              && $0.hasDescriptor == descriptor
          }
        }
        #expect(has("1", false, "welcome live", descriptor: false))
        #expect(has("1", true, "listening ", descriptor: true))
        #expect(has("2", false, "granted ", descriptor: true))
        #expect(has("1", false, "pause ", descriptor: false))
        #expect(has("1", true, "paused ", descriptor: false))
        #expect(has("2", false, "release ", descriptor: false))
      }
    }
  }
}
