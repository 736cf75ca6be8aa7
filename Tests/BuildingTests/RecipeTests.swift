import Posix
import Settings
import Testing

@testable import Building

@Suite("How a program is made")
struct RecipeTests {
  @Test("allows the fast path, unless a setting rules that out, which is named")
  func fast() {
    #expect(Recipe().fastPathBlocker == nil)
    #expect(Recipe(before: .shell("make assets")).fastPathBlocker == nil)
    #expect(Recipe(isFast: false).fastPathBlocker?.contains("'build.fast'") == true)
    #expect(Recipe(command: .shell("make")).fastPathBlocker?.contains("'build.command'") == true)
    #expect(Recipe(after: .shell("strip App")).fastPathBlocker?.contains("'build.after'") == true)
    // What the user has said comes first.
    #expect(Recipe(command: .shell("make"), isFast: false).fastPathBlocker?.contains("'build.fast'") == true)
  }

  @Test("has variables of its own, which win over the inherited ones")
  func variables() throws {
    let inherited = try #require(CurrentProcess.environment.first { $0.contains("=") })
    let name = String(inherited.prefix { $0 != "=" })
    let recipe = Recipe(variables: ["\(name)=own", "HOTRELOAD_TEST_ONLY=a=b"])
    #expect(recipe.variableNames == [name, "HOTRELOAD_TEST_ONLY"])
    #expect(recipe.environment.contains("\(name)=own") && !recipe.environment.contains(inherited))
    #expect(recipe.environment.contains("HOTRELOAD_TEST_ONLY=a=b"))
    #expect(Recipe().environment == CurrentProcess.environment)
  }

  @Test("is another one if any part of it is")
  func equality() {
    let recipes = [
      Recipe(), Recipe(configuration: "release"), Recipe(arguments: ["-v"]), Recipe(command: .shell("make")),
      Recipe(before: .shell("make")), Recipe(after: .shell("make")), Recipe(isFast: false),
      Recipe(variables: ["A=1"]),
    ]
    for (index, recipe) in recipes.enumerated() {
      #expect(recipes.firstIndex(of: recipe) == index)
    }
  }
}
