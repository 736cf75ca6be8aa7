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
          "4: 'build.exclude_dir': './cache' is no path as air compares them, so that it leaves nothing out; here 'cache' is left out",
          "4: 'build.exclude_dir': 'a//b' is no path as air compares them, so that it leaves nothing out; here 'a/b' is left out",
          "4: 'build.exclude_dir': 'x*' is a name to air, and no pattern; so it is here",
          "4: 'build.exclude_dir': '.' is the project itself, of which air would watch nothing; it is not taken over",
          "5: 'build.exclude_regex': '' matches everything, or is none of hotreload's regular expressions; it is not taken over",
          "6: 'build.exclude_file': '[' is malformed, so that air leaves nothing out; it is not taken over",
          "7: 'build.include_ext': air finds no file with '.js', for it compares what follows the last dot; here '.js' counts",
          "7: 'build.include_ext': air finds no file with 'a.b', for it compares what follows the last dot; here '.a.b' counts",
          "7: 'build.include_ext': '' is no extension; it is not taken over",
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
          "3: 'build.include_dir': '.hidden' is hidden, and air enters no hidden directory; it is not taken over",
          "4: 'build.include_file': 'b/a.txt' is in no directory that air enters; it is not taken over",
        ]
      ),
      ("colour = 1\n", [], ["1: 'colour' is unknown to hotreload, and to the air that it knows"]),
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
    if isRun { try read.check() }
    // The translation states its differences from air.
    let words = translation.text.split { $0 == " " || $0 == "\n" || $0 == "#" }.joined(separator: " ")
    for note in notes { #expect(words.contains(note.split(separator: " ").joined(separator: " "))) }
  }
}
