import CLinux
import Glibc

/// A thread of the kernel's, which takes over what it works on.
public struct Thread: ~Copyable {
  /// Room for its stack. Small, since a daemon that locks its memory locks all of it.
  public static let stackBytes = 1 << 20

  private let identity: pthread_t

  /// Starts a thread that runs `body` once, with `owner` its own.
  ///
  /// A closure cannot consume what it captures; hence the owner is handed over beside it. `name` is
  /// what `top` shows, cut to 15 bytes. The C function is `pthread_create`.
  public static func start<Owner: ~Copyable>(
    owning owner: consuming sending Owner, name: String,
    body: @escaping @Sendable (consuming Owner) -> Void
  ) throws(Errno) -> Thread {
    // The place is filled here and emptied once, by the thread or where starting it fails.
    let place = UnsafeMutablePointer<Owner>.allocate(capacity: 1)
    unsafe place.initialize(to: owner)
    let errand = Errand(name: name) {
      let owner = unsafe place.move()
      unsafe place.deallocate()
      body(owner)
    }
    do throws(Errno) {
      return Thread(identity: try create(errand))
    } catch {
      unsafe place.deinitialize(count: 1)
      unsafe place.deallocate()
      throw error
    }
  }

  private static func create(_ errand: Errand) throws(Errno) -> pthread_t {
    var attributes = pthread_attr_t()
    try checkedNumber(unsafe pthread_attr_init(&attributes))
    defer { unsafe pthread_attr_destroy(&attributes) }
    try checkedNumber(unsafe pthread_attr_setstacksize(&attributes, stackBytes))
    var identity = pthread_t()
    let reference = unsafe Unmanaged.passRetained(errand)
    let error = unsafe pthread_create(
      &identity, &attributes,
      { argument in
        let errand = unsafe Unmanaged<Errand>.fromOpaque(argument!).takeRetainedValue()
        // A name only serves whoever looks: that it fails is no reason not to run.
        _ = unsafe clinux_name_thread(errand.name)
        errand.run()
        return nil
      }, reference.toOpaque())
    if error != 0 { unsafe reference.release() }
    try checkedNumber(error)
    return identity
  }

  /// Waits until it has run to its end. The C function is `pthread_join`.
  public consuming func join() {
    let error = pthread_join(identity, nil)
    precondition(error == 0, "a thread is joined once, and not by itself")
    discard self
  }

  /// A thread whose owner loses interest runs on alone. The C function is `pthread_detach`.
  deinit {
    pthread_detach(identity)
  }
}

/// What a thread is started with: C can hand over one pointer only.
private final class Errand {
  let name: String
  let run: () -> Void

  init(name: String, run: @escaping () -> Void) {
    var short = name
    while short.utf8.count > 15 { short.removeLast() }
    self.name = short
    self.run = run
  }
}
