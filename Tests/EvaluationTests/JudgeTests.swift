import Probes
import Testing

@testable import Evaluation
@testable import Thermoregulation

/// Accounts made by hand: an hour of 37.0 °C, then what the test says.
@Suite struct JudgeTests {
  private func account(
    minutes: Int = 60, after celsius: (Int) -> Double = { _ in 37 }
  ) -> Account {
    var account = Account(onset: Timestamp(seconds: 3600))
    for second in 0..<(3600 + minutes * 60) {
      let value = second < 3600 ? 37 : celsius(second - 3600)
      account.add(temperature: Int32(value * 1000 + 0.5), heartRate: 140, infant: 0)
    }
    return account
  }

  private func alarm(
    _ rule: Rule, _ priority: Priority = .low, _ change: AlarmEvent.Change = .raised,
    second: Int, id: Int = 1
  ) -> Event {
    let time = Timestamp(seconds: Int64(3600 + second))
    let alarm = Alarm(
      id: id, rule: rule, priority: priority, infant: 0, onset: time, raised: time)
    return Event(time: time, content: .alarm(AlarmEvent(change: change, alarm: alarm)))
  }

  private func judge(_ clause: Clause, _ account: Account, _ events: Event...) -> Outcome {
    var account = account
    for event in events { account.add(event) }
    return Judge(account: account).judge(clause)
  }

  @Test func anAlarmInTimeHoldsAndALateOneDoesNot() {
    let clause = Clause.tells("cooling-trend", within: 600)
    let account = account()
    #expect(
      judge(clause, account, alarm(.coolingTrend, second: 600)) == Outcome(kind: .held, delay: 600))
    #expect(
      judge(clause, account, alarm(.coolingTrend, second: 611)) == Outcome(kind: .late, delay: 611))
    #expect(judge(clause, account, alarm(.coldStress, second: 60)) == Outcome(kind: .missed))
    #expect(judge(clause, account) == Outcome(kind: .missed))
  }

  @Test func oneThatIsOverBeforeTheOnsetNoticesNothing() {
    let clause = Clause.tells("cooling-trend", within: 600)
    let before = alarm(.coolingTrend, second: -60)
    #expect(judge(clause, account(), before) == Outcome(kind: .held, delay: 0))
    #expect(
      judge(clause, account(), before, alarm(.coolingTrend, .low, .cleared, second: -1))
        == Outcome(kind: .missed))
  }

  @Test func aPriorityIsReachedByEscalation() {
    let clause = Clause.tells(Wanted(["hypothermia"], priority: "high"), within: 120)
    #expect(
      judge(
        clause, account(), alarm(.hypothermia, .medium, second: 10),
        alarm(.hypothermia, .high, .escalated, second: 100)) == Outcome(kind: .held, delay: 100))
  }

  @Test func aLimitIsDueOnceTheTruthStaysBeyondIt() {
    let clause = Clause.tells("cold-stress", within: 360, after: .below(36_500, lasting: 360))
    // Grazes the limit for 5 min at first, and stays below it from 20 min on.
    let course = account { ($0 >= 60 && $0 < 360) || $0 >= 1200 ? 36.4 : 36.8 }
    #expect(
      judge(clause, course, alarm(.coldStress, second: 1500)) == Outcome(kind: .held, delay: 300))
    let grazing = account { $0 >= 60 && $0 < 360 ? 36.4 : 36.8 }
    #expect(judge(clause, grazing) == Outcome(kind: .notDue))
  }

  @Test func aTrueAlarmOfALimitIsNoMisreading() {
    let clause = Clause.never(.any)
    let cold = account { $0 >= 600 && $0 < 900 ? 36.4 : 36.8 }
    #expect(judge(clause, cold, alarm(.coldStress, second: 900)).kind == .held)
    #expect(judge(clause, cold, alarm(.coldStress, second: 300)).kind == .misread)
    #expect(judge(clause, cold, alarm(.hypothermia, .medium, second: 900)).kind == .misread)
    #expect(judge(clause, cold, alarm(.coolingTrend, second: 900)).kind == .misread)
    #expect(judge(clause, cold, alarm(.coolingTrend, second: -900)).kind == .held)
  }

  @Test func whoIsFirstLeads() {
    let clause = Clause.leads(.trend, before: "cold-stress", percent: 90)
    let limit = alarm(.coldStress, second: 1200, id: 2)
    let early = alarm(.coolingFast, second: 1199)
    let late = alarm(.coolingFast, second: 1201)
    #expect(judge(clause, account(), early, limit).kind == .held)
    #expect(judge(clause, account(), limit, late).kind == .late)
    #expect(judge(clause, account(), limit).kind == .missed)
    #expect(judge(clause, account(), early).kind == .notDue)
  }

  @Test func sharesAndBudgetsAreCounted() {
    let held = Outcome(kind: .held, delay: 10)
    let late = Outcome(kind: .late, delay: 90)
    let clause = Clause.tells(.any, within: 60, percent: 90)
    let nine = Array(repeating: held, count: 9)
    #expect(ClauseResult(clause, nine + [late], seed: 5, hours: 1).holds)
    #expect(ClauseResult(clause, nine + [late], seed: 5, hours: 1).failures == [14])
    #expect(!ClauseResult(clause, nine + [late, late], seed: 5, hours: 1).holds)
    let budget = Clause.budget(.trend, hundredthsADay: 60)
    let days = [1, 0, 2].map { Outcome(kind: .held, count: $0) }
    #expect(!ClauseResult(budget, days, seed: 1, hours: 24).holds)
    #expect(
      ClauseResult(budget, days + days.map { _ in held }, seed: 1, hours: 24).holds)
  }

  @Test func percentilesAreOfTheDelaysThemselves() {
    let delays = Delays(Array((1...10).reversed()))
    #expect(delays.percentile(10) == 1)
    #expect(delays.percentile(50) == 5)
    #expect(delays.percentile(90) == 9)
    #expect(delays.greatest == 10)
    #expect(Delays([]).percentile(50) == nil)
  }

  @Test(arguments: [(200, Outcome.Kind.notDue), (400, .missed)])
  func twinsThatLieTooCloseAreNotDue(apart: Int, kind: Outcome.Kind) {
    var account = Account(onset: Timestamp(seconds: 3600))
    for _ in 0..<7200 {
      account.add(temperature: 37_000, heartRate: 140, infant: 0)
      account.add(temperature: Int32(37_000 - apart), heartRate: 140, infant: 1)
    }
    let clause = Clause.tells(
      "possible-swap", within: 600, after: .latest(.apart(300), .onset))
    #expect(judge(clause, account) == Outcome(kind: kind))
    let hint = alarm(.possibleSwap, second: 60)
    #expect(
      judge(clause, account, hint)
        == (kind == .missed ? Outcome(kind: .held, delay: 60) : Outcome(kind: .notDue)))
  }

  @Test(arguments: [(0.1, Outcome.Kind.missed), (0.3, .notDue)])
  func anInfantThatRewarmsByItselfIsNotDue(gain: Double, kind: Outcome.Kind) {
    let account = account(minutes: 70) { 37 + gain * Double($0) / 3600 }
    let clause = Clause.tells("not-rewarming", within: 3900, after: .gainless(200))
    #expect(judge(clause, account) == Outcome(kind: kind))
  }
}
