public import Simulator

/// What the analyzer is worth: every scenario many times through the daemon's own path, judged.
///
/// The same options give the same results, whatever the number of threads.
public struct Evaluation: Sendable {
  public struct Options: Sendable {
    /// Names of those to judge alone; nil for all, with everything that is counted besides.
    public var scenarios: [String]?
    /// How often each scenario is run; run k has the seed `seed` + k - 1.
    public var runs = 40
    /// How many days are counted for false alarms; nil for 40, or none where scenarios are named.
    public var days: Int?
    public var seed: UInt64 = 1
    public var models: [SignalModel] = [.wander]
    public var threads = 1

    public init() {}

    /// Falls and other things that can be mistaken are run so many times as often.
    static let challengeFactor = 5
  }

  public let options: Options
  /// By signal model, then in the order of the requirements.
  let verdicts: [ScenarioResult]
  let days: [DayTally]
  let confusion: [ConfusionRow]
  let rates: [RateResult]
  /// Simulated seconds over all runs.
  public let seconds: Int

  /// Whether every verdict holds: what the command's exit code says.
  public var holds: Bool { verdicts.allSatisfy(\.holds) }

  /// Judges; `progress` is told, from any thread, how many seconds of how many are done.
  public init(_ options: Options, progress: @escaping @Sendable (Int, Int) -> Void) {
    self.options = options
    let plan = Plan(options)
    let ends = plan.jobs.reduce(into: [0]) { $0.append($0.last! + $1.seconds) }
    let total = ends.last ?? 0
    let board = Board(
      count: plan.jobs.count, progress: { progress(ends[$0], total) },
      job: { plan.jobs[$0].run() })
    let runs = board.run(threads: options.threads)
    let groups = plan.groups.map { group in
      Group(
        scenario: group.scenario, model: group.model, firstSeed: options.seed,
        runs: Array(runs[group.jobs]))
    }
    verdicts = groups.compactMap { ScenarioResult($0) }
    days = groups.compactMap { DayTally($0) }
    confusion = groups.compactMap { ConfusionRow($0) }
    rates = groups.compactMap { RateResult($0) }
    seconds = total
  }
}

/// All runs of one scenario under one signal model.
struct Group: Sendable {
  let scenario: Scenario
  let model: SignalModel
  let firstSeed: UInt64
  let runs: [Run]
}

/// What is kept of one run.
struct Run: Sendable {
  /// By the clauses of the scenario's verdict.
  var outcomes: [Outcome]
  var raised: [Raised]
}

/// One run to be.
struct Job: Sendable {
  let scenario: Scenario
  let model: SignalModel
  let seed: UInt64

  var seconds: Int { Int(scenario.hours * 3600) }

  func run() -> Run {
    let judge = Judge(account: Account(scenario, model: model, seed: seed))
    let verdict = Verdict.of(scenario.name)
    return Run(outcomes: verdict?.clauses.map(judge.judge) ?? [], raised: judge.raised)
  }
}

/// Which scenarios are run, how often, and in which order.
struct Plan {
  private(set) var jobs: [Job] = []
  private(set) var groups: [(scenario: Scenario, model: SignalModel, jobs: Range<Int>)] = []

  init(_ options: Evaluation.Options) {
    // The longest first, so that no thread is left alone with a day at the end.
    let scenarios = Scenario.all.filter { Self.count($0, options) > 0 }
      .enumerated().sorted { ($1.element.hours, $0.offset) < ($0.element.hours, $1.offset) }
      .map(\.element)
    for scenario in scenarios {
      for model in options.models {
        let start = jobs.count
        for number in 0..<Self.count(scenario, options) {
          jobs.append(
            Job(scenario: scenario, model: model, seed: options.seed + UInt64(number)))
        }
        groups.append((scenario, model, start..<jobs.count))
      }
    }
    let order = Scenario.all.map(\.name)
    func place(_ group: (scenario: Scenario, model: SignalModel, jobs: Range<Int>)) -> Int {
      let models = options.models
      let names = order.count
      return (models.firstIndex(of: group.model) ?? 0) * names
        + (order.firstIndex(of: group.scenario.name) ?? 0)
    }
    groups.sort { place($0) < place($1) }
  }

  private static func count(_ scenario: Scenario, _ options: Evaluation.Options) -> Int {
    let isNamed = options.scenarios?.contains(scenario.name) ?? false
    if DayTally.scenarios.contains(scenario.name) {
      // A day is judged and counted at once.
      return options.days ?? (options.scenarios == nil || isNamed ? 40 : 0)
    }
    guard isNamed || options.scenarios == nil else { return 0 }
    if ConfusionRow.scenarios.contains(scenario.name) {
      return options.runs * Evaluation.Options.challengeFactor
    }
    return isNamed || Verdict.of(scenario.name) != nil || RateResult.rate(of: scenario) != nil
      ? options.runs : 0
  }
}
