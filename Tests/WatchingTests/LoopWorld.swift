import RandomNumbers
import Watching

/// A project, hotreload's loop around a ``LoopBreaker``, and a person, in simulated time. Times are in milliseconds.
struct LoopWorld {
  /// A file that the build or a program that the server starts writes.
  struct Output {
    enum Name: Equatable {
      case always(String)
      /// A file with another name each time, which stays, or is removed at the end of the build.
      case new, temporary
    }
    enum Content: Equatable {
      /// The content depends on the inputs, and is written always, or only if it differs.
      case ofInputs, ofInputsIfNew
      case always
    }
    var name: Name
    var content: Content
    /// The time of the write after the start of the build, or after that of the server.
    var time: Int
    var isOfServer = false
  }

  enum Action {
    case save(String)
    case write(Output)
    case buildEnds
    case serves
  }

  var outputs: [Output] = []
  var buildTime = 50
  var startTime = 100
  /// Whether hotreload can compare the programs.
  var comparesPrograms = false

  private(set) var builds = 0
  private(set) var now = 0
  private(set) var news: [String] = []
  private var breaker = LoopBreaker()
  private let start = ContinuousClock.now
  private var actions: [(time: Int, number: Int, build: Int?, action: Action)] = []
  private var number = 0
  private var contents: [String: Int] = [:]
  private var known: [String: Int] = [:]
  private var batch: Set<String> = []
  private var batchTimes: (first: Int, last: Int)?
  private var inputs: [String: Int] = [:]
  private(set) var built: [String: Int] = [:]
  private var reading: [String: Int] = [:]
  private var program: [String: Int]?
  private var isBuilding = false
  private var hasWritten = false

  private var instant: ContinuousClock.Instant { start + .milliseconds(now) }

  /// The inputs that were saved, and that no successful build has read since.
  var lost: [String] { inputs.filter { built[$0.key] != $0.value }.keys.sorted() }

  mutating func begin() { startCycle() }

  mutating func plan(_ action: Action, in time: Int, ofBuild build: Int? = nil) {
    number += 1
    actions.append((now + time, number, build, action))
  }

  /// Advances the simulated time.
  mutating func run(for time: Int) {
    let end = now + time
    while true {
      let next = actions.min { ($0.time, $0.number) < ($1.time, $1.number) }
      let deadline = breaker.deadline.map { Int((start.duration(to: $0) / .milliseconds(1)).rounded(.up)) }
      let batchDeadline = batchTimes.map { min($0.last + 30, $0.first + 2000) }
      guard let time = [next?.time, deadline, batchDeadline].compactMap(\.self).min(), time <= end else {
        break
      }
      now = max(now, time)
      if let next, next.time <= now {
        actions.removeAll { $0.number == next.number }
        perform(next.action)
      } else if let batchDeadline, batchDeadline <= now {
        endBatch()
      } else {
        let existing = Set(contents.keys)
        let due = breaker.takeDue(at: instant, exists: existing.contains)
        if !due.isEmpty { startCycle() }
      }
      news += breaker.takeNews().looping
    }
    now = end
  }

  private mutating func perform(_ action: Action) {
    switch action {
    case .save(let path):
      inputs[path, default: 0] += 1
      set(path, inputs[path, default: 0])
    case .write(let output): write(output)
    case .buildEnds: buildEnds()
    case .serves:
      breaker.cycleEnded(at: instant)
      hasWritten = false
      for output in outputs where output.isOfServer { plan(.write(output), in: output.time, ofBuild: builds) }
    }
  }

  private mutating func write(_ output: Output) {
    let content = output.content == .always ? number : (reading.values.reduce(7, +))
    number += 1
    let name =
      switch output.name {
      case .always(let name): name
      case .new, .temporary: "/d/file.\(number)"
      }
    if output.content == .ofInputsIfNew, contents[name] == content { return }
    hasWritten = hasWritten || output.isOfServer
    set(name, content)
  }

  private mutating func set(_ path: String, _ content: Int?) {
    contents[path] = content
    let isNew = known[path] == nil
    breaker.changed(known[path] == content ? [] : [path], at: instant, canBeOurs: hasWritten) { _ in isNew }
    breaker.written([path])
    if !breaker.isCycleOpen { hasWritten = false }
    batch.insert(path)
    batchTimes = (batchTimes?.first ?? now, now)
  }

  private mutating func endBatch() {
    let changed = batch.filter { contents[$0] != known[$0] }
    let new = changed.filter { known[$0] == nil }
    let unchanged = batch.subtracting(changed).filter { contents[$0] != nil }
    for path in batch { known[path] = contents[path] }
    (batch, batchTimes) = ([], nil)
    let existing = Set(contents.keys)
    let wanted = breaker.takeBatch(
      changed.sorted(), new: new, unchanged: unchanged.sorted(), at: instant, exists: existing.contains)
    if !wanted.isEmpty { startCycle() }
  }

  private mutating func startCycle() {
    breaker.cycleBegan()
    if isBuilding { breaker.buildEnded(.none, at: instant) }
    actions.removeAll { $0.build != nil }
    builds += 1
    isBuilding = true
    reading = inputs
    breaker.buildBegan()
    for output in outputs where !output.isOfServer { plan(.write(output), in: output.time, ofBuild: builds) }
    plan(.buildEnds, in: buildTime, ofBuild: builds)
  }

  private mutating func buildEnds() {
    for path in contents.keys.filter({ $0.hasPrefix("/d/") })
    where outputs.contains(where: { $0.name == .temporary }) {
      set(path, nil)
    }
    isBuilding = false
    let result: LoopBreaker.BuildResult =
      !comparesPrograms || program == nil ? .unknown : program == reading ? .same : .different
    (built, program) = (reading, reading)
    breaker.buildEnded(result, at: instant)
    if result == .same {
      breaker.cycleEnded(at: instant)
    } else {
      plan(.serves, in: startTime, ofBuild: builds)
    }
  }
}
