import Configuration
import EventStream
import LinuxIO
import Probes

/// One configured probe and, while it is plugged in, its open port.
final class PortSlot {
  let section: ProbeSection
  let index: PortIndex
  /// Claimed by a udev tag, not by a section.
  var isTagged = false
  /// Whether its section has gone; it is never opened again.
  var isRetired = false
  var port: SerialPort?
  /// With a probe that must be talked to, while its port is open.
  var conversation: Conversation?
  /// Whether its line takes no more words.
  var isBlocked = false
  var path = ""
  var device: String?
  var isByPath = false
  /// Where a device without serial number was bound.
  var place: String?
  /// When it was lost lately, newest last.
  private var losses: [Timestamp] = []
  var told: (link: Link, detail: String)?
  /// While it is not known what is plugged in.
  var listening: Listening?
  /// What was recognised, where the section leaves it open.
  private var model: ProbeModel?
  var line: LineSettings
  /// Frames counted when the last one came, and when that was.
  private var frames = 0
  private var bytes = 0
  private var lastFrame = Timestamp.zero

  init(_ section: ProbeSection, index: PortIndex) {
    self.section = section
    self.index = index
    line = section.lineSettings
  }

  var settings: SerialSettings { SerialSettings(line) }
  var modelName: String { model?.name ?? section.protocolName }

  /// Closing the port also takes it out of the poll.
  func close() {
    port = nil
    conversation = nil
    isBlocked = false
  }

  /// Lost so often in so short a time, a port is left alone for a while: each opening may reset the
  /// probe, and each line about it tells nothing new.
  private static let mostLosses = 4
  private static let lossSpan: Int64 = 30_000_000_000
  private static let rest: Int64 = 5_000_000_000

  func lost(at now: Timestamp) {
    if losses.count == Self.mostLosses { losses.removeFirst() }
    losses.append(now)
  }

  /// Whether it is left alone for now.
  func isUnsteady(at now: Timestamp) -> Bool {
    guard losses.count == Self.mostLosses, let last = losses.last else { return false }
    return last.since(losses[0]) < Self.lossSpan && now.since(last) < Self.rest
  }

  func listen(at now: Timestamp) {
    // The setting at which something was recognised last comes first.
    let listening = Listening(line: section.line, first: model == nil ? nil : line, at: now)
    line = listening.line
    self.listening = listening
    model = nil
  }

  func recognised(_ model: ProbeModel) {
    line = listening?.line ?? line
    self.model = model
    listening = nil
    frames = 0
    bytes = 0
  }

  /// Whether for a quarter of a minute bytes have come and none of them was a frame.
  func hasLostItsProbe(_ counts: FrameCounts, at now: Timestamp) -> Bool {
    if counts.frames != frames || bytes == 0 {
      frames = counts.frames
      bytes = max(counts.bytes, 1)
      lastFrame = now
      return false
    }
    return counts.bytes - bytes > 256 && now.since(lastFrame) > 15_000_000_000
  }
}

extension ProbeSection {
  /// A dialogue for a probe that must be talked to; nil for others, and without leave to write.
  func makeDialogue() -> (any Dialogue)? {
    mayWrite ? ProbeModel.named(protocolName)?.makeDialogue(sensors: sensors) : nil
  }

  /// Whether the probe's kind is to be found out.
  var isAuto: Bool { ProbeModel.named(protocolName) == nil }

  /// What the configuration says of the line, else what the model does.
  var lineSettings: LineSettings {
    line ?? ProbeModel.named(protocolName)?.line ?? LineSettings(baud: 9600)
  }
}

extension SerialSettings {
  init(_ line: LineSettings) {
    let parity: Parity =
      switch line.parity {
      case .none: .none
      case .odd: .odd
      case .even: .even
      }
    self.init(
      baud: line.baud, dataBits: line.dataBits, parity: parity, stopBits: line.stopBits)
  }
}
