import Simulator
import Synchronization
import Testing

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
