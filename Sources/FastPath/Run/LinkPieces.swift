internal import FastPathLink
internal import FastPathPlan
internal import Posix

/// The pieces that shorten the link of a program: stubs of its libraries, and a library of the objects that do not change.
///
/// If a piece does not fit, the program is linked from more objects, or from everything.
final class LinkPieces {
  /// The command for a full link.
  let linker: LinkerCommand
  private let directory: String
  private var table = ObjectTable<ObjectSymbols>()
  private var stubs: LinkStubs
  private var cold: ColdLink?
  /// Whether a link of all objects against stubs has failed.
  private var areStubsRefused = false

  /// Creates pieces for links as `linker` does them, in the overlay's `directory`. `nil` if the command has a word that is
  /// not known.
  init?(_ linker: LinkerCommand, directory: String) {
    guard let invocation = LinkerInvocation(linker.words),
      let stubs = try? LinkStubs(invocation, directory: directory + "/stubs")
    else { return nil }
    (self.linker, self.directory, self.stubs) = (linker, directory, stubs)
  }

  /// The library of cold objects that the next link may use.
  var coldLibrary: String? { cold?.library.path }

  /// Makes the library of the objects that are not hot, with an idle job of `run`. Ends in one call of `ended`, unless the
  /// job is killed. `isHot` says whether the object of a name is likely to change.
  func prepare(
    _ objects: LinkObjects, isHot: (String) -> Bool, run: FastJobs, ended: @escaping () -> Void
  ) {
    guard let invocation = LinkerInvocation(objects.named(linker.words)),
      let known = read(objects, invocation),
      let files = stubs.files(), !invocation.hasArchives(FileSystem.size),
      let plan = ColdLink.Plan(objects, known, main: invocation.mainSymbol, isHot: isHot)
    else {
      cold = nil
      return ended()
    }
    if let cold, cold.library.names == plan.names, cold.isCurrent(objects) { return ended() }
    cold = nil
    let command = FastLinkCommand(invocation, objects: objects.paths, stubs: files)
    let name = LinkedLibraries.cold(plan.hash(command))
    let path = "\(directory)/\(name)"
    let finish = { [self] in
      let cold = plan.link(to: path)
      if cold.isCurrent(objects) { self.cold = cold }
      ended()
    }
    if FileSystem.exists(path) { return finish() }
    let unfinished = directory + "/cold.new"
    let words = command.coldLibrary(unfinished, name: name, cold: plan.names, directory: directory)
    run.one(words, isIdle: true) { ending, _ in
      guard ending == .succeeded, (try? FileSystem.move(unfinished, to: path)) != nil else {
        return ended()
      }
      finish()
    }
  }

  /// Returns the command that links the objects to `output`. `nil` if everything is to be linked.
  func command(_ objects: LinkObjects, output: String) -> (words: [String], method: LinkMethod)? {
    if areStubsRefused { return nil }
    guard let invocation = LinkerInvocation(objects.named(linker.words)),
      let known = read(objects, invocation),
      let files = stubs.files()
    else { return nil }
    let command = FastLinkCommand(invocation, objects: objects.paths, stubs: files)
    if let cold, cold.isCurrent(objects) {
      let hot = zip(objects.compiled, known).filter { !cold.library.names.contains($0.0.name) }
      if cold.library.fits(hot.map(\.1.symbols)) {
        let part = (names: cold.library.names, library: cold.library.path)
        return (command.program(output, cold: part, directory: directory), .coldAndStubs)
      }
    }
    return files.isEmpty ? nil : (command.program(output, cold: nil, directory: directory), .stubs)
  }

  /// Notes that a command from ``command(_:output:)`` has failed.
  func failed(_ method: LinkMethod) {
    if method == .stubs { areStubsRefused = true }
    cold = nil
  }

  /// Returns the symbols of all objects; `nil` if one cannot be read.
  private func read(_ objects: LinkObjects, _ invocation: LinkerInvocation) -> [ColdLink.Known]? {
    for path in invocation.files where objects.paths[path] == nil && path.hasSuffix(".o") {
      _ = table.object(at: path, read: symbols)
    }
    var all: [ColdLink.Known] = []
    for object in objects.compiled {
      guard let known = table.object(at: object.path, read: symbols) else { return nil }
      all.append((known.identity, known.content))
    }
    return all
  }

  private func symbols(_ file: ElfFile) -> ObjectSymbols? {
    guard let symbols = ElfSymbols(file) else { return nil }
    stubs.add(symbols)
    return ObjectSymbols(symbols)
  }
}
