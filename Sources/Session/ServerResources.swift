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
  /// The processes of the servers, and the others that this process has started.
  let children: Children
  /// The path of the preloaded library; empty until ``installInterposer()``.
  private(set) var interposer = ""

  init(loop: EventLoop, children: Children) {
    selfWrites = SelfWrites(loop: loop)
    self.children = children
  }

  /// Compiles the preloaded library, unless that was done before. Throws `Interposer.Failure` or `SystemError`.
  mutating func installInterposer() throws { interposer = try Interposer.install() }
}
