internal import FastPathPlan
internal import Posix

/// Prepares everything for the fast path that does not depend on later saves: the driver's jobs, and the
/// library of the dependencies.
final class Preparation {
  private let prepared: Prepared
  private let run: FastJobs
  private let ended: (Decline?) -> Void

  init(_ prepared: Prepared, jobs: FastJobs, ended: @escaping (Decline?) -> Void) {
    self.prepared = prepared
    run = jobs
    self.ended = ended
  }

  /// Starts the preparation. It ends in one call of `ended`, unless the jobs are killed.
  func start(output: String) {
    let (plan, overlay, answers) = (prepared.plan, prepared.overlay, prepared.answers)
    prepared.output = output
    do throws(Decline) {
      try writeFiles()
      let library = try DependencyLibrary(plan, overlay: overlay, compiler: prepared.compiler)
      prepared.library = library?.path
      let linkQuestion = LinkJobs.query(
        plan, compiler: prepared.compiler, objects: prepared.objects.map(\.inOverlay), library: library?.path,
        output: overlay.program)
      let questions = [linkQuestion] + plan.modules.map { ModuleJobs.query($0, overlay) }
      // The driver reads the names of the sources from a file.
      let keys = zip(questions, [[]] + plan.modules.map(\.sources)).map { $0 + $1 }
      var known = keys.map(answers.answer)
      let open = known.indices.filter { known[$0] == nil }
      let commands = open.map { questions[$0] } + (library?.command.map { [$0] } ?? [])
      run.all(commands) { [self] results in
        do throws(Decline) {
          for (index, lines) in zip(open, try results.get()) { known[index] = lines }
          try read(known.map { $0 ?? [] })
          for index in open { answers.keep(known[index] ?? [], to: keys[index]) }
          try library?.finish()
          askForLinker()
        } catch {
          ended(error)
        }
      }
    } catch {
      ended(error)
    }
  }

  private func read(_ answers: [[String]]) throws(Decline) {
    prepared.link = try LinkJobs(answers[0], prepared.overlay)
    prepared.jobs = []
    for (module, lines) in zip(prepared.plan.modules, answers.dropFirst()) {
      prepared.jobs.append(try ModuleJobs(lines, of: module, prepared.overlay))
    }
  }

  private func writeFiles() throws(Decline) {
    do throws(SystemError) {
      try FileSystem.makeDirectories(prepared.overlay.interfaces)
      // All interfaces are removed, because the compiler would prefer one of a module that now belongs to a
      // dependency to SwiftPM's.
      for name in FileSystem.names(in: prepared.overlay.interfaces) {
        FileSystem.remove("\(prepared.overlay.interfaces)/\(name)")
      }
      for module in prepared.plan.modules {
        let files = prepared.overlay.files(of: module)
        try FileSystem.makeDirectories(files)
        // A killed compiler has left these files.
        for name in FileSystem.names(in: files) where name.hasSuffix(".tmp") {
          FileSystem.remove("\(files)/\(name)")
        }
        try FileSystem.write(
          prepared.overlay.outputFileMap(module), to: prepared.overlay.outputFileMapPath(module))
      }
    } catch {
      throw Decline("\(error)")
    }
  }

  private func askForLinker() {
    do throws(Decline) {
      try FastLink(prepared, jobs: run).prepare { [self] in ended(nil) }
    } catch {
      ended(error)
    }
  }
}
