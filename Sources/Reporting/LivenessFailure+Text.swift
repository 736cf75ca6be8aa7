internal import Reloader

extension Liveness.Failure {
  /// The text for the reason why a generation is given up.
  var text: String {
    let times = count == 1 ? "" : ", \(count) times in a row"
    return "\(subject) \(result)\(times)"
  }

  private var subject: String {
    switch check {
    case .page(let path): "GET \(path) ('health.path')"
    case .connection: "a connection ('health.tcp')"
    case .command: "'health.command'"
    }
  }

  private var result: String {
    switch answer {
    case .status(let code): "returns \(code)"
    case .noResponse: "gets no HTTP/1 response"
    case .noListener: "finds no listener of it"
    case .command(.notStarted(let reason)): "cannot be run: \(reason)"
    case .command(.failed), .command(.succeeded): "fails"
    case .timedOut:
      switch check {
      case .page: "gets no response in time"
      case .connection: "is not accepted in time"
      case .command: "does not end in time"
      }
    case .accepted, .traced: "has no result"
    }
  }
}
