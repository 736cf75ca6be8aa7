internal import FastPathPlan
internal import Posix

/// Prepares everything for the fast path that does not depend on later saves: the driver's jobs, and the
/// library of the dependencies.
final class FastBuildSetup {
  private let context: FastBuildContext
  private let run: FastJobs
  private let ended: (FallbackReason?) -> Void

  init(_ context: FastBuildContext, jobs: FastJobs, ended: @escaping (FallbackReason?) -> Void) {
    self.context = context
    run = jobs
    self.ended = ended
  }

  /// Starts the preparation. It ends in one call of `ended`, unless the jobs are killed.
  func start(output: String) {
    let (plan, overlay, answers) = (context.program.plan, context.overlay, context.answers)
    context.linking.output = output
    do throws(FallbackReason) {
      try writeFiles()
      let library = try DependencyLibrary(plan, overlay: overlay, compiler: context.program.compiler)
      context.linking.library = library?.path
      let linkQuestion = LinkJobs.query(
        plan, compiler: context.program.compiler, objects: context.objects.map(\.inOverlay),
        library: library?.path,
        output: overlay.program)
      let questions = [linkQuestion] + plan.modules.map { ModuleJobs.query($0, overlay) }
      // The driver reads the names of the sources from a file.
      let keys = zip(questions, [[]] + plan.modules.map(\.sources)).map { $0 + $1 }
      var known = keys.map(answers.answer)
      let open = known.indices.filter { known[$0] == nil }
      let commands = open.map { questions[$0] } + (library?.command.map { [$0] } ?? [])
      run.all(commands) { [self] results in
        do throws(FallbackReason) {
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

  private func read(_ answers: [[String]]) throws(FallbackReason) {
    context.linking.jobs = try LinkJobs(answers[0], context.overlay)
    context.jobs = []
    for (module, lines) in zip(context.program.plan.modules, answers.dropFirst()) {
      context.jobs.append(try ModuleJobs(lines, of: module, context.overlay))
    }
  }

  private func writeFiles() throws(FallbackReason) {
    do throws(SystemError) {
      try FileSystem.makeDirectories(context.overlay.interfaces)
      // All interfaces are removed, because the compiler would prefer one of a module that now belongs to a
      // dependency to SwiftPM's.
      for name in FileSystem.names(in: context.overlay.interfaces) {
        FileSystem.remove("\(context.overlay.interfaces)/\(name)")
      }
      for module in context.program.plan.modules {
        let files = context.overlay.files(of: module)
        try FileSystem.makeDirectories(files)
        // A killed compiler has left these files.
        for name in FileSystem.names(in: files) where name.hasSuffix(".tmp") {
          FileSystem.remove("\(files)/\(name)")
        }
        try FileSystem.write(
          context.overlay.outputFileMap(module), to: context.overlay.outputFileMapPath(module))
      }
    } catch {
      throw FallbackReason("\(error)")
    }
  }

  private func askForLinker() {
    do throws(FallbackReason) {
      try FastLink(context, jobs: run).prepare { [self] in ended(nil) }
    } catch {
      ended(error)
    }
  }
}
