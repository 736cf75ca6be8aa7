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
switch (arguments[1], arguments.count) {
case ("nest", 4):
  for number in 0..<Int(arguments[3])! {
    Files.makeDirectory("\(arguments[2])/\(number)")
    Files.makeDirectory("\(arguments[2])/\(number)/b")
    Files.save("\(arguments[2])/\(number)/b/f.swift", "\(number)")
  }
case ("arrive", 5):
  for number in 0..<Int(arguments[4])! {
    Files.makeDirectories("\(arguments[3])/\(number)/b")
    Files.save("\(arguments[3])/\(number)/b/f.swift", "\(number)")
    Files.rename("\(arguments[3])/\(number)", "\(arguments[2])/\(number)")
  }
case ("churn", 6):
  var churn = Churn(
    root: arguments[2], outside: arguments[3], label: arguments[5], seed: UInt64(arguments[5])!)
  for _ in 0..<Int(arguments[4])! { churn.step() }
case ("watch", 3), ("watch", 4):
  if arguments.count == 4 {
    var limit = rlimit(rlim_cur: rlim_t(arguments[3])!, rlim_max: rlim_t(arguments[3])!)
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
