import Simulator
import Synchronization
import Testing
import Thermoregulation

@testable import Evaluation

@Suite struct EvaluationTests {
  private func options(_ scenarios: String..., runs: Int = 3) -> Evaluation.Options {
    var options = Evaluation.Options()
    options.scenarios = scenarios
    options.runs = runs
    return options
  }

  @Test func `every verdict is about a scenario, and every numbered scenario has one`() {
    for verdict in Verdict.all {
      #expect(Scenario.named(verdict.scenario) != nil, "\(verdict.scenario)")
    }
    #expect(Set(Verdict.all.map(\.scenario)).count == Verdict.all.count)
    for scenario in Scenario.all where scenario.name.wholeMatch(of: /s\d+(-.*)?/) != nil {
      #expect(Verdict.of(scenario.name) != nil, "\(scenario.name)")
    }
    for name in ConfusionRow.scenarios + DayTally.scenarios {
      #expect(Scenario.named(name) != nil, "\(name)")
    }
  }

  @Test func `every rule, priority and cause that a verdict names exists`() {
    let rules = Set(Rule.allCases.map(\.name))
    let causes = Set(Cause.allCases.map(\.name))
    func check(_ wanted: Wanted, _ scenario: String) {
      #expect(rules.isSuperset(of: wanted.rules + wanted.except), "\(scenario) \(wanted)")
      #expect(["low", "medium", "high"].contains(wanted.priority), "\(scenario) \(wanted)")
      #expect(wanted.cause.map(causes.contains) ?? true, "\(scenario) \(wanted)")
    }
    func check(_ anchor: Anchor, _ scenario: String) {
      switch anchor {
      case .told(let wanted): check(wanted, scenario)
      case .latest(let one, let other):
        check(one, scenario)
        check(other, scenario)
      case .onset, .below, .above, .heartDown, .warmedUp, .apart, .gainless: break
      }
    }
    for verdict in Verdict.all {
      #expect(!verdict.clauses.isEmpty)
      for clause in verdict.clauses {
        switch clause.demand {
        case .tells(let wanted, within: _, after: let anchor):
          check(wanted, verdict.scenario)
          check(anchor, verdict.scenario)
        case .never(let wanted, seconds: _), .budget(let wanted, hundredthsADay: _):
          check(wanted, verdict.scenario)
        case .leads(let first, before: let second):
          check(first, verdict.scenario)
          check(second, verdict.scenario)
        case .latches(let rule): #expect(rules.contains(rule), "\(verdict.scenario)")
        case .mostly(let band, percent: _):
          #expect(Band.allCases.map(\.name).contains(band), "\(verdict.scenario)")
        case .trendReturns: break
        }
      }
    }
    #expect(Set(DayTally.trendRules).isSubset(of: rules))
  }

  @Test func `what was tried is judged on the same infants, whatever the threads`() throws {
    let names = ["s3", "s5"]
    var options = options("s3", "s5", runs: 1)
    options.days = 0
    let rules = [("plain", CoolingRuleSet.plain), ("adopted", .adopted)]
    let alone = Comparison(options, rules) { _, _ in }
    options.threads = 3
    #expect(Comparison(options, rules) { _, _ in }.text == alone.text)
    #expect(alone.rows.map(\.title) == ["plain", "adopted"])
    // The adopted rules among others say what they say alone, and the plain ones something else.
    let evaluation = Evaluation(options) { _, _ in }
    for name in names {
      let place = try #require(Comparison.coolings.firstIndex(of: name))
      let delays = alone.rows.map { $0.coolings[place].delays.seconds }
      let verdict = try #require(evaluation.verdicts.first { $0.name == name })
      #expect(verdict.clauses.contains { $0.delays.seconds == delays[1] })
      #expect(delays[0] != delays[1])
    }
  }

  @Test func `every set of rules that was tried is another`() {
    let rules = CoolingRuleSet.tried.map(\.rules)
    for (place, one) in rules.enumerated() {
      #expect(!rules[..<place].contains(one), "\(CoolingRuleSet.tried[place].title)")
    }
    #expect(rules.contains(.plain) && rules.contains(.adopted))
    #expect(Set(CoolingRuleSet.tried.map(\.title)).count == rules.count)
  }

  @Test func `threads change nothing, and neither does a second time`() {
    var options = options("s22", "rate-5.5-from-36.9", "any-air", runs: 2)
    options.models = SignalModel.allCases
    let alone = Evaluation(options) { _, _ in }
    options.threads = 3
    let together = Evaluation(options) { _, _ in }
    #expect(alone.text == together.text)
    #expect(alone.json == together.json)
    #expect(alone.page(target: "x") == together.page(target: "x"))
    #expect(alone.plots.map(\.text) == together.plots.map(\.text))
    #expect(
      alone.plots.map(\.name) == [
        "delay-wander.svg", "confusion-wander.svg", "delay-episodes.svg", "confusion-episodes.svg",
      ])
  }

  @Test func `progress ends with everything done`() {
    let last = Mutex((0, -1))
    let evaluation = Evaluation(options("s21", "s22", runs: 1)) { done, total in
      last.withLock { $0 = (done, total) }
    }
    let (done, total) = last.withLock { $0 }
    #expect(done == total)
    #expect(total == evaluation.seconds)
  }

  @Test func `a bradycardia is noticed and brief ones are not`() {
    let evaluation = Evaluation(options("s22", "s21")) { _, _ in }
    #expect(evaluation.verdicts.map(\.name) == ["s21", "s22"])
    #expect(evaluation.verdicts[1].holds)
    #expect(evaluation.verdicts[1].delays.greatest.map { (5...10).contains($0) } == true)
    #expect(evaluation.json.split(separator: "\n").last?.contains(#""verdicts":2"#) == true)
  }

  /// The second signal model must not be quieter, nor much wilder, than the first.
  @Test(arguments: SignalModel.allCases)
  func `an infant strays by about a tenth of a degree`(model: SignalModel) throws {
    var variances: [Double] = []
    var means: [Double] = []
    for seed in 1...8 as ClosedRange<UInt64> {
      var simulation = Simulation.Options(scenario: try #require(Scenario.named("steady")))
      simulation.hours = 8
      simulation.seed = seed
      simulation.model = model
      var run = try Simulation(simulation)
      var text: [UInt8] = []
      var values: [Double] = []
      while run.next(into: &text) {
        text.removeAll(keepingCapacity: true)
        values.append(run.trueTemperatures[0])
      }
      values.removeFirst(2)
      let mean = values.reduce(0, +) / Double(values.count)
      means.append(mean)
      variances.append(
        values.reduce(0) { $0 + ($1 - 36.9) * ($1 - 36.9) } / Double(values.count))
    }
    let deviation = (variances.reduce(0, +) / Double(variances.count)).squareRoot()
    #expect((0.08...0.16).contains(deviation), "\(deviation)")
    #expect((36.84...36.96).contains(means.reduce(0, +) / Double(means.count)))
  }
}
