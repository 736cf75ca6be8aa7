// What the tests need another process for: to change files while they watch, and to watch under other limits.
//
//     watching-probe nest    DIRECTORY COUNT             mkdir n, mkdir n/b, save n/b/f.swift
//     watching-probe arrive  DIRECTORY OUTSIDE COUNT     fill OUTSIDE/n, rename it to DIRECTORY/n
//     watching-probe churn   DIRECTORY OUTSIDE COUNT SEED
//     watching-probe watch   DIRECTORY [DESCRIPTORS]     print why it cannot be watched, or "watching"
internal import FileWatching
internal import Glibc
internal import WatchingTestSupport

let arguments = CommandLine.arguments

func number(_ index: Int) -> Int {
  guard let number = Int(arguments[index]) else {
    fatalError("watching-probe: no number: \(arguments[index])")
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
case ("watch", 3), ("watch", 4):
  if arguments.count == 4 {
    var limit = rlimit(rlim_cur: rlim_t(number(3)), rlim_max: rlim_t(number(3)))
    setrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &limit)
  }
  do {
    _ = try FileWatcher(rules: WatchRules(directories: [arguments[2]]))
    print("watching")
  } catch {
    print(error)
  }
default:
  fatalError("watching-probe: unknown arguments \(arguments)")
}
