import LockFree
import Testing

@Suite("A mailbox")
struct MailboxTests {
  private final class Letter: Sendable {
    let number: Int
    let text: String
    init(_ number: Int) {
      self.number = number
      text = "letter \(number)"
    }
  }

  @Test("holds one letter: the newest; a letter is taken once")
  func newest() {
    let box = Mailbox<Letter>()
    #expect(box.take() == nil)
    box.put(Letter(1))
    box.put(Letter(2))
    #expect(box.take()?.number == 2)
    #expect(box.take() == nil)
  }

  @Test("frees the letters that nobody takes")
  func freed() {
    weak var first: Letter?
    weak var second: Letter?
    do {
      let box = Mailbox<Letter>()
      let one = Letter(1)
      let two = Letter(2)
      first = one
      second = two
      box.put(one)
      box.put(two)
    }
    #expect(first == nil)
    #expect(second == nil)
  }

  @Test("hands whole letters from thread to thread, never an older one after a newer")
  func threads() async {
    let box = Mailbox<Letter>()
    let total = 100_000
    let writing = Task.detached {
      for number in 1...total { box.put(Letter(number)) }
    }
    var last = 0
    var damaged = 0
    while last < total {
      guard let letter = box.take() else {
        await Task.yield()
        continue
      }
      if letter.number <= last || letter.text != "letter \(letter.number)" { damaged += 1 }
      last = letter.number
    }
    await writing.value
    #expect(damaged == 0)
  }
}
