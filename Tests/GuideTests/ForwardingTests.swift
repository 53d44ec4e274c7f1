import EventStream
import LinuxIO
import Programs
import Testing

@Suite("Forwarding", .enabled("mosquitto, its tools and jq are installed") { Broker.isInstalled })
struct ForwardingTests {
  @Test("loses no alarm, whoever is stopped, killed or restarted")
  func alarms() throws {
    let ward = try AlarmingDaemon()
    let broker = try Broker(in: ward.scratch)
    let forwarder = try Forwarder(
      ward: "ward/3", from: ward.daemon.socket, to: broker, in: ward.scratch)
    func names() throws -> [String] {
      try broker.published().compactMap { try JSON(parsing: $0.message).shown("by") }
    }
    func awaitAll(_ what: String) throws {
      _ = try awaited("everybody \(what)") { () -> Bool? in
        try names().last == ward.told.last ? true : nil
      }
    }
    _ = try awaited("the alarm that stands") { try broker.published().first }
    try ward.acknowledge(10)
    try awaitAll("at first")

    try ward.acknowledge(5)
    try broker.stop()
    try ward.acknowledge(10)
    // It has tried in vain at least once.
    _ = try awaited("a complaint") { () -> Bool? in
      try ward.scratch.read("forward.err").contains("trying again") ? true : nil
    }
    try broker.start()
    try awaitAll("after the broker's restart")

    for round in 1...3 {
      try ward.acknowledge(6)
      // While it is at one of them.
      _ = try awaited("one of round \(round)") { () -> Bool? in
        let last = try names().last
        return last == ward.told[ward.told.count - 6] || last == ward.told.last ? true : nil
      }
      try forwarder.kill()
      try awaitAll("after its death \(round)")
    }

    let before = try broker.published().count
    try ward.restart()
    // That another run has begun is told, and what stands in it.
    _ = try awaited("the next run") { () -> Bool? in
      let last = try broker.published().dropFirst(before).map { try JSON(parsing: $0.message) }
      let isTold = last.contains { $0.type == "gap" }
      return isTold && last.contains { $0.type == "alarm" && $0["by"] == nil } ? true : nil
    }
    try ward.acknowledge(5)
    try awaitAll("after the daemon's death")

    var newest = 0
    let firsts = try names().filter { name in
      let number = Int(name.dropFirst(6)) ?? 0
      defer { newest = max(newest, number) }
      return number > newest
    }
    #expect(firsts == ward.told)
    #expect(try names().count < ward.told.count + 20)
    for (topic, message) in try broker.published() {
      let line = try JSON(parsing: message)
      #expect(topic == "kangarood/ward_3/\(line.shown("infant") ?? "-")/\(line.type)")
    }
  }

  @Test("keeps its place only when the broker has confirmed")
  func place() throws {
    let ward = try AlarmingDaemon()
    let broker = try Broker(in: ward.scratch)
    let forwarder = try Forwarder(
      ward: "w", from: ward.daemon.socket, to: broker, in: ward.scratch, types: "alarm")
    // What was before its first start is told as far as it stands.
    _ = try awaited("the alarm that stands") { try broker.published().first }
    try ward.acknowledge(3)
    func place() throws -> Int? {
      let text = (try? ward.scratch.read("forward-w/place")) ?? ""
      return text.split(separator: ":").last.flatMap { Int($0) }
    }
    func newest() throws -> Int? {
      try broker.published().compactMap { try JSON(parsing: $0.message)["seq"]?.integer }.max()
    }
    _ = try awaited("the place of the third") { () -> Bool? in
      guard let place = try place(), try newest() == place else { return nil }
      let last = try JSON(parsing: try #require(try broker.published().last).message)
      return last.shown("by") == ward.told.last ? true : nil
    }
    let before = try place()
    try broker.stop()
    try ward.acknowledge(3)
    _ = try awaited("a complaint") { () -> Bool? in
      try ward.scratch.read("forward.err").contains("trying again") ? true : nil
    }
    #expect(try place() == before)
    _ = forwarder
  }

  @Test("has a unit that systemd understands, and a page that says what the script reads")
  func unit() throws {
    let unit = try Guide.read("systemd/kangarood-forward@.service")
    let script = try Guide.read("systemd/forward")
    let page = try Guide("Forwarding").text
    let settings = Set(
      script.matches(of: /\$\{?([A-Z_]{4,})/).map { String($0.output.1) }
    ).subtracting(["STATE_DIRECTORY", "RUNTIME_DIRECTORY", "KANGAROO"])
    #expect(settings.count >= 7)
    for setting in settings { #expect(page.contains(setting), "\(setting)") }
    #expect(unit.contains("StateDirectory=") && unit.contains("RuntimeDirectory="))
    guard Broker.path("systemd-analyze") != nil else { return }
    let scratch = try Scratch()
    // The script is not installed where the unit looks for it.
    let installed = unit.replacing("/usr/lib/kangarood/forward", with: "/bin/true")
      .replacing("Documentation=man:kangarood(8)\n", with: "")
    let file = try scratch.write(installed, to: "kangarood-forward@.service")
    let outcome = try shell("systemd-analyze verify \"$0\"", [file])
    #expect(outcome.code == 0)
    #expect(outcome.errors == "")
  }
}
