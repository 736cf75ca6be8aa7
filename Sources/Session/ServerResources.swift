internal import FastPathRun
internal import Handoff
internal import Interposer
internal import Posix
internal import SelfWrites

/// The resources that the servers of all services share.
struct ServerResources {
  /// The sockets that hotreload was started with. Every server receives them.
  let inherited = InheritedSockets.take()
  let overlays = SharedOverlays()
  let selfWrites: SelfWrites
  /// The path of the preloaded library; empty until ``installInterposer()``.
  private(set) var interposer = ""

  init(loop: EventLoop) { selfWrites = SelfWrites(loop: loop) }

  /// Compiles the preloaded library, unless that was done before. Throws `Interposer.Failure` or `SystemError`.
  mutating func installInterposer() throws { interposer = try Interposer.install() }
}
