// The actions for which the tests need another process: changing files while they watch, and watching under
// other limits.
//
//     watching-probe nest    DIRECTORY COUNT             mkdir n, mkdir n/b, save n/b/f.swift
//     watching-probe arrive  DIRECTORY OUTSIDE COUNT     fill OUTSIDE/n, rename it to DIRECTORY/n
//     watching-probe churn   DIRECTORY OUTSIDE COUNT SEED
//     watching-probe race    KIND DIRECTORY OUTSIDE COUNT [stop]    do it so often, and stop (SIGSTOP) each time
//     watching-probe edit    EDITOR FILE COUNT
//     watching-probe watch   DIRECTORY [DESCRIPTORS]     print what is said about watching it, or why it cannot be; then
//                                                        save a file in each directory, and print what was seen
//     watching-probe exhaust DIRECTORY                   the same while descriptors run out
internal import FileWatching
internal import Glibc
internal import WatchingTestSupport

let arguments = CommandLine.arguments

func number(_ index: Int) -> Int {
  guard let number = Int(arguments[index]) else {
    fatalError("watching-probe: not a number: \(arguments[index])")
  }
  return number
}

switch (arguments[1], arguments.count) {
case ("nest", 4):
  for name in 0..<number(3) {
    Files.makeDirectory("\(arguments[2])/\(name)")
    Files.makeDirectory("\(arguments[2])/\(name)/b")
    Files.save("\(arguments[2])/\(name)/b/f.swift", "\(name)")
  }
case ("arrive", 5):
  for name in 0..<number(4) {
    Files.makeDirectories("\(arguments[3])/\(name)/b")
    Files.save("\(arguments[3])/\(name)/b/f.swift", "\(name)")
    Files.rename("\(arguments[3])/\(name)", "\(arguments[2])/\(name)")
  }
case ("churn", 6):
  var churn = Churn(
    root: arguments[2], outside: arguments[3], label: arguments[5], seed: UInt64(number(5)))
  for _ in 0..<number(4) { churn.step() }
case ("race", 6), ("race", 7):
  guard let race = Race(rawValue: arguments[2]) else {
    fatalError("watching-probe: no race: \(arguments[2])")
  }
  for count in 0..<number(5) {
    race.step(count, root: arguments[3], outside: arguments[4])
    if arguments.count == 7 { raise(SIGSTOP) }
  }
case ("edit", 5):
  guard let editor = Editor(rawValue: arguments[2]) else {
    fatalError("watching-probe: no editor: \(arguments[2])")
  }
  for count in 0..<number(4) { editor.save(arguments[3], "\(count)") }
case ("watch", 3), ("watch", 4):
  if arguments.count == 4 { limitDescriptors(number(3)) }
  do { try watch(arguments[2]) } catch { print(error) }
case ("exhaust", 3):
  do {
    let watcher = try FileWatcher(rules: WatchRules(directories: [arguments[2]]))
    Files.makeDirectory(arguments[2] + "/new")
    Files.save(arguments[2] + "/new/f.swift", "1")
    limitDescriptors(Int(watcher.descriptor ?? 0) + 1)
    do { _ = try watcher.takeChanges() } catch { print(error) }
    limitDescriptors(64)
    show(try watcher.takeChanges(), arguments[2])
  } catch { print(error) }
default:
  fatalError("watching-probe: unknown arguments \(arguments)")
}

func limitDescriptors(_ number: Int) {
  var limit = rlimit()
  let kind = __rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue))
  getrlimit(kind, &limit)
  limit.rlim_cur = rlim_t(number)
  setrlimit(kind, &limit)
}

func watch(_ directory: String) throws {
  let watcher = try FileWatcher(rules: WatchRules(directories: [directory]))
  for notice in watcher.takeNotices() { print(notice) }
  for name in Files.names(in: directory) where !name.hasPrefix(".") { save(in: "\(directory)/\(name)") }
  var found: [String] = []
  repeat { found += try watcher.takeChanges() } while try !watcher.poll(for: .seconds(1))
  show(found + (try watcher.takeChanges()), directory)
}

func save(in directory: String) {
  for name in Files.names(in: directory) { save(in: "\(directory)/\(name)") }
  Files.save("\(directory)/f.swift", "1")
  Files.makeDirectory("\(directory)/new")
  Files.save("\(directory)/new/f.swift", "1")
}

func show(_ paths: [String], _ directory: String) {
  print(Set(paths).map { String($0.dropFirst(directory.utf8.count + 1)) }.sorted().joined(separator: " "))
}
