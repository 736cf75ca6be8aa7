import Foundation
import Posix
import Testing

extension EndToEnd {
  @Suite("the metrics of a running hotreload")
  struct MetricsEndpointTests {
    @Test("are served at 'console.metrics', and printed by 'status'")
    func endpoint() throws {
      try withServer { package in
        let address = "127.0.0.1:\(Ports.free())"
        let hotReload = try package.serving("--metrics", address)
        for (number, greeting) in ["two", "three"].enumerated() {
          try package.save(greeting)
          try hotReload.await("generation \(number + 2) is live after ")
        }
        try package.save(header: "#error no\n")
        try hotReload.await("build failed after ")
        let served = try ChildProcess.run(
          Command(
            path: "/usr/bin/env", arguments: ["env", "curl", "-sf", "http://\(address)/metrics"],
            environment: package.environment(), directory: "/", parentDeathSignal: SIGKILL))
        #expect(served.ending == .exited(0))
        let lines = served.output.split(separator: "\n")
        #expect(lines.contains("hotreload_swaps_total 2"))
        #expect(lines.contains("hotreload_saves_total 3"))
        #expect(lines.contains(#"hotreload_builds_total{way="full",result="failed"} 1"#))
        #expect(lines.contains("hotreload_build_failed 1"))
        #expect(lines.contains("hotreload_pause_duration_seconds_count 2"))
        let printed = try package.run("status", "--prometheus").output
        #expect(printed == served.output)
      }
    }

    /// Whether promtool of Prometheus is installed.
    static let hasPromtool = CurrentProcess.find("promtool") != nil

    @Test("are such as promtool wants them", .enabled(if: hasPromtool))
    func promtool() throws {
      try withServer { package in
        let hotReload = try package.serving()
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        let printed = try package.run("status", "--prometheus").output
        let checked = try ChildProcess.run(
          Command(
            path: "/bin/sh", arguments: ["sh", "-c", "printf '%s' \"$METRICS\" | promtool check metrics"],
            environment: package.environment(["METRICS": printed]), directory: "/", parentDeathSignal: SIGKILL
          ))
        #expect(checked.ending == .exited(0))
        #expect(checked.output == "")
      }
    }

    @Test("are refused at an address that is taken, or none")
    func wrongAddress() throws {
      try withServer { package in
        let port = Ports.free()
        let listener = try Ports.Listener(port: port)
        defer { listener.close() }
        let taken = try package.hotReload(["run", "--metrics", "127.0.0.1:\(port)"])
        #expect(try taken.await("error: ").contains("hotreload ('console.metrics')"))
        try taken.process.awaitEnd()
        let none = try package.hotReload(["run", "--metrics", "here"])
        #expect(try none.await("error: ").contains("write it with its port: 127.0.0.1:9090 or [::1]:9090"))
      }
    }
  }
}
