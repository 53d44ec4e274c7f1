import Simulator
import Thermoregulation

/// What was tried instead of the adopted cooling rules: each set on the same simulated infants.
public struct Comparison: Sendable {
  /// One set of rules under one signal model.
  struct Row: Sendable {
    let title: String
    let model: SignalModel
    /// False cooling alarms of the days at rest and of those with transfers.
    let rest: Int
    let transfers: Int
    let days: Int
    /// By scenario, in the order of `Comparison.coolings`.
    let coolings: [Cooling]
    /// Runs in which a slow drift was taken for cooling.
    let drifts: Int
    let runs: Int
  }

  /// What became of one cooling scenario.
  struct Cooling: Sendable {
    /// Seconds from the onset to the first alarm of its verdict.
    let delays: Delays
    /// Runs in which it came later than the verdict allows, or not at all.
    let late: Int
    /// Runs in which a cooling alarm came before cold stress.
    let leads: Int
  }

  public let options: Evaluation.Options
  let rows: [Row]
  /// Simulated seconds, each judged by every set of rules.
  public let seconds: Int

  static let coolings = [
    "s2", "s3", "s4", "s5", "s6", "s7", "s33", "rate-0.5-from-36.9", "rate-1.0-from-36.9",
  ]
  private static let drift = "s30"

  /// Runs everything; `progress` is told, from any thread, how many seconds of how many are done.
  public init(
    _ options: Evaluation.Options, progress: @escaping @Sendable (Int, Int) -> Void
  ) {
    self.init(options, CoolingRuleSet.tried, progress: progress)
  }

  init(
    _ options: Evaluation.Options, _ tried: [(title: String, rules: CoolingRuleSet)],
    progress: @escaping @Sendable (Int, Int) -> Void
  ) {
    self.options = options
    let stories = Self.stories(options)
    let ends = stories.reduce(into: [0]) { $0.append($0.last! + $1.seconds) }
    let total = ends.last ?? 0
    let board = Board(
      count: stories.count, progress: { progress(ends[$0], total) },
      job: { number in
        let story = stories[number]
        return Account.accounts(
          story.scenario, model: story.model, seed: story.seed,
          by: tried.map(\.rules)
        ).map { Tale($0, story.scenario) }
      })
    let tales = board.run(threads: options.threads)
    rows = options.models.flatMap { model in
      tried.indices.map { place in
        Row(
          tried[place].title, model,
          zip(stories, tales).filter { $0.0.model == model }.map { ($0, $1[place]) })
      }
    }
    seconds = total
  }

  private static func stories(_ options: Evaluation.Options) -> [Job] {
    let counts =
      DayTally.scenarios.map { ($0, options.days ?? options.runs) }
      + [(drift, options.runs)] + coolings.map { ($0, options.runs) }
    return counts.filter { options.scenarios?.contains($0.0) ?? true }.flatMap { name, count in
      guard let scenario = Scenario.named(name) else {
        preconditionFailure("the simulator tells \(name)")
      }
      return options.models.flatMap { model in
        (0..<count).map {
          Job(scenario: scenario, model: model, seed: options.seed + UInt64($0))
        }
      }
    }
  }
}

/// What is kept of one run under one set of rules.
struct Tale: Sendable {
  /// Whether the first clause about its cooling alarms held, and after how long.
  let outcome: Outcome
  let leads: Bool
  /// Cooling alarms that were raised.
  let alarms: Int

  init(_ account: Account, _ scenario: Scenario) {
    let judge = Judge(account: account)
    let raised = judge.raised.filter(\.isNew)
    alarms = raised.count { Wanted.trends.contains($0.rule) && $0.after >= 0 }
    func first(_ rules: [String]) -> Int? {
      raised.first { $0.after >= 0 && rules.contains($0.rule) }?.after
    }
    leads = (first(Wanted.trends) ?? .max) < (first(["cold-stress"]) ?? .max)
    let clause = Verdict.of(scenario.name)?.clauses.first {
      if case .tells(_, within: _, after: .onset) = $0.demand { true } else { false }
    }
    outcome = judge.judge(clause ?? .tells(.trend, within: .max / 2))
  }
}

extension Comparison.Row {
  fileprivate init(_ title: String, _ model: SignalModel, _ tales: [(story: Job, tale: Tale)]) {
    self.title = title
    self.model = model
    func told(_ name: String) -> [Tale] {
      tales.filter { $0.story.scenario.name == name }.map(\.tale)
    }
    func alarms(_ name: String) -> Int { told(name).reduce(0) { $0 + $1.alarms } }
    rest = alarms("steady")
    transfers = alarms("s1")
    days = told("s1").count
    coolings = Comparison.coolings.map { name in
      let own = told(name)
      return Comparison.Cooling(
        delays: Delays(own.compactMap(\.outcome.delay)),
        late: own.count { $0.outcome.kind != .held }, leads: own.count(where: \.leads))
    }
    let drifting = told("s30")
    drifts = drifting.count { $0.alarms > 0 }
    runs = drifting.count
  }
}
