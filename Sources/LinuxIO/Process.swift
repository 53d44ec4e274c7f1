/// This process.
public enum Process {
  /// The path of the program that runs, by which it can be started again.
  public static var executablePath: String {
    get throws(Errno) { try Kernel.destination(ofLink: "/proc/self/exe") }
  }

  public static var identifier: Int32 { Kernel.processIdentifier }

  /// The user whose rights it has.
  public static var user: UInt32 { Kernel.effectiveUser }

  /// How many processors are switched on.
  public static var processors: Int { Kernel.processors }

  /// Lets the process have as many descriptors open as it may without asking; how many that is.
  ///
  /// The soft limit is raised to the hard one. The C functions are `getrlimit` and `setrlimit`.
  @discardableResult
  public static func raiseDescriptorLimit() throws(Errno) -> Int {
    try Kernel.raiseDescriptorLimit()
  }

  /// Keeps its memory from being paged out, as far as it is touched.
  ///
  /// Throws `notPermitted` unless the limit on locked memory is none: under a limit, allocations
  /// would fail later.
  public static func lockMemory() throws(Errno) { try Kernel.lockMemory() }

  /// Ends the process at once; nothing still buffered is written.
  public static func exit(_ code: Int32) -> Never {
    Kernel.exit(code)
  }
}

/// The variables that whoever started the process has set.
public enum Environment {
  public static func value(_ name: String) -> String? {
    Kernel.environmentValue(name)
  }
}

/// A program that this one has started; it does not outlive its owner.
public struct ChildProcess: ~Copyable, Sendable {
  /// Where what it prints goes.
  public enum Output: Sendable {
    case inherited
    case discarded
    /// Into that file, from its beginning.
    case file(String)
  }

  /// How it ended.
  public enum Ending: Equatable, Sendable {
    case exited(Int32)
    case killed(Signal)
  }

  public let identifier: Int32
  private var ending: Ending?

  /// Starts the program at `path` with `arguments` after its own name.
  ///
  /// It gets this process's environment, but no signal mask and none of its other descriptors.
  public init(
    path: String, arguments: [String], output: Output = .inherited, error: Output = .inherited
  ) throws(Errno) {
    let outputFile = try ChildProcess.open(output, inherited: 1)
    let errorFile = try ChildProcess.open(error, inherited: 2)
    self.identifier = try Kernel.spawn(
      path, arguments, output: outputFile.fileNumber, error: errorFile.fileNumber)
  }

  private static func open(
    _ output: Output, inherited number: CInt
  ) throws(Errno) -> FileDescriptor {
    switch output {
    case .inherited: try FileDescriptor(duplicating: number)
    case .discarded: try FileDescriptor(writing: "/dev/null")
    case .file(let path): try FileDescriptor(writing: path)
    }
  }

  /// Sends it a signal; one that has ended takes none.
  public func send(_ signal: Signal) throws(Errno) {
    guard ending == nil else { return }
    try Kernel.kill(identifier, signal.rawValue)
  }

  /// How it ended, or nil while it runs.
  public mutating func poll() throws(Errno) -> Ending? {
    if ending == nil { ending = try Kernel.wait(for: identifier, blocking: false) }
    return ending
  }

  /// Waits for its end.
  public mutating func wait() throws(Errno) -> Ending {
    if let ending { return ending }
    guard let found = try Kernel.wait(for: identifier, blocking: true) else {
      preconditionFailure("a wait that blocks ends with the child")
    }
    ending = found
    return found
  }

  deinit {
    guard ending == nil else { return }
    try? Kernel.kill(identifier, Signal.kill.rawValue)
    _ = try? Kernel.wait(for: identifier, blocking: true)
  }
}
