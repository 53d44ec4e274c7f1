/// A text protocol whose frames are lines: what a whole line says.
protocol LineGrammar: Sendable {
  associatedtype Content

  /// The most characters that a line has, its end not counted.
  static var longestLine: Int { get }

  /// What a line of printable ASCII says, nil where it is no line of this protocol.
  ///
  /// Called once for each line, so that what the grammar remembers of it counts once.
  mutating func parse(_ line: Span<UInt8>) -> Content?

  mutating func accept(
    _ content: Content, _ context: FrameContext, counts: inout FrameCounts,
    into batch: inout SampleBatch)
}

/// The envelope of all line protocols: printable ASCII, ended by CR, LF or both in either order.
///
/// A line is taken whole or refused whole: one that began before the first byte fed, lost its end,
/// holds a foreign byte or is too long is never repaired. NULs before a line are separators:
/// Masimo units send them, and Linux reads a break as one.
struct Lines<Grammar: LineGrammar>: Format {
  static var longestFrame: Int { Grammar.longestLine + 1 }

  private var grammar: Grammar
  /// Bytes of the candidate that were looked at before and are no line end.
  private var looked = 0
  private var foreign = false
  /// Whether the bytes belong to a line that was refused before its end came.
  private var refused = false

  init(_ grammar: Grammar) { self.grammar = grammar }

  mutating func examine(_ bytes: Span<UInt8>) -> Finding<Grammar.Content> {
    if refused { return skipRefused(bytes) }
    let first = bytes[0]
    if first.isLineEnd || first == 0 { return .separator(length: 1) }
    var place = looked
    var foreign = foreign
    while place < bytes.count {
      let byte = bytes[place]
      if byte.isLineEnd { return judge(bytes.extracting(..<place), foreign: foreign) }
      if !byte.isPrintable { foreign = true }
      place += 1
      if place > Grammar.longestLine {
        startAfresh()
        refused = true
        return .rejected(.overlong, length: place)
      }
    }
    looked = place
    self.foreign = foreign
    return .incomplete
  }

  mutating func accept(
    _ content: Grammar.Content, _ context: FrameContext, counts: inout FrameCounts,
    into batch: inout SampleBatch
  ) {
    grammar.accept(content, context, counts: &counts, into: &batch)
  }

  private mutating func judge(_ line: Span<UInt8>, foreign: Bool) -> Finding<Grammar.Content> {
    startAfresh()
    if foreign { return .rejected(.noise, length: line.count) }
    guard let content = grammar.parse(line) else {
      return .rejected(.implausible, length: line.count)
    }
    return .frame(length: line.count, content)
  }

  private mutating func startAfresh() {
    looked = 0
    foreign = false
  }

  private mutating func skipRefused(_ bytes: Span<UInt8>) -> Finding<Grammar.Content> {
    var place = 0
    while place < bytes.count, !bytes[place].isLineEnd { place += 1 }
    if place < bytes.count { refused = false }
    return place > 0 ? .skipped(length: place) : .separator(length: 1)
  }
}
