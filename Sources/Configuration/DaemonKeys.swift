/// The keys of `[daemon]`.
extension ConfigurationParser {
  /// Bytes in the path of a Unix socket: the kernel's `sun_path` has 108, one of them the end.
  private static let longestSocketPath = 107

  mutating func setDaemon(_ key: String, _ value: String) {
    switch key {
    case "socket-path": setSocketPath(\.socketPath, key, value)
    case "control-socket-path": setSocketPath(\.controlSocketPath, key, value)
    case "state-directory":
      guard value.first == "/" else {
        refuse("found \(key) “\(value.shown)”, expected a path that begins with “/”")
        return
      }
      configuration.stateDirectory = value
    case "journal-size":
      if let size = size(key, value, 1 << 20, "1M") { configuration.journal.size = size }
    case "journal-days":
      if let days = number(key, value, 1...36_500, "days") { configuration.journal.days = days }
    case "commit-interval-ms":
      if let pause = number(key, value, 0...1000, "milliseconds") {
        configuration.journal.commitMilliseconds = pause
      }
    case "record":
      guard value.first == "/" else {
        refuse("found \(key) “\(value.shown)”, expected a path that begins with “/”")
        return
      }
      record.directory = value
      recordPlace = place
    case "record-size":
      record.size = size(key, value, 1 << 20, "1M")
      recordPlace = place
    case "record-file-size":
      record.fileSize = size(key, value, 1 << 16, "64K")
      recordPlace = place
    case "clock":
      guard let clock = ClockChoice(value) else {
        refuse(
          "found clock “\(value.shown)”, "
            + "expected boottime, “fast 2” to “fast 1000”, or “driven PATH”")
        return
      }
      configuration.clock = clock
    default:
      refuse(
        "found the unknown key “\(key.shown)” in [daemon], "
          + "expected socket-path, control-socket-path, state-directory, journal-size, "
          + "journal-days, commit-interval-ms, record, record-size, record-file-size or clock")
    }
  }

  /// Bytes within bounds, of which the lower one is told in words.
  private mutating func size(
    _ key: String, _ value: String, _ least: Int, _ words: String
  ) -> Int? {
    if let size = bytes(value), (least...64 << 30).contains(size) { return size }
    refuse(
      "found \(key) “\(value.shown)”, expected a size such as 64M, \(words) to 64G, in K, M or G")
    return nil
  }

  /// What the keys of a recording say together.
  mutating func settleRecord() {
    guard let directory = record.directory else {
      if record.size != nil || record.fileSize != nil {
        place = recordPlace
        refuse("found a size for recordings, expected “record =” and a directory too")
      }
      return
    }
    var keys = RecordKeys(directory: directory)
    keys.size = record.size ?? keys.size
    keys.fileSize = record.fileSize ?? min(keys.fileSize, keys.size / 4)
    if keys.fileSize > keys.size / 2 {
      place = recordPlace
      refuse(
        "found a record-file-size of \(keys.fileSize) bytes, "
          + "expected at most half of record-size, \(keys.size / 2)")
    }
    configuration.record = keys
  }

  /// A whole number of bytes with a letter for its unit, 1024 of the one before it.
  private func bytes(_ value: String) -> Int? {
    guard let unit = value.last, let shift = ["K": 10, "M": 20, "G": 30][unit],
      let number = Int(value.dropLast()), (0...(1 << 30)).contains(number)
    else { return nil }
    return number << shift
  }

  private mutating func setSocketPath(
    _ path: WritableKeyPath<Configuration, String>, _ key: String, _ value: String
  ) {
    guard value.first == "/", value.utf8.count <= Self.longestSocketPath else {
      refuse(
        "found \(key) “\(value.shown)”, expected a path that begins with “/”, "
          + "of at most \(Self.longestSocketPath) bytes")
      return
    }
    configuration[keyPath: path] = value
    socketPlace = place
  }
}

extension ClockChoice {
  init?(_ value: String) {
    let words = value.split(separator: " ")
    switch (words.first, words.count) {
    case ("boottime", 1): self = .boottime
    case ("fast", 2):
      guard let rate = Int(words[1]), (2...1000).contains(rate) else { return nil }
      self = .fast(rate)
    case ("driven", 2) where words[1].first == "/": self = .driven(path: String(words[1]))
    default: return nil
    }
  }
}
