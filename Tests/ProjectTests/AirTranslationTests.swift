import Project
import Settings
import Testing

@Suite("An .air.toml")
struct AirTranslationTests {
  /// The additional settings of a project that a command builds, which state air's defaults.
  static let defaults = [
    "exclude = [\"/tmp/\", \"/testdata/\", \"/assets/\", \"/vendor/\"]", "exclude-regex = [\"_test.go\"]",
    "extensions = [\".go\", \".tpl\", \".tmpl\", \".html\"]", "gitignore = false", "follow-symlinks = false",
  ]

  @Test(
    "becomes settings, and what has no counterpart is said",
    arguments: [
      (
        "[build]\nbin = \"./z\"\nfull_bin = \"A=1 ./x y\"\ncmd = \"make\"\nargs_bin = [\"serve\"]\n",
        ["command = \"make\"", "command = \"A=1 ./x y\"", "arguments = [\"serve\"]"] + Self.defaults,
        [String]()
      ),
      ("[build]\nfull_bin = \"./x\"\nbin = \"./z\"\n", ["command = \"./x\""], []),
      (
        "[build]\nexclude_dir = [\"tmp\"]\nexclude_file = []\ninclude_dir = [\"a\"]\ninclude_file = [\"b.txt\"]\n",
        ["include = [\"a\", \"b.txt\"]", "exclude = [\"/tmp/\"]"], []
      ),
      (
        "[build]\ncmd = \"go build -o ./tmp/main .\"\nbin = \"./tmp/main\"\npoll = \"yes\"\ndelay = 500\n",
        ["debounce = \"500ms\""],
        [
          "2: 'build.cmd': 'go build' does not build a Swift package, so its program is not started; without a command hotreload builds and runs the package",
          "4: 'build.poll': unexpected value; it is not translated",
        ]
      ),
      (
        "[build]\ncmd = \"swift build\"\nbin = \".build/debug/App\"\n", ["product = \"App\""],
        [
          "2: 'build.cmd': a Swift package needs no command, and builds faster without one; its options go to 'build.arguments'"
        ]
      ),
      (
        "[proxy]\nenabled = true\nproxy_port = 8090\napp_port = 8080\n",
        ["listen = \"127.0.0.1:8090\"", "server = \"127.0.0.1:8080\""], []
      ),
      ("[proxy]\nenabled = false\nproxy_port = 8090\napp_port = 8080\n", [], []),
      (
        "[build]\ncmd = \"swift build && cp a b\"\n", ["command = \"swift build && cp a b\""] + Self.defaults,
        []
      ),
      (
        "[build]\ndelay = 5000\nkill_delay = \"0s\"\n", ["debounce = \"5s\"", "debounce-limit = \"5s\""], []
      ),
      (
        "tmp_dir = 'out/'\n[build]\ncmd = 'make'\nexclude_dir = ['assets/', './cache', '', 'a//b', 'x*', '.', '../y']\n"
          + "exclude_regex = ['', '/gen/']\nexclude_file = ['a.go', 'b*.go', '[']\ninclude_ext = ['go', '.js', 'a.b', '']\n",
        [
          "command = \"make\"",
          "exclude = [\"/out/\", \"/testdata/\", \"/assets/\", \"/cache/\", \"/a/b/\", \"/x\\\\*/\", \"/a.go\"]",
          "exclude-regex = [\"^b[^/]*\\\\.go$\", \"(^|/)gen/\"]",
          "extensions = [\".go\", \".js\", \".a.b\"]", "gitignore = false", "follow-symlinks = false",
        ],
        [
          "4: 'build.exclude_dir': './cache' is not a path as air compares them, so air excludes nothing; here 'cache' is excluded",
          "4: 'build.exclude_dir': 'a//b' is not a path as air compares them, so air excludes nothing; here 'a/b' is excluded",
          "4: 'build.exclude_dir': 'x*' is a name to air, not a pattern; it is one here too",
          "4: 'build.exclude_dir': '.' is the project itself, so air would watch nothing; it is not translated",
          "5: 'build.exclude_regex': '' matches everything, or is not a regular expression that hotreload supports; it is not translated",
          "6: 'build.exclude_file': '[' is malformed, so air excludes nothing; it is not translated",
          "7: 'build.include_ext': air finds no file with '.js', because it compares what follows the last dot; here '.js' is watched",
          "7: 'build.include_ext': air finds no file with 'a.b', because it compares what follows the last dot; here '.a.b' is watched",
          "7: 'build.include_ext': '' is not an extension; it is not translated",
        ]
      ),
      (
        "[build]\ncmd = 'make'\ninclude_dir = ['web/', '.hidden', '../lib']\ninclude_file = ['web/a.txt', 'b/a.txt', 'c.txt']\n"
          + "include_ext = ['*']\nexclude_dir = []\nexclude_regex = []\nbin = './app'\nfollow_symlink = true\n",
        [
          "command = \"make\"", "command = \"./app\"",
          "include = [\"web\", \"../lib\", \"web/a.txt\", \"c.txt\"]",
          "exclude = [\"/tmp/\", \"/testdata/\", \"/app\"]", "gitignore = false", "follow-symlinks = true",
        ],
        [
          "3: 'build.include_dir': '.hidden' is hidden, and air enters no hidden directory; it is not translated",
          "4: 'build.include_file': 'b/a.txt' is in no directory that air enters; it is not translated",
        ]
      ),
      ("colour = 1\n", [], ["1: 'colour': unknown to hotreload and to air 1.67"]),
    ])
  func translated(_ air: String, _ settings: [String], _ notes: [String]) throws {
    let translation = try AirTranslation(toml: Array(air.utf8), path: ".air.toml")
    let lines = translation.text.split(separator: "\n").filter { !$0.hasPrefix("#") && !$0.hasPrefix("[") }
    #expect(lines.map(String.init) == settings)
    #expect(translation.notes == notes)
    // The translation is a valid settings file.
    var read = Settings()
    try read.read(toml: Array(translation.text.utf8), path: ".reload.toml")
    let isRun = settings.filter { $0.hasPrefix("command = ") }.count != 1
    if isRun { try read.validate() }
    // The translation states its differences from air.
    let words = translation.text.split { $0 == " " || $0 == "\n" || $0 == "#" }.joined(separator: " ")
    for note in notes { #expect(words.contains(note.split(separator: " ").joined(separator: " "))) }
  }
}
