internal import Building
internal import FastPath
internal import Glibc
internal import Posix

/// Links the program whose objects are there.
///
/// The linker runs as clang has run it before, as long as the objects ask for the same libraries. If they do not,
/// `swift-autolink-extract` looks for those, and clang links.
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
    guard let linker = prepared.linker, linker.request == request else { return linkByClang(ended: ended) }
    run.all([placed(linker.words)]) { ended($0.failure) }
  }

  private func linkByClang(ended: @escaping (Decline?) -> Void) {
    run.all([placed(link.autolink)]) { [self] results in
      if let decline = results.failure { return ended(decline) }
      run.all([placed(link.link)]) { [self] results in
        if let decline = results.failure { return ended(decline) }
        askClang { ended(nil) }
      }
    }
  }

  /// What it says is of use for the next link only.
  private func askClang(ended: @escaping () -> Void) {
    run.all([LinkerCommand.query(placed(link.link))]) { [self] results in
      if case .success(let lines) = results, let request {
        let names = Dictionary(places.map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        prepared.linker = LinkerCommand(Array(lines.joined()), request: request) { names[$0] ?? $0 }
      }
      ended()
    }
  }

  /// A hash of what the objects ask for; nil if that cannot be told. An object that holds an interface asks for nothing.
  private var request: UInt64? {
    var hash = fnv1a([])
    for object in prepared.objects where !object.now.hasSuffix(".swiftmodule.o") {
      guard let file = try? Descriptor.open(object.now, O_RDONLY),
        let entries = try? autolinkEntries(read: { offset, count in try file.read(at: offset, count: count) })
      else { return nil }
      hash = fnv1a(entries, from: hash)
    }
    return hash
  }

  private func placed(_ words: [String]) -> [String] { words.map { places[$0] ?? $0 } }
}

extension Result {
  fileprivate var failure: Failure? { if case .failure(let failure) = self { failure } else { nil } }
}
