import EventStream
import Glibc
import LinuxIO
import Programs
import Testing

@Suite("Ports")
struct PortTests {
  @Test("that appear, hang up and come back keep their name, and a loss is an alarm")
  func comingAndGoing() throws {
    let scratch = try Scratch()
    let wire = Wire("port", in: scratch)
    let daemon = try RunningDaemon(section("axilla", path: wire.path), in: scratch)
    let subscriber = try daemon.subscribe("port", "sample", "alarm")
    try wire.plugIn()
    #expect(try subscriber.next { $0.shown("link") == "open" }.shown("path") == wire.path)
    for number in 0..<3 {
      try wire.send(kmc1(temperature: 36_500, number: number, milliseconds: number * 10))
      #expect(try subscriber.next("sample").shown("port") == "axilla")
    }
    #expect(try subscriber.next("port").shown("data") == "fresh")

    let unplugged = Int(BootClock.now / 1_000_000)
    wire.unplug()
    let loss = try subscriber.next { $0.shown("link") == "detached" }
    #expect((loss["t"]?.thousandths ?? .max) - unplugged < 1000)
    #expect(loss.shown("detail")?.hasPrefix("hung up") == true)
    #expect(loss["path"] == nil)
    let alarm = try subscriber.next("alarm")
    #expect(alarm.shown("rule") == "port-lost")
    #expect(alarm.shown("event") == "raised")
    #expect(alarm.shown("port") == "axilla")

    try wire.plugIn()
    let back = try subscriber.next { $0.shown("link") == "open" }
    #expect(back.shown("port") == "axilla")
    #expect(back["flaps"]?.integer == 1)
    #expect(back["detail"] == nil)
    let cleared = try subscriber.next("alarm")
    #expect(cleared.shown("event") == "cleared")
    #expect(cleared["alarm"] == alarm["alarm"].map { JSON($0.value, at: cleared["alarm"]!.at) })
    try wire.send(kmc1(temperature: 36_500, number: 4, milliseconds: 4000))
    try subscriber.next("sample")
  }

  @Test("that cannot be opened say why, and the others are read")
  func unusable() throws {
    let scratch = try Scratch()
    let wire = try Wire("good", in: scratch).plugIn()
    let file = try scratch.write("no terminal", to: "file")
    let daemon = try RunningDaemon(
      section("null", path: "/dev/null") + section("file", path: file)
        + section("missing", path: "/nowhere/port") + section("directory", path: "/tmp")
        + section("good", path: wire.path), in: scratch)
    try wire.awaitOpening()
    var ports: [String: JSON] = [:]
    _ = try awaited("five ports looked at") { () -> Bool? in
      for port in try daemon.connect().lines(upTo: "live") where port.type == "port" {
        ports[port.shown("port")!] = port
      }
      let isLookedAt = ports.values.allSatisfy { $0["detail"] != nil || $0.shown("link") == "open" }
      return isLookedAt && ports.count == 5 ? true : nil
    }
    for name in ["null", "file", "directory"] {
      #expect(ports[name]?.shown("link") == "denied", "\(name)")
      #expect(ports[name]?.shown("detail")?.contains("is not a serial port") == true, "\(name)")
    }
    #expect(ports["missing"]?.shown("link") == "detached")
    #expect(ports["missing"]?.shown("detail")?.contains("does not exist") == true)
    #expect(ports["good"]?.shown("link") == "open")
    let subscriber = try daemon.subscribe("sample")
    try wire.send(kmc1(temperature: 36_500, number: 0, milliseconds: 0))
    #expect(try subscriber.next("sample").shown("port") == "good")
  }

  @Test("that may not be opened say so, and are opened once they may")
  func forbidden() throws {
    let scratch = try Scratch()
    let wire = try Wire("port", in: scratch).plugIn()
    #expect(chmod(wire.node, 0) == 0)
    // Who may do everything is no test: then the daemon is somebody else.
    var runner: [String] = []
    if geteuid() == 0 {
      #expect(chown(scratch.path, 65_534, 65_534) == 0)
      runner = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    }
    let daemon = try RunningDaemon(
      section("port", path: wire.path), in: scratch, runner: runner)
    let port = try awaited("a port that is denied") { () -> JSON? in
      try daemon.connect().lines(upTo: "live").first { $0.shown("link") == "denied" }
    }
    #expect(port.shown("detail")?.contains("may not be opened by this user") == true)
    let subscriber = try daemon.subscribe("port")
    #expect(chmod(wire.node, 0o666) == 0)
    #expect(try subscriber.next("port").shown("link") == "open")
  }

  @Test("from which nothing but noise comes are garbled, and the noise is counted")
  func noise() throws {
    let bed = try Bedside()
    let subscriber = try bed.daemon.subscribe("port", "heartbeat", "wire", "sample")
    var state: UInt64 = 0x9E37_79B9
    for _ in 0..<10 {
      try bed.tick()
      var bytes: [UInt8] = []
      for _ in 0..<2000 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes.append(UInt8(truncatingIfNeeded: state >> 33))
      }
      try bed.send(bytes)
      try bed.send("$KMTMP,1,1,AXI,36.900,0000,*00\r\n")
    }
    // The next whole line is understood as if nothing had been.
    try bed.tick(36_900)
    try subscriber.next("sample")
    for _ in 0..<30 { try bed.tick() }
    try bed.awaitClock()
    var lines: [JSON] = []
    while let line = subscriber.nextLineIfAny() { lines.append(try JSON(parsing: line)) }
    let rejected = lines.last { $0.type == "heartbeat" }?["rejected"]?.integer ?? 0
    #expect(rejected >= 10)
    #expect(bed.daemon.isRunning)
  }

  @Test("show as garbled while no line of theirs is whole")
  func garbled() throws {
    let bed = try Bedside()
    let subscriber = try bed.daemon.subscribe("port")
    for _ in 0..<5 {
      try bed.tick()
      try bed.send("$KMTMP,1,1,AXI,36.900,0000,*00\r\n")
    }
    try bed.tick()
    #expect(try subscriber.next("port").shown("data") == "garbled")
  }

  private func section(_ name: String, path: String) -> String {
    """
    [probe \(name)]
    path = \(path)
    protocol = kmc1
    infant = bed-1
    site = axilla

    """
  }
}
