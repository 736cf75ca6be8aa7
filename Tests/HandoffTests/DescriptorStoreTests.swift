import Glibc
import Handoff
import Posix
import Testing

@Suite("Descriptors that servers have stored")
struct DescriptorStoreTests {
  @Test("are kept in their order, each once, until their name is removed")
  func kept() throws {
    let store = DescriptorStore(loop: try EventLoop())
    let files = try (1...3).map { _ in ReceivedDescriptor(try Descriptor.open("/dev/null", O_RDWR)) }
    let again = ReceivedDescriptor(try files[0].descriptor.duplicate())
    #expect(store.add([files[0], files[1]], name: "a", endsWithPeer: true))
    #expect(store.add([again], name: "b", endsWithPeer: true))
    #expect(store.add([files[2]], name: "b", endsWithPeer: true))
    #expect(store.all.map(\.name) == ["a", "a", "b"])
    #expect(store.all.map(\.descriptor) == files.map { $0.descriptor.number })
    store.remove(name: "a")
    #expect(store.all.map(\.name) == ["b"])
  }

  @Test("are not kept when their peer is gone, unless that is wanted")
  func hungUp() throws {
    let loop = try EventLoop()
    let store = DescriptorStore(loop: loop)
    for (name, endsWithPeer) in [("gone", true), ("kept", false)] {
      let pair = try SocketPair(.unix)
      store.add([ReceivedDescriptor(try pair.remote.duplicate())], name: name, endsWithPeer: endsWithPeer)
      _ = pair.takeLocal()
    }
    loop.after(.zero) { loop.stop() }
    try loop.run()
    #expect(store.all.map(\.name) == ["kept"])
  }

  @Test("are limited in number")
  func limit() throws {
    let store = DescriptorStore(loop: try EventLoop())
    for _ in 1...DescriptorStore.limit {
      #expect(
        store.add(
          [ReceivedDescriptor(try Descriptor.open("/dev/null", O_RDWR))], name: "a", endsWithPeer: false))
    }
    let more = ReceivedDescriptor(try Descriptor.open("/dev/null", O_RDWR))
    #expect(!store.add([more], name: "a", endsWithPeer: false))
    #expect(store.all.count == DescriptorStore.limit)
  }
}
