import Reloader

// The states in which tests begin.

extension ScriptedReloader {
  /// Generation 1 serves `a` and has proved itself.
  static var serving: ScriptedReloader {
    var server = unproven
    server.pass(.seconds(10))
    return server
  }

  /// Generation 1 serves `a`, for the first time.
  static var unproven: ScriptedReloader {
    var server = ScriptedReloader()
    server.build(.succeeded(.a))
    server.generation(1, .listening("127.0.0.1:8080"))
    return server
  }

  /// Generation 1 runs `a`, which does not listen, and has proved itself.
  static var working: ScriptedReloader {
    var server = ScriptedReloader()
    server.build(.succeeded(.a))
    server.pass(.seconds(10))
    return server
  }

  /// Generation 1 serves `a` and is being paused for generation 2, which is ready with `b`.
  static var pausing: ScriptedReloader {
    var server = serving
    server.saveAndBuild(.b)
    server.generation(2, .listening("127.0.0.1:8080"), .ready)
    return server
  }

  /// Generation 1 is paused, generation 2 is being released.
  static var releasing: ScriptedReloader {
    var server = pausing
    server.generation(1, .paused(Connections(fresh: 1, busy: 2, idle: 3)))
    return server
  }

  /// Generation 2 serves `b` and is on probation, generation 1 with `a` is its fallback.
  static var onProbation: ScriptedReloader {
    var server = releasing
    server.generation(2, .released)
    return server
  }

  /// A generation that is held takes over from another.
  mutating func swap(from old: Int, to new: Int) {
    generation(new, .listening("127.0.0.1:8080"), .ready)
    generation(old, .paused(Connections()))
    generation(new, .released)
  }
}
