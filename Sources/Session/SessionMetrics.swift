internal import Control
internal import Handoff
internal import Posix
internal import Project
internal import Reporting
internal import Serving
internal import Settings

/// The metrics of the session, and the address that serves them if the settings name one.
final class SessionMetrics {
  private let loop: EventLoop
  private let status: () -> SessionStatus
  private var metrics = Metrics()
  private var server: MetricsServer?

  /// Creates metrics that have counted nothing. `status` returns the state of the session.
  init(loop: EventLoop, status: @escaping () -> SessionStatus) {
    self.loop = loop
    self.status = status
  }

  /// Counts an event.
  func record(_ record: EventRecord) { metrics.record(record) }

  /// The metrics in the text format of Prometheus.
  var text: String { metrics.text(status()) }

  /// Opens, moves or closes the address as the settings say. Throws ``UsageFailure`` or `SettingsError`; nothing has
  /// changed then.
  func use(_ project: Project) throws {
    let address = try project.metricsAddress
    let old = server?.address
    if address == old { return }
    close()  // the new address may be the same port of another host
    do { try open(address) } catch {
      try? open(old)
      throw error
    }
  }

  private func open(_ address: ListenAddress?) throws {
    do throws(SystemError) {
      server = try address.map { address throws(SystemError) in
        try MetricsServer(at: address, loop: loop) { [unowned self] in text }
      }
    } catch {
      throw UsageFailure(bindFailure(address?.key ?? "", error.code, of: "hotreload ('console.metrics')"))
    }
  }

  /// Closes the address.
  func close() {
    server?.close()
    server = nil
  }
}
