import FastPathLink
import Testing

@Suite("Which objects stay in the program")
struct HotColdSplitTests {
  private let toolchain: Toolchain
  init() throws { toolchain = try Toolchain() }

  private func objects(_ sources: [String]) throws -> [ObjectSymbols] {
    try sources.map { source in
      _ = try toolchain.compileC(source, to: "a.o")
      return ObjectSymbols(try toolchain.symbols("a.o"))
    }
  }

  private static let hidden = #"__attribute__((visibility("hidden")))"#

  @Test("is what is hot, and what hot and cold objects hide from other images together with its users")
  func bonds() throws {
    let all = try objects([
      "int b(void); int a(void) { return b(); }",
      "int c(void); \(Self.hidden) int b(void) { return c(); }",
      "int c(void) { return 1; }",
      "int a(void); int d(void) { return a(); }",
      "int b(void); int e(void) { return b(); }",
    ])
    // Object 4 needs what 1 hides, and 1 is hot because 0 needs it.
    #expect(HotColdSplit(all, hot: [0])?.hot == [0, 1, 4])
    #expect(HotColdSplit(all, hot: [2])?.hot == [2])
    #expect(HotColdSplit(all, hot: [4])?.hot == [0, 1, 4])
    #expect(HotColdSplit(all, hot: [])?.hot == [])
  }

  @Test("is everything that uses a symbol which one of its users hides")
  func hiddenUse() throws {
    let all = try objects([
      "\(Self.hidden) extern int b; int a(void) { return b; }", "int b = 1;",
      "extern int b; int c(void) { return b; }",
    ])
    for index in all.indices { #expect(HotColdSplit(all, hot: [index])?.hot == [0, 1, 2]) }
  }

  @Test(
    "is no one where an object needs a copy of its own, and nothing is split where all must be in one image")
  func images() throws {
    let inlined = "\(Self.hidden) __attribute__((weak)) int b(void) { return 1; }"
    let all = try objects([
      inlined + "int a(void) { return b(); }", inlined + "int c(void) { return b(); }",
      "extern void *__dso_handle; void *d(void) { return &__dso_handle; }",
    ])
    #expect(HotColdSplit(all, hot: [0])?.hot == [0, 2])
    let bounds = try objects(["extern int __stop_x; int *e(void) { return &__stop_x; }"])
    #expect(HotColdSplit(all + bounds, hot: [0]) == nil)
  }

  @Test("fits a library of the others as long as it defines what that needs, and nothing that is in it")
  func fits() throws {
    let cold = try objects(["int hot(void); int cold(void) { return hot(); }", "int more = 1;"])
    let hot = try objects(["int cold(void); int hot(void) { return 1; } int main(void) { return cold(); }"])
    let library = ColdLibrary(path: "/o/cold.so", names: ["a", "b"], cold: cold, hot: hot)
    #expect(library.fits(hot))
    let other = try objects(["int other;"])
    #expect(library.fits(hot + other))
    let unfit = try objects([
      "int cold(void); int main(void) { return cold(); }",
      "\(Self.hidden) int hot(void) { return 1; }",
      "int hot(void) { return 1; } int more = 2;",
      "int hot(void) { return 1; } extern char __start_x[]; char *x(void) { return __start_x; }",
    ])
    for object in unfit { #expect(!library.fits([object])) }
    let weak = try objects(["__attribute__((weak)) int hot(void) { return 1; }"])
    #expect(library.fits(weak))
  }
}
