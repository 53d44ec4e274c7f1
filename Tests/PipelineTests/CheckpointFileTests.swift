import Configuration
import Probes
import Testing
import Thermoregulation

@testable import Pipeline

/// What lies in the state directory: written, damaged, and read again.
@Suite struct CheckpointFileTests {
  private let inputs: [Input] = [
    .sample(
      Sample(
        time: Timestamp(nanoseconds: 1_234_567_890), port: 300, quantity: .pulseRate,
        thousandths: -5, decimals: 2, validity: .questionable, flags: [.motion, .powerOn],
        channel: 7, site: .ambient)),
    .attached(65_534, Timestamp(seconds: 2)), .detached(1, Timestamp(seconds: 3)),
    .passed(Timestamp(seconds: 1_000_000_000)),
    .mark(.skinToSkinEnd, infant: 70_000, by: nil, Timestamp(seconds: 4)),
    .acknowledge(alarm: 123_456_789, by: nil, Timestamp(seconds: 5)),
    .spotCheck(36_700, .rectal, infant: 3, by: nil, Timestamp(seconds: 6)),
    .house(.storage, .diskFull, Timestamp(seconds: 7)),
    .house(.socketLost, nil, Timestamp(seconds: 8)),
  ]

  /// A log of two groups of these inputs.
  private func log(from number: UInt64 = 40) -> [UInt8] {
    var group = InputGroup(next: number)
    var bytes: [UInt8] = []
    for _ in 0..<2 {
      for input in inputs { group.add(input) }
      group.seal()
      bytes += group.bytes
      group.clear()
    }
    return bytes
  }

  private func read(
    _ bytes: [UInt8], from number: UInt64 = 40
  ) -> (inputs: [String], next: UInt64, isWhole: Bool) {
    var found: [String] = []
    let end = InputLog.read(bytes, from: number) { found.append("\($0)") }
    return (found, end.next, end.isWhole)
  }

  private var texts: [String] { (inputs + inputs).map { "\($0)" } }

  @Test func `inputs come back as they were`() {
    let found = read(log())
    #expect(found.inputs == texts)
    #expect(found.next == 58)
    #expect(found.isWhole)
  }

  @Test func `what a checkpoint contains is not told twice`() {
    let found = read(log(), from: 45)
    #expect(found.inputs == Array(texts.dropFirst(5)))
    #expect(found.next == 58)
    #expect(read(log(), from: 60).inputs.isEmpty)
    #expect(read(log(), from: 60).next == 60)
  }

  @Test func `inputs that are missing are noticed, and those after them are told`() {
    let found = read(log(), from: 30)
    #expect(found.inputs == texts)
    #expect(!found.isWhole)
  }

  @Test func `a log cut anywhere gives all whole groups and nothing else`() {
    let whole = log()
    for count in 0..<whole.count {
      let found = read(Array(whole[..<count]))
      let groups = count * 2 / whole.count
      #expect(found.inputs == Array(texts.prefix(groups * inputs.count)))
      #expect(found.isWhole == (count % (whole.count / 2) == 0))
    }
  }

  @Test func `a bit that flips anywhere is noticed, and loses no earlier group`() {
    let whole = log()
    for bit in 0..<(whole.count * 8) {
      var damaged = whole
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      let found = read(damaged)
      let groups = bit / 8 * 2 / whole.count
      #expect(found.inputs == Array(texts.prefix(groups * inputs.count)))
      #expect(!found.isWhole)
    }
  }

  private let moment = ClockMoment(
    stream: Timestamp(seconds: 100), boot: 100_000_000_000, bootIdentity: "b-1",
    wall: 1_700_000_000_000_000_000, label: "boottime")

  private func checkpoint() -> [UInt8] {
    var bytes: [UInt8] = [1, 2, 3]
    CheckpointFile.begin(moment, next: 77, in: &bytes)
    bytes += [9, 8, 7, 6]
    CheckpointFile.finish(&bytes)
    return bytes
  }

  @Test func `a checkpoint comes back as it was`() throws {
    let file = try CheckpointFile(parsing: checkpoint())
    #expect(file.moment == moment)
    #expect(file.next == 77)
    #expect(file.archive == [9, 8, 7, 6])
  }

  @Test func `a checkpoint that was cut or changed anywhere is refused in a sentence`() {
    let whole = checkpoint()
    var damaged = (0..<whole.count).map { Array(whole[..<$0]) } + [whole + [0]]
    for bit in 0..<(whole.count * 8) {
      damaged.append(whole)
      damaged[damaged.count - 1][bit / 8] ^= 1 << UInt8(bit % 8)
    }
    for bytes in damaged {
      let error = #expect(throws: CheckpointError.self) { try CheckpointFile(parsing: bytes) }
      #expect(error?.description.contains("expected") == true)
    }
  }
}

/// How time goes on.
@Suite struct ResumptionTests {
  private let second: Int64 = 1_000_000_000

  /// The clocks of a checkpoint; a minute of inputs followed it.
  private func moment(
    _ stream: Int64, boot: Int64, _ identity: String = "b-1", wall: Int64 = 1_000_000,
    label: String = "boottime"
  ) -> ClockMoment {
    ClockMoment(
      stream: Timestamp(seconds: stream), boot: boot * second, bootIdentity: identity,
      wall: wall * second, label: label)
  }

  private func resume(
    _ then: ClockMoment, _ now: ClockMoment, _ choice: ClockChoice = .boottime
  ) -> (seconds: Int64, isLong: Bool, later: Int64) {
    let newest = then.stream.advanced(by: 60 * second)
    let resumption = Resumption(choice, then: then, newest: newest, now: now)
    return (
      resumption.clock.time(atBoot: now.boot).seconds, resumption.isLong,
      resumption.clock.time(atBoot: now.boot + 10 * second).seconds
    )
  }

  @Test func `within one boot the clock is the same, whatever the wall clock does`() {
    let found = resume(moment(500, boot: 500), moment(0, boot: 600, wall: 5))
    #expect(found == (600, false, 610))
    // What an earlier reboot has put it ahead by, it stays ahead by.
    #expect(
      resume(moment(9_500, boot: 500), moment(0, boot: 600, wall: 5)) == (9_600, false, 9_610))
  }

  @Test func `after another boot it goes on by the wall clock's time`() {
    let found = resume(
      moment(500, boot: 500, wall: 1_000_000), moment(0, boot: 20, "b-2", wall: 1_000_300))
    #expect(found == (800, false, 810))
  }

  @Test func `a wall clock that was set back is not believed, and time does not go back`() {
    let slightly = resume(
      moment(500, boot: 500, wall: 1_000_000), moment(0, boot: 20, "b-2", wall: 1_000_030))
    #expect(slightly == (560, false, 570))
    let far = resume(moment(500, boot: 500, wall: 1_000_000), moment(0, boot: 20, "b-2", wall: 7))
    #expect(far == (560, true, 570))
  }

  @Test func `a pause of hours empties the windows, one of months is not believed`() {
    let hours = resume(
      moment(500, boot: 500, wall: 1_000_000), moment(0, boot: 20, "b-2", wall: 1_030_000))
    #expect(hours == (30_500, true, 30_510))
    let months = resume(
      moment(500, boot: 500, wall: 1_000_000), moment(0, boot: 20, "b-2", wall: 9_000_000))
    #expect(months == (560, true, 570))
  }

  @Test func `another clock than before tells nothing of the pause`() {
    let found = resume(moment(500, boot: 500, label: "fast 60"), moment(0, boot: 501))
    #expect(found == (560, true, 570))
  }

  @Test func `a fast clock goes on fast, and a driven one where its driver was`() {
    let label = ClockChoice.fast(60).label!
    let fast = resume(
      moment(500, boot: 500, label: label), moment(0, boot: 510, label: label), .fast(60))
    #expect(fast == (1_100, false, 1_700))
    let driven = resume(
      moment(500, boot: 500, label: "driven"), moment(0, boot: 510, label: "driven"),
      .driven(path: "/x"))
    #expect(driven == (560, false, 560))
  }

  @Test func `a clock that is ahead wakes its timers on its own seconds`() {
    let clock = StreamClock.running(rate: 1, origin: 0, start: 250_000_000)
    #expect(clock.bootTime(at: Timestamp(seconds: 5)) == 4_750_000_000)
    #expect(clock.aheadOfBoot == 250_000_000)
    let first = clock.seconds!.first
    #expect(clock.time(atBoot: first).nanoseconds % second == 0)
    #expect(clock.seconds!.interval == second)
    let fast = StreamClock.running(rate: 60, origin: 1_000, start: 7)
    #expect(fast.aheadOfBoot == nil)
    for time in [Int64(8), 100, 12_345_678] {
      let boot = fast.bootTime(at: Timestamp(nanoseconds: time))!
      #expect(fast.time(atBoot: boot).nanoseconds >= time)
      #expect(fast.time(atBoot: boot - 1).nanoseconds < time)
    }
  }
}
