import Glibc
import LinuxIO
import Testing

@Suite("A serial port")
struct SerialPortTests {
  @Test(
    "runs at the speed that was asked for, standard or not",
    arguments: [50, 2400, 9600, 12_345, 19_200, 115_200, 250_000, 921_600, 4_000_000])
  func speed(baud: Int) throws {
    let terminal = try PseudoTerminal()
    let port = try SerialPort(path: terminal.path, settings: SerialSettings(baud: baud))
    let found = try terminal.settings
    #expect(found.baud == baud)
    let path = port.path
    #expect(path == terminal.path)
  }

  @Test("passes bytes unchanged, unechoed and without flow control")
  func raw() throws {
    let terminal = try PseudoTerminal()
    var port = try SerialPort(path: terminal.path, settings: SerialSettings(baud: 9600))
    let found = try attributes(of: terminal.path)
    #expect(found.c_lflag & tcflag_t(ECHO | ICANON | ISIG | IEXTEN) == 0)
    #expect(found.c_iflag & tcflag_t(IXON | IXOFF | ICRNL | INLCR | IGNCR | ISTRIP) == 0)
    #expect(found.c_oflag & tcflag_t(OPOST) == 0)
    #expect(found.c_cflag & tcflag_t(CREAD) != 0)
    #expect(found.c_cflag & tcflag_t(CLOCAL) != 0)
    #expect(found.c_cflag & tcflag_t(HUPCL) == 0)
    let every = (0...255).map { UInt8($0) }
    #expect(terminal.write(every.span) == .bytes(256))
    let arrived = try read(256, from: &port)
    #expect(arrived == every)
    #expect(readOnce(from: terminal).0 == .nothing)
  }

  @Test("reads nothing while nothing has come")
  func nothing() throws {
    let terminal = try PseudoTerminal()
    var port = try SerialPort(path: terminal.path, settings: SerialSettings(baud: 9600))
    #expect(readOnce(from: &port).0 == .nothing)
  }

  @Test("forgets what came before it was opened")
  func flushed() throws {
    let terminal = try PseudoTerminal()
    #expect(terminal.write([1, 2, 3].span) == .bytes(3))
    var port = try SerialPort(path: terminal.path, settings: SerialSettings(baud: 9600))
    #expect(terminal.write([4].span) == .bytes(1))
    #expect(try read(1, from: &port) == [4])
  }

  @Test("is written to only where that was asked for")
  func writing() throws {
    let terminal = try PseudoTerminal()
    let settings = SerialSettings(baud: 9600)
    do {
      var port = try SerialPort(path: terminal.path, settings: settings, writable: true)
      let outcome = port.write([0x30, 0x31].span)
      #expect(outcome == .bytes(2))
      #expect(readOnce(from: terminal).1 == [0x30, 0x31])
    }
    #expect(try !terminal.isOpened)
    #expect(throws: Never.self) { _ = try SerialPort(path: terminal.path, settings: settings) }
  }

  @Test("is gone once its other side is, and stays gone")
  func gone() throws {
    let terminal = try PseudoTerminal()
    let path = terminal.path
    var port = try SerialPort(path: path, settings: SerialSettings(baud: 9600), writable: true)
    _ = consume terminal
    try awaitReady(port)
    for _ in 0..<3 {
      guard case .gone = readOnce(from: &port).0 else {
        Issue.record("the port is still there")
        return
      }
    }
    let written = port.write([1].span)
    #expect(written == .gone(.error(.inputOutput)))
    #expect(throws: SerialPortError.missing(path)) {
      _ = try SerialPort(path: path, settings: SerialSettings(baud: 9600))
    }
  }

  @Test("is nobody else's while it is open")
  func busy() throws {
    let terminal = try PseudoTerminal()
    let settings = SerialSettings(baud: 9600)
    let port = try SerialPort(path: terminal.path, settings: settings)
    #expect(throws: SerialPortError.busy(terminal.path)) {
      _ = try SerialPort(path: terminal.path, settings: SerialSettings(baud: 115_200))
    }
    #expect(try terminal.settings.baud == 9600, "the second must not change the first's speed")
    _ = consume port
    #expect(throws: Never.self) { _ = try SerialPort(path: terminal.path, settings: settings) }
  }

  @Test("says in a sentence why it cannot be had")
  func errors() throws {
    let scratch = try Scratch()
    let file = "\(scratch.path)/file"
    try Files.write([0x41].span, to: file)
    let settings = SerialSettings(baud: 9600)
    #expect(throws: SerialPortError.missing("\(scratch.path)/none")) {
      _ = try SerialPort(path: "\(scratch.path)/none", settings: settings)
    }
    #expect(throws: SerialPortError.notASerialPort(file)) {
      _ = try SerialPort(path: file, settings: settings)
    }
    #expect(throws: SerialPortError.notASerialPort(scratch.path)) {
      _ = try SerialPort(path: scratch.path, settings: settings)
    }
    #expect(throws: SerialPortError.notASerialPort("/dev/null")) {
      _ = try SerialPort(path: "/dev/null", settings: settings)
    }
    let refused = SerialPortError.refused(
      "/dev/ttyUSB0", found: settings, expected: SerialSettings(baud: 4_000_000))
    #expect(
      refused.description
        == "/dev/ttyUSB0 runs at 9600-8n1 although 4000000-8n1 was expected: "
        + "its driver refuses that")
  }

  @Test("with parity takes the kernel's doubling of FF back", arguments: [1, 2, 3, 7, 4096])
  func parity(chunk: Int) throws {
    let terminal = try PseudoTerminal()
    let settings = SerialSettings(baud: 19_200, parity: .odd)
    var port = try SerialPort(path: terminal.path, settings: settings)
    let sent: [UInt8] = [0x41, 0xFF, 0x42, 0xFF, 0xFF, 0x00, 0x43]
    #expect(terminal.write(sent.span) == .bytes(7))
    var arrived: [UInt8] = []
    while arrived.count < sent.count {
      var buffer = [UInt8](repeating: 0, count: chunk)
      var space = buffer.mutableSpan
      try awaitReady(port)
      if case .bytes(let count) = port.read(into: &space) { arrived += buffer[..<count] }
    }
    #expect(arrived == sent)
    let marked = port.markedBytes
    #expect(marked == 0)
  }

  @Test("changes its settings while it is open")
  func reconfigure() throws {
    let terminal = try PseudoTerminal()
    var port = try SerialPort(path: terminal.path, settings: SerialSettings(baud: 9600))
    let odd = SerialSettings(baud: 19_200, parity: .odd)
    try port.reconfigure(odd)
    #expect(try terminal.settings.baud == 19_200)
    #expect(terminal.write([0xFF].span) == .bytes(1))
    #expect(try read(1, from: &port) == [0xFF])
    try port.reconfigure(SerialSettings(baud: 115_200))
    #expect(terminal.write([0xFF, 0x01].span) == .bytes(2))
    #expect(try read(2, from: &port) == [0xFF, 0x01])
  }

  struct Marks: Sendable {
    let arrived: [UInt8]
    let kept: [UInt8]
    let dropped: Int
  }

  @Test(
    "drops and counts damaged bytes, however reads cut the stream",
    arguments: [
      Marks(arrived: [], kept: [], dropped: 0),
      Marks(arrived: [0x41, 0x42], kept: [0x41, 0x42], dropped: 0),
      Marks(arrived: [0xFF, 0xFF], kept: [0xFF], dropped: 0),
      Marks(arrived: [0xFF, 0xFF, 0xFF, 0xFF], kept: [0xFF, 0xFF], dropped: 0),
      Marks(arrived: [0xFF, 0x00, 0x41], kept: [], dropped: 1),
      Marks(arrived: [0xFF, 0x00, 0x00], kept: [], dropped: 1),
      Marks(arrived: [0xFF, 0x00, 0xFF], kept: [], dropped: 1),
      Marks(arrived: [0x41, 0xFF, 0x00, 0x42, 0x43], kept: [0x41, 0x43], dropped: 1),
      Marks(arrived: [0xFF, 0x00, 0xFF, 0xFF, 0xFF, 0x41], kept: [0xFF, 0x41], dropped: 1),
      Marks(arrived: [0x00, 0xFF, 0xFF, 0x00], kept: [0x00, 0xFF, 0x00], dropped: 0),
      Marks(arrived: [0xFF, 0x41, 0x42], kept: [0x41, 0x42], dropped: 1),
    ])
  func marks(row: Marks) {
    for size in [1, 2, 3, 16] {
      var marks = ErrorMarks()
      var kept: [UInt8] = []
      var rest = row.arrived[...]
      while !rest.isEmpty {
        var chunk = Array(rest.prefix(size))
        rest = rest.dropFirst(size)
        var space = chunk.mutableSpan
        let count = marks.strip(&space, count: space.count)
        kept += chunk[..<count]
      }
      #expect(kept == row.kept)
      #expect(marks.dropped == row.dropped)
    }
  }
}
