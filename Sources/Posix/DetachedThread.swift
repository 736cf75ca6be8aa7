internal import CPosix
import Glibc

/// Runs `body` on a detached thread on which all signals are blocked. Throws the errno of pthread_create(3),
/// in which case `body` is not run.
package func startDetachedThread(_ body: @escaping @Sendable () -> Void) throws(SystemError) {
  final class Start {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  defer { pthread_attr_destroy(&attributes) }
  pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
  let start = Unmanaged.passRetained(Start(body))
  var thread = pthread_t()
  var (all, mask) = (sigset_t(), sigset_t())
  sigfillset(&all)
  pthread_sigmask(SIG_SETMASK, &all, &mask)  // a thread inherits the signal mask of its creator
  defer { pthread_sigmask(SIG_SETMASK, &mask, nil) }
  let code = pthread_create(
    &thread, &attributes,
    { argument in
      argument.map { Unmanaged<Start>.fromOpaque($0).takeRetainedValue() }?.body()
      return nil
    }, start.toOpaque())
  if code == 0 { return }
  start.release()
  throw SystemError("pthread_create", code: code)
}
