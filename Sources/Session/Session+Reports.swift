internal import Building
internal import Project
internal import Reloader
internal import Reporting
internal import Watching

// The reports of the services and of the watcher, and the actions that they cause.
extension Session {
  func built(_ outcomes: [(BuildTarget, BuildOutcome)]) {
    buildReports = BuildReports()
    for (target, outcome) in outcomes {
      (services + retired).first { $0.target === target }?.driver?.handle(.built(outcome))
    }
    if failure != nil { return }
    if let duration = buildReports.failed {
      console.buildFailed(after: duration, method: builder.method, serving: buildReports.serving)
    } else if let duration = buildReports.unchanged, !buildReports.isNew {
      console.sameProgram(after: duration, method: builder.method)
    }
  }

  func report(_ report: Report, of service: Service) {
    guard failure == nil else { return }
    if retired.contains(where: { $0 === service }) {
      if case .leaving = report { return }  // printed when the service was retired
      return show(report, of: service)
    }
    if case .serving = report { serves(service) }
    if report.endsCycle { cycleEnded(service) }
    if case .changed = report { return }  // printed when the save was found
    if case .building(first: true) = report {
      busy.insert(service.number)
      saveDetector?.cycleBegan()
    }
    tellPages(report, of: service)
    if services.count > 1,
      buildReports.take(
        report, isFirst: service === services.first(where: \.isRunning), service.project.service ?? "")
    {
      return
    }
    switch report {
    case .started: builder.showsSteps = false
    case .live(let swapped):
      service.runAfterSwap(swapped.generation, changed: builder.lastBuilt, children: children)
    case .serving(let generation, _):
      service.runAfterSwap(generation, changed: builder.lastBuilt, children: children)
    default: break
    }
    show(report, of: service)
    if case .serving = report { pages.announce() }
  }

  private func show(_ report: Report, of service: Service) {
    console.report(
      report, product: builder.name, isInteractive: isInteractive, method: builder.method,
      service: service.project.service)
  }

  private func tellPages(_ report: Report, of service: Service) {
    pages.take(
      report, of: service.number, text: plainText(report, of: service), complaints: builder.complaints)
  }

  private func plainText(_ report: Report, of service: Service) -> String {
    let text = Style(isColored: false).text(report, product: builder.name, isInteractive: false)
    return service.prefix + (text ?? "")
  }

  func tell(_ fact: SaveEvent.Fact) {
    switch fact {
    case .watching(let count): console.detail("watching \(count) files")
    case .seen(let paths): console.seen(paths.map(project.shortened))
    case .unchanged(let paths): console.unchanged(paths.map(project.shortened))
    case .delayed(let paths, let wait): console.delayed(paths.map(project.shortened), for: wait)
    case .buildLoop(let paths, let stops):
      console.buildLoop(
        paths.map(project.shortened), stops: stops,
        exclusions: LoopBreaker.exclusions(for: paths).map(project.shortened))
    case .selfWrites(let paths): console.selfWrites(paths.map(project.shortened))
    case .buildOutputs(let paths): console.buildOutputs(paths.map(project.shortened))
    case .noticed(let notice): console.warning("\(notice)")
    case .failed(let error): console.error("\(error)")
    }
  }
}
