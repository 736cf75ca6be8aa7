internal import Building
internal import Posix
internal import Reloader
internal import Reporting
internal import Watching

// The performance of the reloader's actions.
extension Session {
  /// Performs an action, and decides nothing.
  func perform(_ action: Action) {
    switch action {
    case .speculate(let paths): builder.speculate(paths)
    case .cancelSpeculation: builder.cancelSpeculation()
    case .startBuild(let ids, let isClean):
      builder.start(ids.compactMap { services[$0]?.target }, isClean: isClean)
    case .cancelBuild: builder.cancel()
    case .killBuild: builder.kill()
    case .service(let id, .open): open(id)
    case .service(let id, .close): close(id)
    case .service(let id, .runHook(let generation)):
      services[id]?.runAfterSwap(
        generation, changed: builder.saved.lastBuilt, children: resources.children)
    case .reloadPages(let reload): pages.reload(reload)
    case .servePages(let id, let addresses, let isOpened): pages.serve(id, at: addresses, isOpened: isOpened)
    case .showFailure(let id, let report):
      let failure = report.map { plainText($0, of: id) }
      pages.show(failure: failure, of: id)
      notifier.show(failure: failure, of: id, project)
    case .cycleBegan: saveDetector?.cycleBegan()
    case .cycleEnded: saveDetector?.cycleEnded()
    case .touchCounts(let counts): saveDetector?.touchCounts = counts
    case .allServe: supervisor?.send(.notify("READY=1"))
    case .report(let id, let report): show(report, of: id)
    case .leave: loop.stop()
    case .service, .set, .cancel: break  // performed by the driver
    }
  }

  private func show(_ report: Report, of id: ServiceID?) {
    guard end.failure == nil else { return }
    console.report(report, product: builder.name, method: builder.method, of: id)
  }

  /// Returns the text for the pages. That of the build contains the errors of the compiler.
  func plainText(_ report: Report, of id: ServiceID?) -> String {
    let text = console.plainText(report, product: builder.name, of: id)
    return id == nil ? (builder.complaints + [text]).joined(separator: "\n") : text
  }
}
