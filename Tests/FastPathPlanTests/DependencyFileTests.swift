import FastPathPlan
import Testing

@Suite("What an object was made from")
struct DependencyFileTests {
  @Test("is what the compilers write for make")
  func inputs() {
    let text = ##"""
      /p/.build/App.build/low.c.o: /p/Sources/CLow/low.c \
        /p/with\ space/\#.h /p/a$$b.h \
        /usr/include/stdio.h

      """##
    #expect(
      DependencyFile(Array(text.utf8)).inputs
        == ["/p/Sources/CLow/low.c", "/p/with space/#.h", "/p/a$b.h", "/usr/include/stdio.h"])
    #expect(DependencyFile(Array("a.o : b.swift c.swift".utf8)).inputs == ["b.swift", "c.swift"])
    #expect(DependencyFile([]).inputs == [])
  }

  @Test("is beside the object")
  func path() {
    #expect(DependencyFile.path(of: "/b/CLow.build/low.c.o") == "/b/CLow.build/low.c.d")
  }
}
