internal import FastPathLink
internal import FastPathPlan
internal import Posix

/// Links the program from its objects.
final class FastLink {
  private let prepared: Prepared
  private let link: LinkJobs
  private let run: FastJobs
  /// The way in which the program was linked, or the last attempt was made.
  private(set) var way = LinkWay.clang
  /// The reason why a shorter link failed. `nil` if none was tried, or it succeeded.
  private(set) var shortLinkFailure: Decline?

  /// Creates a link. Throws ``Decline`` if there is no link command.
  init(_ prepared: Prepared, jobs: FastJobs) throws(Decline) {
    guard let link = prepared.link else { throw Decline("there is no link command") }
    self.prepared = prepared
    self.link = link
    run = jobs
  }

  /// Finds out the linker's command line. Ends in one call of `ended`, unless the jobs are killed.
  func prepare(ended: @escaping () -> Void) {
    if let request = prepared.linkMemory.request(of: objects),
      let words = prepared.answers.answer(to: question(request))
    {
      prepared.linker = LinkerCommand(words: words, request: request)
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
    pieces.prepare(objects, isHot: prepared.hotObjects.contains, run: run) { [self] in
      LinkedLibraries.removeUnneeded(
        in: prepared.overlay.directory,
        but: Set(prepared.interfaces.places.values).union(pieces.coldLibrary.map { [$0] } ?? []),
        program: prepared.program)
      ended()
    }
  }

  /// Links the program. Ends in one call of `ended`, with the reason if there is no program, unless the jobs
  /// are killed.
  func start(ended: @escaping (Decline?) -> Void) {
    do throws(Decline) {
      try prepared.interfaces.prepare(changed: prepared.compilation.unknownToDebuggers)
    } catch {
      return ended(error)
    }
    let objects = objects
    guard let linker = prepared.linker, linker.request == prepared.linkMemory.request(of: objects) else {
      return linkByClang(ended: ended)
    }
    guard let pieces, let short = pieces.command(objects, output: prepared.output) else {
      return linkFully(linker, ended: ended)
    }
    way = short.way
    run.all([short.words]) { [self] results in
      guard let failure = results.failure else { return ended(nil) }
      shortLinkFailure = failure
      pieces.failed(way)
      linkFully(linker, ended: ended)
    }
  }

  private func linkFully(_ linker: LinkerCommand, ended: @escaping (Decline?) -> Void) {
    way = .full
    run.all([located(objects.placed(linker.words)) + [runPath]]) { ended($0.failure) }
  }

  private func linkByClang(ended: @escaping (Decline?) -> Void) {
    way = .clang
    run.all([objects.placed(link.autolink)]) { [self] results in
      if let decline = results.failure { return ended(decline) }
      run.all([located(objects.placed(link.link)) + ["-Xlinker", runPath]]) { [self] results in
        if let decline = results.failure { return ended(decline) }
        askClang { ended(nil) }
      }
    }
  }

  /// Asks clang for the linker's command line, which the next link uses.
  private func askClang(ended: @escaping () -> Void) {
    run.all([LinkerCommand.query(objects.placed(link.link))]) { [self] results in
      let objects = objects
      if case .success(let lines) = results, let request = prepared.linkMemory.request(of: objects) {
        let names = Dictionary(objects.places.map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        prepared.linker = LinkerCommand(Array(lines.joined()), request: request) { names[$0] ?? $0 }
        if let words = prepared.linker?.words { prepared.answers.keep(words, to: question(request)) }
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
    words.map { $0 == prepared.overlay.program ? prepared.output : $0 }
  }

  private var objects: LinkObjects { prepared.linkObjects }

  private var pieces: LinkPieces? {
    prepared.linker.flatMap { prepared.linkMemory.pieces($0, directory: prepared.overlay.directory) }
  }

  /// The option with the directory in which the program finds the libraries for debuggers.
  private var runPath: String { "-rpath=\(prepared.overlay.directory)" }
}

extension Result {
  fileprivate var failure: Failure? { if case .failure(let failure) = self { failure } else { nil } }
}
