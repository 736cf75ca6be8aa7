internal import Reloader

extension Readiness.UnmetCondition {
  /// The text for a condition that is not met.
  var text: String {
    switch self {
    case .notification: "it has not sent READY=1 ('swap.ready' is \"notify\")"
    case .page(let path, .noListener): "it has no listener from which hotreload could request \(path)"
    case .page(let path, .noResponse): "GET \(path) ('swap.ready-path') gets no HTTP/1 response"
    case .page(let path, .status(200...299)):
      "GET \(path) ('swap.ready-path') has not succeeded often enough in a row ('swap.ready-threshold')"
    case .page(let path, .status(let code)): "GET \(path) ('swap.ready-path') returns \(code)"
    case .command(.notStarted(let reason)): "cannot run 'swap.ready-command': \(reason)"
    case .command(.failed): "'swap.ready-command' has not succeeded"
    case .command(.succeeded):
      "'swap.ready-command' has not succeeded often enough in a row ('swap.ready-threshold')"
    case .delay: "'swap.ready-delay' has not passed"
    }
  }
}
