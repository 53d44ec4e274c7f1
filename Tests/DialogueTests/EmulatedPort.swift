import LinuxIO
import Programs
import Synchronization

/// An emulated device on a real pseudo-terminal, with a thread of its own that answers.
final class EmulatedPort<Device: EmulatedDevice & Sendable>: Sendable {
  let path: String
  private let device: Mutex<Device>
  private let isOver = Atomic<Bool>(false)

  private let scratch: Scratch

  init(_ device: sending Device, in scratch: Scratch) {
    self.device = Mutex(device)
    self.scratch = scratch
    path = scratch.path("port")
  }

  /// Looks at the device, or changes it.
  func with<Result>(_ body: (inout sending Device) throws -> Result) rethrows -> Result {
    try device.withLock { device in
      try body(&device)
    }
  }

  /// Plugs it in; it answers until `unplug`, which every test must call.
  func plugIn() throws {
    let terminal = try PseudoTerminal()
    try scratch.link("port", to: terminal.path)
    _ = try Thread.start(owning: terminal, name: "emulated") { terminal in
      while !self.isOver.load(ordering: .relaxed) {
        self.answer(on: terminal)
        BootClock.sleep(until: BootClock.now + 500_000)
      }
    }
  }

  func unplug() { isOver.store(true, ordering: .relaxed) }

  private func answer(on terminal: borrowing PseudoTerminal) {
    var buffer = [UInt8](repeating: 0, count: 4096)
    var storage = buffer.mutableSpan
    let outcome = terminal.read(into: &storage)
    let baud = (try? terminal.settings.baud) ?? 9600
    let now = BootClock.now
    var answer: [UInt8] = []
    device.withLock { device in
      if case .bytes(let count) = outcome {
        for byte in buffer[..<count] { answer += device.take(byte, baud: baud, at: now) }
      }
      answer += device.speak(at: now)
    }
    if !answer.isEmpty { _ = terminal.write(answer.span) }
  }
}
