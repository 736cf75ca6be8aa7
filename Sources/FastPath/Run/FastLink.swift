internal import FastPathLink
internal import FastPathPlan
internal import Posix

/// Links the program from its objects.
final class FastLink {
  private let context: FastBuildContext
  private let link: LinkJobs
  private let run: FastJobs
  /// The way in which the program was linked, or the last attempt was made.
  private(set) var method = LinkMethod.clang
  /// The reason why a shorter link failed. `nil` if none was tried, or it succeeded.
  private(set) var shortLinkFailure: FallbackReason?

  /// Creates a link. Throws ``FallbackReason`` if there is no link command.
  init(_ context: FastBuildContext, jobs: FastJobs) throws(FallbackReason) {
    guard let link = context.linking.jobs else { throw FallbackReason("there is no link command") }
    self.context = context
    self.link = link
    run = jobs
  }

  /// Finds out the linker's command line. Ends in one call of `ended`, unless the jobs are killed.
  func prepare(ended: @escaping () -> Void) {
    if let request = context.linking.memory.request(of: objects),
      let words = context.answers.answer(to: question(request))
    {
      context.linking.command = LinkerCommand(words: words, request: request)
      return ended()
    }
    run.all([objects.placed(link.autolink)]) { [self] results in
      if case .failure = results { return ended() }
      askClang(ended: ended)
    }
  }

  /// Makes the pieces that shorten the next links, with idle jobs. Ends in one call of `ended`, unless the jobs are killed.
  func preparePieces(ended: @escaping () -> Void) {
    guard let pieces else { return ended() }
    pieces.prepare(objects, isHot: context.hotObjects.contains, run: run) { [self] in
      LinkedLibraries.removeUnneeded(
        in: context.overlay.directory,
        but: Set(context.interfaces.paths.values).union(pieces.coldLibrary.map { [$0] } ?? []),
        program: context.program.path)
      ended()
    }
  }

  /// Links the program. Ends in one call of `ended`, with the reason if there is no program, unless the jobs
  /// are killed.
  func start(ended: @escaping (FallbackReason?) -> Void) {
    do throws(FallbackReason) {
      try context.interfaces.prepare(changed: context.compilation.unknownToDebuggers)
    } catch {
      return ended(error)
    }
    let objects = objects
    guard let linker = context.linking.command, linker.request == context.linking.memory.request(of: objects)
    else {
      return linkByClang(ended: ended)
    }
    guard let pieces, let short = pieces.command(objects, output: context.linking.output) else {
      return linkFully(linker, ended: ended)
    }
    method = short.method
    run.all([short.words]) { [self] results in
      guard let failure = results.failure else { return ended(nil) }
      shortLinkFailure = failure
      pieces.failed(method)
      linkFully(linker, ended: ended)
    }
  }

  private func linkFully(_ linker: LinkerCommand, ended: @escaping (FallbackReason?) -> Void) {
    method = .full
    run.all([located(objects.placed(linker.words)) + [runPath]]) { ended($0.failure) }
  }

  private func linkByClang(ended: @escaping (FallbackReason?) -> Void) {
    method = .clang
    run.all([objects.placed(link.autolink)]) { [self] results in
      if let reason = results.failure { return ended(reason) }
      run.all([located(objects.placed(link.link)) + ["-Xlinker", runPath]]) { [self] results in
        if let reason = results.failure { return ended(reason) }
        askClang { ended(nil) }
      }
    }
  }

  /// Asks clang for the linker's command line, which the next link uses.
  private func askClang(ended: @escaping () -> Void) {
    run.all([LinkerCommand.query(objects.placed(link.link))]) { [self] results in
      let objects = objects
      if case .success(let lines) = results, let request = context.linking.memory.request(of: objects) {
        let names = Dictionary(objects.paths.map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        context.linking.command = LinkerCommand(Array(lines.joined()), request: request) { names[$0] ?? $0 }
        if let words = context.linking.command?.words { context.answers.keep(words, to: question(request)) }
      }
      ended()
    }
  }

  /// Returns the key of a question to clang. It contains everything on which the answer depends.
  private func question(_ request: UInt64) -> [String] {
    ["how clang links", "\(request)"] + objects.named(link.link)
  }

  /// Returns the words with the path of the program to make.
  private func located(_ words: [String]) -> [String] {
    words.map { $0 == context.overlay.program ? context.linking.output : $0 }
  }

  private var objects: LinkObjects { context.linkObjects }

  private var pieces: LinkPieces? {
    context.linking.command.flatMap {
      context.linking.memory.pieces($0, directory: context.overlay.directory)
    }
  }

  /// The option with the directory in which the program finds the libraries for debuggers.
  private var runPath: String { "-rpath=\(context.overlay.directory)" }
}

extension Result {
  fileprivate var failure: Failure? { if case .failure(let failure) = self { failure } else { nil } }
}
