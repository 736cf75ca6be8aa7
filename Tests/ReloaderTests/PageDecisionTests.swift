import Reloader
import Testing

/// What browsers show, and the command after a swap.
struct PageDecisionTests {
  private let service = ScriptedReloader.service
  private let reload = Action.reloadPages(.code)

  private func hook(_ number: Int) -> Action { .service(service, .runHook(number)) }

  private func pages(at addresses: String..., isOpened: Bool = true) -> Action {
    .servePages(service, addresses: addresses, isOpened: isOpened)
  }

  @Test("new code is shown when it listens, and the command runs once")
  func first() {
    var server = ScriptedReloader()
    server.build(.succeeded(.a))
    server.generation(1, .listening("127.0.0.1:8080"))
    #expect(server.visible == [pages(at: "127.0.0.1:8080"), reload, hook(1)])
    server.generation(1, .listening("127.0.0.1:8081"))
    #expect(server.visible == [pages(at: "127.0.0.1:8080", "127.0.0.1:8081")])
  }

  @Test("a swap reloads the pages and runs the command, and a roll-back reloads them again")
  func swap() {
    var server = ScriptedReloader.releasing
    server.generation(2, .released)
    #expect(server.visible == [pages(at: "127.0.0.1:8080", isOpened: false), reload, hook(2)])
    server.generation(2, .ended(.exited(1)))
    #expect(server.visible == [pages(at: "127.0.0.1:8080", isOpened: false), reload])
  }

  @Test("pages follow the old code also if the new one dies while its own successor is released")
  func fallbackOfFallback() {
    var server = ScriptedReloader.onProbation
    server.saveAndBuild(.c)
    server.generation(3, .listening("127.0.0.1:8080"), .ready)
    server.generation(2, .ended(.exited(1)))
    #expect(server.visible.isEmpty)
    server.generation(3, .ended(.exited(1)))
    #expect(server.visible == [pages(at: "127.0.0.1:8080", isOpened: false), reload])
  }

  @Test("a further listener of the live code reloads nothing while new code is built or starts")
  func furtherListener() {
    var server = ScriptedReloader.serving
    server.saveAndBuild(.b)
    server.generation(1, .listening("127.0.0.1:8081"))
    #expect(!server.others.contains(reload))
  }

  @Test("a program that is started again reloads nothing, and runs the command")
  func restarted() {
    var server = ScriptedReloader.serving
    server.generation(1, .ended(.exited(1)))
    server.pass(.seconds(1))
    server.generation(2, .listening("127.0.0.1:8080"))
    #expect(server.visible == [pages(at: "127.0.0.1:8080"), hook(2)])
  }

  @Test("a program that is started in place of a newer one that crashed reloads the pages")
  func formerProgram() {
    var worker = ScriptedReloader.working
    worker.saveAndBuild(.b)
    worker.generation(1, .ended(.signalled("SIGTERM")))
    worker.generation(2, .listening("127.0.0.1:8080"), .ended(.exited(1)))
    worker.pass(.seconds(1))
    worker.generation(3, .listening("127.0.0.1:8080"))
    #expect(worker.others.contains(reload))
  }

  @Test("a save of files for pages reloads them", arguments: [PageReload.files, .styles])
  func files(pages: PageReload) {
    var server = ScriptedReloader.serving
    server.send(.saved(Saves(pages: pages)))
    #expect(server.others == [.reloadPages(pages)])
  }

  @Test("the failure of a service is shown until its newest code is live")
  func failure() {
    var session = ScriptedSession.serving
    session.save()
    session.build([.one: .succeeded(.b), .two: .succeeded(.a)])
    session.generation(.one, 2, .ended(.exited(1)))
    #expect(session.failures == [.one: .diedBeforeReady(2, .exited(1), serving: 1)])
    session.save()
    session.build([.one: .succeeded(.c), .two: .succeeded(.a)])
    #expect(session.failures.count == 1)
    session.generation(.one, 3, .listening("127.0.0.1:801"), .ready)
    session.generation(.one, 1, .paused(Connections()))
    session.generation(.one, 3, .released)
    #expect(session.failures.isEmpty)
  }
}

extension ScriptedReloader {
  /// The actions since the last event that are about pages and commands, except failures.
  fileprivate var visible: [Action] {
    others.filter { action in
      switch action {
      case .servePages, .reloadPages, .service(_, .runHook): true
      default: false
      }
    }
  }
}
