import Reloader
import Reporting
import Testing

@Suite("The status line")
struct StatusLineTests {
  private let style = Style(isColored: false)

  /// Returns the line after these reports of one service, or of the build.
  private func line(
    _ reports: [(ServiceID?, Report)], width: Int = 80, _ change: (inout StatusLine) -> Void = { _ in }
  ) -> String {
    var status = StatusLine()
    for (service, report) in reports { status.note(report, of: service, isFast: true) }
    change(&status)
    return status.text(
      width: width, style: style, names: [ServiceID(1): "api", ServiceID(2): "worker"])
  }

  private static let serving: [(ServiceID?, Report)] = [
    (nil, .building(first: true)), (nil, .built(.milliseconds(310))), (nil, .serving(1, "127.0.0.1:8080")),
  ]

  private func swapped(_ generation: Int, opened: [String] = [], closed: [String] = []) -> Report {
    .live(
      Swapped(
        generation: generation, total: .milliseconds(5), ready: .milliseconds(4), pause: .zero,
        connections: Connections(fresh: 0, busy: 0, idle: 0), opened: opened, closed: closed))
  }

  @Test("names the generation, its address and the last build")
  func states() {
    #expect(line([]) == "")
    #expect(line([(nil, .building(first: true))]) == "building")
    #expect(line(Self.serving) == "generation 1 | 127.0.0.1:8080 | built in 310 ms (fast)")
    #expect(
      line(Self.serving + [(nil, swapped(2))]) == "generation 2 | 127.0.0.1:8080 | built in 310 ms (fast)")
    #expect(
      line(Self.serving + [(nil, swapped(2, opened: ["[::1]:1"], closed: ["127.0.0.1:8080"]))])
        == "generation 2 | [::1]:1 | built in 310 ms (fast)")
    #expect(
      line(Self.serving + [(nil, .buildFailed(.seconds(1), serving: [:]))])
        == "generation 1 | 127.0.0.1:8080 | build failed")
    #expect(line(Self.serving + [(nil, .died(1, .exited(3)))]) == "not running | built in 310 ms (fast)")
    #expect(line(Self.serving + [(nil, .leaving(waitingFor: 1))]) == "stopping")
  }

  @Test("shows the step of a long build")
  func step() {
    let building: [(ServiceID?, Report)] = Self.serving + [(nil, .building(first: false))]
    #expect(
      line(building) { $0.step = "[12/87] Compiling App main.swift" }
        == "generation 1 | 127.0.0.1:8080 | building")
    #expect(
      line(building) { ($0.step, $0.showsStep) = ("[12/87] Compiling App main.swift", true) }
        == "generation 1 | 127.0.0.1:8080 | building [12/87] Compiling App main.swift")
  }

  @Test("counts the files that wait for a build, and says that builds are paused")
  func pending() {
    #expect(
      line(Self.serving, width: 100) { ($0.pending, $0.isPaused, $0.hasKeys) = (2, true, true) }
        == "generation 1 | 127.0.0.1:8080 | built in 310 ms (fast) | 2 files to build | paused | ? for keys")
    #expect(line([(nil, .building(first: true))]) { $0.pending = 1 } == "building")
  }

  @Test("names each service, until it is removed")
  func services() {
    let reports: [(ServiceID?, Report)] = [
      (ServiceID(2), .started(1)), (ServiceID(1), .serving(3, "127.0.0.1:8080")),
    ]
    #expect(line(reports) == "api: generation 3 | worker: generation 1 | 127.0.0.1:8080")
    #expect(line(reports) { $0.keep([ServiceID(2)]) } == "worker: generation 1")
  }

  @Test("leaves out the least important parts where it does not fit, and is cut at last")
  func narrow() {
    func at(_ width: Int) -> String {
      line(Self.serving, width: width) { ($0.hasKeys, $0.pending) = (true, 1) }
    }
    #expect(at(85) == "generation 1 | 127.0.0.1:8080 | built in 310 ms (fast) | 1 file to build | ? for keys")
    #expect(at(84) == "generation 1 | 127.0.0.1:8080 | built in 310 ms (fast) | 1 file to build")
    #expect(at(60) == "generation 1 | built in 310 ms (fast) | 1 file to build")
    #expect(at(40) == "generation 1 | 1 file to build")
    #expect(at(20) == "generation 1")
    #expect(at(10) == "generat...")
  }

  @Test("has the colours of the style")
  func colours() {
    var status = StatusLine()
    status.note(.serving(1, "a"), of: nil, isFast: false)
    status.note(.buildFailed(.seconds(1), serving: [:]), of: nil, isFast: false)
    #expect(
      status.text(width: 80, style: Style(isColored: true))
        == "\u{1B}[1;32mgeneration 1\u{1B}[0m\u{1B}[2m | \u{1B}[0ma\u{1B}[2m | \u{1B}[0m\u{1B}[1;31mbuild failed\u{1B}[0m"
    )
  }
}
