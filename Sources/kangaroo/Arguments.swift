/// The words after a command, taken one by one.
struct Arguments {
  private var words: [String]

  init(_ words: some Sequence<String>) { self.words = Array(words) }

  /// The next word that is no option; nil where none is left.
  mutating func next() -> String? { words.isEmpty ? nil : words.removeFirst() }

  /// Whether the flag is there; takes it out.
  mutating func takeFlag(_ name: String) -> Bool {
    guard let place = words.firstIndex(of: name) else { return false }
    words.remove(at: place)
    return true
  }

  /// The value of an option, given as `--name value` or `--name=value`; takes both out.
  mutating func takeOption(_ name: String) throws(Failure) -> String? {
    if let place = words.firstIndex(where: { $0.hasPrefix(name + "=") }) {
      return String(words.remove(at: place).dropFirst(name.count + 1))
    }
    guard let place = words.firstIndex(of: name) else { return nil }
    guard place + 1 < words.count else { throw Failure(.usage, "\(name) needs a value") }
    words.remove(at: place)
    return words.remove(at: place)
  }

  /// A whole number within bounds.
  mutating func takeNumber(_ name: String, _ bounds: ClosedRange<Int>) throws(Failure) -> Int? {
    guard let text = try takeOption(name) else { return nil }
    guard let number = Int(text), bounds.contains(number) else {
      throw Failure(
        .usage,
        "found \(name) “\(text)”, expected a whole number from \(bounds.lowerBound) "
          + "to \(bounds.upperBound)")
    }
    return number
  }

  /// Refuses what nobody took.
  func finish() throws(Failure) {
    guard let word = words.first else { return }
    throw Failure(.usage, "found the argument “\(word)”, which is not expected here")
  }
}
