import Posix
import Testing

@Suite("The hash FNV-1a of 64 bits")
struct HashTests {
  @Test(
    "has the values that its authors publish",
    arguments: [
      ("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8),
    ] as [(String, UInt64)])
  func vectors(text: String, hash: UInt64) { #expect(fnv1a(text.utf8) == hash) }

  @Test("goes on from the hash of what was before")
  func parts() { #expect(fnv1a("bar".utf8, from: fnv1a("foo".utf8)) == fnv1a("foobar".utf8)) }
}
