internal import Building
internal import FastPath
internal import Posix

/// Links the program whose objects are there.
///
/// Which libraries the objects ask for (`swift-autolink-extract`) is looked up each time, and is hardly ever another
/// answer than before: so the linker runs meanwhile, with the answer that is known. If it is another one, clang links.
final class FastLink {
  private let prepared: Prepared
  private let link: LinkJobs
  private let run: FastJobs
  /// Where the objects are now, by the names that they have in the commands.
  private let places: [String: String]

  /// Throws where there is no link command.
  init(_ prepared: Prepared, jobs: FastJobs) throws(Decline) {
    guard let link = prepared.link else { throw Decline("there is no link command") }
    self.prepared = prepared
    self.link = link
    run = jobs
    places = Dictionary(
      prepared.objects.map { ($0.inOverlay, $0.now) }, uniquingKeysWith: { first, _ in first })
  }

  /// Finds out how the linker is run. Ends in one call of `ended`, unless the jobs are killed.
  func prepare(ended: @escaping () -> Void) {
    run.all([placed(link.autolink)]) { [self] results in
      if case .failure = results { return ended() }
      askClang(ended: ended)
    }
  }

  /// Ends in one call of `ended`, with why there is no program, unless the jobs are killed.
  func start(ended: @escaping (Decline?) -> Void) {
    var extracted: Decline??
    var linked: Decline??
    let known = prepared.linker
    let goOn = { [self] in
      guard let extracted, let linked else { return }
      if let extracted { return ended(extracted) }
      if let known, known.libraries == libraries { return ended(linked) }
      linkByClang(ended: ended)
    }
    run.all([placed(link.autolink)]) { results in
      extracted = .some(results.failure)
      goOn()
    }
    run.all(known.map { [placed($0.words)] } ?? []) { results in
      linked = .some(results.failure)
      goOn()
    }
  }

  private func linkByClang(ended: @escaping (Decline?) -> Void) {
    run.all([placed(link.link)]) { [self] results in
      if let decline = results.failure { return ended(decline) }
      askClang { ended(nil) }
    }
  }

  /// What it says is of use for the next link only.
  private func askClang(ended: @escaping () -> Void) {
    run.all([LinkerCommand.query(placed(link.link))]) { [self] results in
      if case .success(let lines) = results, let libraries {
        let names = Dictionary(places.map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        prepared.linker = LinkerCommand(Array(lines.joined()), libraries: libraries) { names[$0] ?? $0 }
      }
      ended()
    }
  }

  /// What the objects asked for when that was last looked up.
  private var libraries: [UInt8]? { try? FileSystem.read(link.libraries) }

  private func placed(_ words: [String]) -> [String] { words.map { places[$0] ?? $0 } }
}

extension Result {
  fileprivate var failure: Failure? { if case .failure(let failure) = self { failure } else { nil } }
}
