import LinuxIO
import Synchronization

/// Numbered jobs, taken one by one by as many threads as there are, and what came of each.
///
/// A job knows only its number, so the results are the same whoever does it.
final class Board<Result: Sendable>: Sendable {
  private struct State {
    var next = 0
    var done = 0
    var results: [Result?]
  }

  private let count: Int
  private let state: Mutex<State>
  private let job: @Sendable (Int) -> Result
  /// Told after every job how many are done, by whoever did it.
  private let progress: @Sendable (Int) -> Void

  init(
    count: Int, progress: @escaping @Sendable (Int) -> Void,
    job: @escaping @Sendable (Int) -> Result
  ) {
    self.count = count
    self.job = job
    self.progress = progress
    state = Mutex(State(results: Array(repeating: nil, count: count)))
  }

  /// Does all jobs, in the order of their numbers, and returns their results.
  func run(threads: Int) -> [Result] {
    work(threads: threads)
    return state.withLock { state in
      state.results.map {
        guard let result = $0 else { preconditionFailure("every job has been done") }
        return result
      }
    }
  }

  /// Where no further thread can be had, those that there are do it all.
  private func work(threads: Int) {
    guard threads > 1,
      let other = try? Thread.start(owning: self, name: "evaluation", body: { $0.work() })
    else { return work() }
    work(threads: threads - 1)
    other.join()
  }

  private func work() {
    while let number = take() {
      let result = job(number)
      state.withLock { state in
        state.results[number] = result
        state.done += 1
        progress(state.done)
      }
    }
  }

  private func take() -> Int? {
    state.withLock { state in
      guard state.next < count else { return nil }
      state.next += 1
      return state.next - 1
    }
  }
}
