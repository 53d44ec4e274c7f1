import Journal
import Probes
import Thermoregulation

/// The form of a checkpoint on disk.
///
///     kangarood checkpoint 1⏎ TTTTTTTT BBBBBBBB WWWWWWWW NNNNNNNN I…I L…L A…A CCCC
///
/// - T, B, W: stream, boot and wall clock, nanoseconds, little-endian as all else
/// - N: number of the first input that is not in it
/// - I, L: the boot's identity and the clock's name, each after a byte for its length
/// - A: the analyzer's archive
/// - C: CRC-32C of all before it
struct CheckpointFile: Equatable {
  static let firstLine = "kangarood checkpoint 1\n"
  /// Bytes; more is no checkpoint of any ward.
  static let longest = 1 << 26

  var moment: ClockMoment
  /// Number of the first input that is not contained.
  var next: UInt64
  var archive: [UInt8]

  /// Begins a file whose archive the caller appends; `finish` completes it.
  static func begin(_ moment: ClockMoment, next: UInt64, in bytes: inout [UInt8]) {
    bytes.removeAll(keepingCapacity: true)
    bytes.append(contentsOf: firstLine.utf8)
    append(UInt64(bitPattern: moment.stream.nanoseconds), to: &bytes)
    append(UInt64(bitPattern: moment.boot), to: &bytes)
    append(UInt64(bitPattern: moment.wall), to: &bytes)
    append(next, to: &bytes)
    append(moment.bootIdentity, to: &bytes)
    append(moment.label, to: &bytes)
  }

  static func finish(_ bytes: inout [UInt8]) {
    var checksum = Checksum()
    checksum.add(bytes.span)
    let value = checksum.value
    for byte in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(8 * byte))) }
  }

  private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
    for byte in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * byte))) }
  }

  private static func append(_ word: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(clamping: word.utf8.count))
    bytes.append(contentsOf: word.utf8.prefix(255))
  }

  init(parsing bytes: [UInt8]) throws(CheckpointError) {
    let first = Array(Self.firstLine.utf8)
    guard bytes.starts(with: first) else {
      throw CheckpointError("found no checkpoint of this version, expected one")
    }
    guard bytes.count >= first.count + 4 else { throw .tooShort }
    let end = bytes.count - 4
    var checksum = Checksum()
    checksum.add(bytes.span.extracting(..<end))
    guard InputLog.number(bytes, end, 4) == UInt64(checksum.value) else {
      throw CheckpointError("found a checksum that differs, expected that of its bytes")
    }
    var place = first.count
    func number() throws(CheckpointError) -> UInt64 {
      guard end - place >= 8 else { throw .tooShort }
      place += 8
      return InputLog.number(bytes, place - 8, 8)
    }
    func word() throws(CheckpointError) -> String {
      guard place < end, end - place > Int(bytes[place]) else { throw .tooShort }
      let start = place + 1
      place = start + Int(bytes[place])
      return String(decoding: bytes[start..<place], as: UTF8.self)
    }
    let stream = Int64(bitPattern: try number())
    let boot = Int64(bitPattern: try number())
    let wall = Int64(bitPattern: try number())
    next = try number()
    let identity = try word()
    moment = ClockMoment(
      stream: Timestamp(nanoseconds: stream), boot: boot, bootIdentity: identity, wall: wall,
      label: try word())
    let sober: ClosedRange<Int64> = 0...4_000_000_000_000_000_000
    guard sober.contains(stream), sober.contains(boot), sober.contains(wall), next < 1 << 60 else {
      throw CheckpointError("found clocks that no clock shows, expected times")
    }
    archive = Array(bytes[place..<end])
  }
}

/// Why a checkpoint is not used, in one sentence.
struct CheckpointError: Error, Equatable, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }

  static let tooShort = CheckpointError("found its end, expected more of a checkpoint")
}
