internal import Glibc
package import Posix

/// Calls `body` with a loop and its children, in a process of their own: call it in `#expect(processExitsWith:)` only.
///
/// ``Children`` reaps every child of its process, and adopts orphans, which other tests must not notice. It hears of
/// SIGCHLD on a thread that blocks it. In hotreload all threads do; in a test another thread may take the signal. So the
/// thread that runs the loop sends it to itself, again and again.
package func withLoop(_ body: (EventLoop, Children) throws -> Void) throws {
  let loop = try EventLoop()
  let children = try Children(loop: loop)
  func wake() {
    pthread_kill(pthread_self(), SIGCHLD)
    loop.after(.milliseconds(5), wake)
  }
  wake()
  try body(loop, children)
  children.endAll()
}
