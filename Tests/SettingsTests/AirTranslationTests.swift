import Settings
import Testing

@Suite("An .air.toml")
struct AirTranslationTests {
  @Test(
    "becomes settings, and what has no counterpart is said",
    arguments: [
      (
        "[build]\nbin = \"./z\"\nfull_bin = \"A=1 ./x y\"\ncmd = \"make\"\nargs_bin = [\"serve\"]\n",
        ["command = \"make\"", "command = \"A=1 ./x y\"", "arguments = [\"serve\"]"], [String]()
      ),
      ("[build]\nfull_bin = \"./x\"\nbin = \"./z\"\n", ["command = \"./x\""], []),
      (
        "[build]\nexclude_dir = [\"tmp\"]\nexclude_file = []\ninclude_dir = [\"a\"]\ninclude_file = [\"b.txt\"]\n",
        ["include = [\"a\", \"b.txt\"]", "exclude = [\"tmp/**\"]"], []
      ),
      (
        "[build]\ncmd = \"go build -o ./tmp/main .\"\nbin = \"./tmp/main\"\npoll = \"yes\"\ndelay = 500\n",
        ["debounce = \"500ms\""],
        [
          "2: 'build.cmd': 'go build' builds no Swift package, and what it makes is not started; without this hotreload builds and runs the package",
          "4: 'build.poll': expected another value; it is not taken over",
        ]
      ),
      (
        "[build]\ncmd = \"swift build\"\nbin = \".build/debug/App\"\n", ["product = \"App\""],
        [
          "2: 'build.cmd': a Swift package is built without a setting, and faster; its options go to 'build.arguments'"
        ]
      ),
      (
        "[proxy]\nenabled = true\nproxy_port = 8090\napp_port = 8080\n",
        ["listen = \"127.0.0.1:8090\"", "server = \"127.0.0.1:8080\""], []
      ),
      ("[proxy]\nenabled = false\nproxy_port = 8090\napp_port = 8080\n", [], []),
      ("[build]\ncmd = \"swift build && cp a b\"\n", ["command = \"swift build && cp a b\""], []),
      (
        "[build]\ndelay = 5000\nkill_delay = \"0s\"\n", ["debounce = \"5s\"", "debounce-limit = \"5s\""], []
      ),
      ("colour = 1\n", [], ["1: 'colour' is unknown to hotreload, and to the air that it knows"]),
    ])
  func translated(_ air: String, _ settings: [String], _ notes: [String]) throws {
    let translation = try AirTranslation(toml: Array(air.utf8), path: ".air.toml")
    let lines = translation.text.split(separator: "\n").filter { !$0.hasPrefix("#") && !$0.hasPrefix("[") }
    #expect(lines.map(String.init) == settings)
    #expect(translation.notes == notes)
    // It is a file that can be read.
    var read = Settings()
    try read.read(toml: Array(translation.text.utf8), path: ".reload.toml")
    if !settings.contains(where: { $0.hasPrefix("command = \"swift") }) { try read.check() }
  }
}
