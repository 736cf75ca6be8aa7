// All settings, in the order in which they are documented.

extension Setting {
  package static let configuration = Setting(
    .build, "configuration", .choice(["debug", "release"]), .string("debug"), short: "-c",
    placeholder: "configuration", help: "The build configuration.")
  package static let buildCommand = Setting(
    .build, "command", .command, option: "--build-command", placeholder: "command",
    help: "Build with this command instead of 'swift build'; 'run.command' then names the program to start.")
  package static let buildArguments = Setting(
    .build, "arguments", .strings(), .strings([]), option: "--build-argument", placeholder: "argument",
    help: "Additional arguments for 'swift build', such as \"-Xswiftc\", \"-DDEMO\".")
  package static let fast = Setting(
    .build, "fast", .flag, .flag(true),
    help: "Build a save that changes only Swift sources from SwiftPM's own plan, without running SwiftPM.")
  package static let buildEnvironment = Setting(
    .build, "environment", .table, .table([]), option: "--build-environment", placeholder: "NAME=value",
    help: "Variables for the build and its commands only; they override all others.")
  package static let beforeBuild = Setting(
    .build, "before", .command, option: "--before-build", placeholder: "command",
    help: "Run this before every build; if it fails, so does the build.")
  package static let afterBuild = Setting(
    .build, "after", .command, option: "--after-build", placeholder: "command",
    help:
      "Run this after every successful build, before its program is started; if it fails, so does the build. It turns fast builds off."
  )

  package static let product = Setting(
    .run, "product", .string, placeholder: "product",
    help: "The executable product to run; by default the only one.")
  package static let runCommand = Setting(
    .run, "command", .command, option: "--run-command", placeholder: "command",
    help: "Start this command instead of a product.")
  package static let runArguments = Setting(
    .run, "arguments", .strings(), .strings([]), option: "--argument", placeholder: "argument",
    help: "Arguments for the server, as after '--' on the command line.")
  package static let directory = Setting(
    .run, "directory", .path,
    help: "The server's working directory; by default the one in which hotreload was started.")
  package static let environment = Setting(
    .run, "environment", .table, .table([]), placeholder: "NAME=value",
    help: "Variables for the server only; they override all others.")
  package static let environmentFiles = Setting(
    .run, "env-files", .strings(paths: true), .strings([]), option: "--env-file", placeholder: "path",
    help:
      "Files with variables for the server, in the format of Docker Compose. A later file overrides an earlier one; hotreload's own environment overrides both."
  )

  package static let environmentFilesWin = Setting(
    .run, "env-files-override", .flag, .flag(false),
    help: "Let the files of 'run.env-files' override hotreload's own environment.")

  package static let stdin = Setting(
    .run, "stdin", .flag, .flag(false),
    help: "Pass standard input on to the server, instead of reading keys from it.")

  package static let include = Setting(
    .watch, "include", .strings(paths: true), .strings([]), placeholder: "path",
    help: "Files and directories that the build reads in addition to what SwiftPM reads.")
  package static let exclude = Setting(
    .watch, "exclude", .globs, .strings([]), placeholder: "glob",
    help:
      "Ignore saves of these files and in these directories, such as \"*.generated.swift\", \"tmp/\" or \"/web/dist\": patterns as in a .gitignore, and {a,b}."
  )
  package static let excludeExpressions = Setting(
    .watch, "exclude-regex", .expressions, .strings([]), placeholder: "regex",
    help:
      "The same as regular expressions (RE2), which match any part of a path relative to the project's root.")
  package static let extensions = Setting(
    .watch, "extensions", .extensions, .strings([]), option: "--watch-extension", placeholder: "extension",
    help:
      "In the directories of 'watch.include', and in a project with a 'build.command', watch only files with these extensions, such as \".html\"; by default all files."
  )
  package static let gitignore = Setting(
    .watch, "gitignore", .flag, .flag(true),
    help:
      "Ignore what git ignores in those directories. What SwiftPM reads is watched anyway: generated sources are often ignored by git, but built."
  )
  package static let dangerousRoot = Setting(
    .watch, "dangerous-root", .flag, .flag(false),
    help: "Allow watching all of '/' or of the home directory.")
  package static let restartOn = Setting(
    .watch, "restart-on", .strings(paths: true), .strings([]), placeholder: "path",
    help: "Swap in a new server, without a build, on a save of these files or in these directories.")
  package static let debounce = Setting(
    .watch, "debounce", .duration, .duration(.milliseconds(30)),
    help: "Start a build after this time without further saves.")
  package static let debounceLimit = Setting(
    .watch, "debounce-limit", .duration, .duration(.seconds(2)),
    help: "Start a build after this time even if saves keep coming.")

  package static let followLinks = Setting(
    .watch, "follow-symlinks", .flag, .flag(true),
    help: "Watch the targets of symbolic links in the watched directories, as SwiftPM reads them.")
  package static let poll = Setting(
    .watch, "poll", .flag, .flag(false),
    help:
      "Poll files instead of using inotify. This happens automatically where inotify reports nothing (network file systems, mounts of virtual machines) or has no watches left."
  )
  package static let pollInterval = Setting(
    .watch, "poll-interval", .duration, .duration(.milliseconds(500)),
    help: "The time between two polls; it is longer if one poll takes more than a sixtieth of it.")

  package static let strategy = Setting(
    .swap, "strategy", .choice(["overlap", "replace"]), .string("overlap"), placeholder: "strategy",
    help:
      "Start new code beside the old code, or, for a server that needs something exclusively, after the old code has exited; clients wait."
  )
  package static let listen = Setting(
    .swap, "listen", .strings(), .strings([]), placeholder: "address",
    help:
      "Open these addresses before the first build ends; the server binds them as usual, or adopts LISTEN_FDS."
  )
  package static let ready = Setting(
    .swap, "ready", .choice(["listening", "notify"]), .string("listening"), placeholder: "when",
    help:
      "New code is ready when it waits for connections; with \"notify\" it must also have sent READY=1 to NOTIFY_SOCKET."
  )
  package static let readyPath = Setting(
    .swap, "ready-path", .string, placeholder: "path",
    help:
      "New code is ready when it also answers a GET of this path with 2xx; no client reaches it before that.")
  package static let readyCommand = Setting(
    .swap, "ready-command", .command, placeholder: "command",
    help:
      "New code is ready when this command has also succeeded; it is retried until then, with the pid in $HOTRELOAD_PID."
  )
  package static let readyDelay = Setting(
    .swap, "ready-delay", .duration, .duration(.zero),
    help: "New code is ready when this time has also passed after that.")
  package static let readyPeriod = Setting(
    .swap, "ready-period", .duration, .duration(.milliseconds(250)),
    help: "The time between two attempts at 'ready-path' or 'ready-command'.")
  package static let readyThreshold = Setting(
    .swap, "ready-threshold", .count, .count(1), placeholder: "count",
    help: "The number of attempts in a row that must succeed, at each of them.")
  package static let readyTimeout = Setting(
    .swap, "ready-timeout", .duration, .duration(.seconds(30)),
    help: "The maximum time until new code is ready.")
  package static let handoverTimeout = Setting(
    .swap, "handover-timeout", .duration, .duration(.seconds(5)),
    help: "The maximum time for the old code to stop accepting, and for the new code to begin.")
  package static let probation = Setting(
    .swap, "probation", .duration, .duration(.seconds(1)),
    help: "How long new code must run before the old code is stopped.")
  package static let drainTimeout = Setting(
    .swap, "drain-timeout", .duration, .duration(.seconds(10)),
    help: "The maximum time for requests in flight on the old code.")
  package static let connections = Setting(
    .swap, "connections", .choice(["move", "end"]), .string("move"), placeholder: "what",
    help: "Move idle HTTP/1.x connections to the new code, or close them.")
  package static let stopTimeout = Setting(
    .swap, "stop-timeout", .duration, .duration(.seconds(5)),
    help: "The maximum time for a server to exit after SIGTERM.")

  package static let afterSwap = Setting(
    .swap, "after", .command, option: "--after-swap", placeholder: "command",
    help: "Run this when new code is live, such as a notification.")

  package static let restartPolicy = Setting(
    .restart, "policy", .restartPolicy, .string("on-failure"), option: "--restart", placeholder: "policy",
    help:
      "Whether a server that has ended is started again: \"on-failure\" unless it did its work and exited with 0, \"always\" then too, \"on-failure:5\" at most 5 times."
  )
  package static let restartDelay = Setting(
    .restart, "delay", .duration, .duration(.seconds(1)), option: "--restart-delay",
    help: "The delay before the first restart; it doubles with each further restart.")
  package static let restartLimit = Setting(
    .restart, "limit", .duration, .duration(.seconds(30)), option: "--restart-limit",
    help: "The maximum delay.")
  package static let healthyAfter = Setting(
    .restart, "healthy-after", .duration, .duration(.seconds(10)), option: "--healthy-after",
    help: "After running this long, a server is restarted with the first delay again.")

  package static let healthPath = Setting(
    .health, "path", .string, option: "--health-path", placeholder: "path",
    help:
      "The live server must answer a GET of this path with 2xx or 3xx, in HTTP/1.1 without TLS; otherwise it is stopped and restarted."
  )
  package static let healthTCP = Setting(
    .health, "tcp", .flag, .flag(false), option: "--health-tcp",
    help: "The live server must accept a connection, of any protocol.")
  package static let healthCommand = Setting(
    .health, "command", .command, option: "--health-command", placeholder: "command",
    help: "This command must succeed for the live server, whose pid is in $HOTRELOAD_PID.")
  package static let healthPeriod = Setting(
    .health, "period", .duration, .duration(.seconds(5)), option: "--health-period",
    help: "The time between two rounds of these checks.")
  package static let healthTimeout = Setting(
    .health, "timeout", .duration, .duration(.seconds(5)), option: "--health-timeout",
    help: "The maximum time for each check.")
  package static let healthThreshold = Setting(
    .health, "threshold", .count, .count(3), option: "--health-threshold", placeholder: "count",
    help: "The number of failures in a row after which the server is stopped.")
  package static let healthDelay = Setting(
    .health, "delay", .duration, .duration(.zero), option: "--health-delay",
    help: "The time from the start of a server before which it is not checked.")

  package static let browserListen = Setting(
    .browser, "listen", .string, option: "--browser-listen", placeholder: "address",
    help:
      "Serve the server's pages here too, such as on 127.0.0.1:8090, with a script that reloads them when new code is live, and shows build errors."
  )
  package static let browserServer = Setting(
    .browser, "server", .string, option: "--browser-server", placeholder: "address",
    help: "The address of the server's pages; by default the first address on which it listens.")
  package static let reloadOn = Setting(
    .browser, "reload-on", .strings(paths: true), .strings([]), placeholder: "path",
    help:
      "Only reload the pages, or their style sheets alone, on a save of these files or in these directories."
  )

  package static let color = Setting(
    .console, "color", .choice(["auto", "always", "never"]), .string("auto"), placeholder: "when",
    help: "When to use colours; \"auto\": on a terminal, unless NO_COLOR is set.")
  package static let clear = Setting(
    .console, "clear", .flag, .flag(false), help: "Clear the terminal before each build.")
  package static let notify = Setting(
    .console, "notify", .choice(["never", "bell", "desktop"]), .string("never"), placeholder: "how",
    help:
      "How to tell that a build or new code has failed, or works again after a failure: with the terminal's bell, or by notify-send."
  )

  package static let events = Setting(
    .console, "events", .path,
    help:
      "Append events for programs to this file or FIFO, one JSON object per line."
  )

  package static let metrics = Setting(
    .console, "metrics", .string, option: "--metrics", placeholder: "address",
    help: "Serve metrics for Prometheus at this address, such as 127.0.0.1:9090, under /metrics.")

  package static let keys = Setting(
    .console, "keys", .flag, .flag(true),
    help: "Read single keys on a terminal, such as r to build again; ? lists them.")

  package static let links = Setting(
    .console, "links", .choice(["auto", "always", "never"]), .string("auto"), placeholder: "when",
    help: "When file:line:column is a link (OSC 8); \"auto\": on a terminal with colours.")
  package static let statusLine = Setting(
    .console, "status-line", .flag, .flag(true),
    help: "Show in the last row of a terminal what is served, and what hotreload is doing.")

  package static let times = Setting(
    .console, "times", .flag, .flag(false), help: "Begin each line of hotreload with the time of day.")
  package static let verbosity = Setting(
    .console, "verbosity", .choice(["quiet", "normal", "verbose"]), .string("normal"),
    shorthands: [
      Shorthand(names: ["-q", "--quiet"], value: "quiet"),
      Shorthand(names: ["-v", "--verbose"], value: "verbose"),
    ], placeholder: "level",
    help:
      "Print only failures, recoveries and addresses with \"quiet\", and with \"verbose\" also why a save is not built by the fast path, or not built at all."
  )

  /// All settings, section by section.
  package static let all = [
    configuration, buildCommand, buildArguments, fast, buildEnvironment, beforeBuild, afterBuild,
    product, runCommand, runArguments, directory, environment, environmentFiles,
    environmentFilesWin, stdin,
    include, exclude, excludeExpressions, extensions, gitignore, dangerousRoot, restartOn, debounce,
    debounceLimit, followLinks, poll, pollInterval,
    strategy, listen, ready, readyPath, readyCommand, readyDelay, readyPeriod, readyThreshold, readyTimeout,
    handoverTimeout, probation, drainTimeout, connections, stopTimeout, afterSwap,
    restartPolicy, restartDelay, restartLimit, healthyAfter,
    healthPath, healthTCP, healthCommand, healthPeriod, healthTimeout, healthThreshold, healthDelay,
    browserListen, browserServer, reloadOn,
    color, clear, notify, events, metrics, keys, links, statusLine, times, verbosity,
  ]

  /// Returns the setting with this key, such as `swap.probation`; `nil` if there is none.
  package static func named(_ key: String) -> Setting? { all.first { $0.key == key } }
}
