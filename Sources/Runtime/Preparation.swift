internal import Building
internal import FastPath
internal import Posix

/// Gets everything for the fast path that does not depend on what will be saved: the driver's jobs, our own copy of the
/// interfaces, and the dependencies in one library.
final class Preparation {
  private let prepared: Prepared
  private let run: FastJobs
  private let learned: ([String], ModuleJobs) -> Void
  private let ended: (Decline?) -> Void
  private var knownJobs: [[String]: ModuleJobs]

  /// `knownJobs`: by the question to the driver and the sources, from earlier preparations; `learned` gets what is new.
  init(
    _ prepared: Prepared, jobs: FastJobs, knownJobs: [[String]: ModuleJobs],
    learned: @escaping ([String], ModuleJobs) -> Void, ended: @escaping (Decline?) -> Void
  ) {
    self.prepared = prepared
    run = jobs
    self.knownJobs = knownJobs
    self.learned = learned
    self.ended = ended
  }

  /// Ends in one call of `ended`, unless the jobs are killed.
  func start(output: String) {
    let (plan, overlay) = (prepared.plan, prepared.overlay)
    do throws(Decline) {
      try writeFiles()
      let library = try DependencyLibrary(plan, overlay: overlay, compiler: prepared.compiler)
      prepared.library = library?.path
      let questions = plan.modules.map { ModuleJobs.query($0, overlay) }
      let linkQuestion = LinkJobs.query(
        plan, compiler: prepared.compiler, objects: prepared.objects.map(\.inOverlay), library: library?.path,
        output: output)
      // The driver reads the names of the sources from a file.
      let keys = zip(questions, plan.modules).map { $0 + $1.sources }
      let open = zip(questions, keys).filter { knownJobs[$1] == nil }.map(\.0)
      let commands = [linkQuestion] + open + (library?.command.map { [$0] } ?? [])
      run.all(commands) { [self] results in
        do throws(Decline) {
          let answers = try results.get()
          prepared.link = try LinkJobs(answers[0], overlay)
          for (question, answer) in zip(open, answers.dropFirst()) {
            guard let index = questions.firstIndex(of: question) else { continue }
            let jobs = try ModuleJobs(answer, of: plan.modules[index], overlay)
            knownJobs[keys[index]] = jobs
            learned(keys[index], jobs)
          }
          prepared.jobs = keys.compactMap { knownJobs[$0] }
          try library?.finish()
          emitInterfaces()
        } catch {
          ended(error)
        }
      }
    } catch {
      ended(error)
    }
  }

  private func writeFiles() throws(Decline) {
    do throws(SystemError) {
      try FileSystem.makeDirectories(prepared.overlay.interfaces)
      // Also those of modules that are a dependency's by now: the compiler would find them before SwiftPM's.
      for name in FileSystem.names(in: prepared.overlay.interfaces) {
        FileSystem.remove("\(prepared.overlay.interfaces)/\(name)")
      }
      for module in prepared.plan.modules {
        let files = prepared.overlay.files(of: module)
        try FileSystem.makeDirectories(files)
        // What a compiler that was killed has left.
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

  /// One after another: each may import those before it.
  private func emitInterfaces() {
    let index = prepared.interfaces.count
    guard index < prepared.jobs.count else { return askForLinker() }
    run.all([prepared.jobs[index].emitModule]) { [self] results in
      do throws(Decline) {
        _ = try results.get()
        prepared.interfaces.append(try prepared.readInterface(index))
        emitInterfaces()
      } catch {
        ended(error)
      }
    }
  }
}
