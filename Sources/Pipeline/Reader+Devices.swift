import Configuration
import EventStream
import LinuxIO
import LockFree
import Probes

/// Devices that come and go, and the ports that are opened on them.
extension Reader {
  mutating func openPorts(at now: Timestamp) {
    if isOpenHouse { admitTagged() }
    for slot in slots where slot.port == nil && !slot.isRetired {
      if !slot.isUnsteady(at: now) { open(slot, at: now) }
    }
  }

  private mutating func open(_ slot: PortSlot, at now: Timestamp) {
    guard let path = place(of: slot, at: now) else { return }
    let dialogue = slot.section.makeDialogue()
    do throws(SerialPortError) {
      let port = try SerialPort(path: path, settings: slot.settings, writable: dialogue != nil)
      do throws(Errno) {
        try epoll.add(port, for: .input, token: Token.firstPort + UInt64(slot.index))
      } catch {
        tell(slot, .denied, detail: "cannot be waited for: \(error)", at: now)
        return
      }
      slot.port = consume port
    } catch {
      tell(slot, error.link, detail: error.description, at: now)
      return
    }
    slot.path = path
    slot.conversation = dialogue.map { Conversation($0) }
    if slot.section.isAuto { slot.listen(at: now) }
    tell(slot, .open, detail: slot.listening.map { "listening at \($0.line.text)" } ?? "", at: now)
    intake.attach(slot.index, at: now)
  }

  /// The node that the slot's section names or claims; nil where there is none, or more than one.
  private mutating func place(of slot: PortSlot, at now: Timestamp) -> String? {
    if let path = slot.section.path { return path }
    let sections = slots.filter { !$0.isRetired }.map(\.section)
    let binding = Binding(
      slot.section, among: Array(devices.values), beside: sections, place: slot.place)
    guard case .bound(let device, let isByPath) = binding else {
      let link: Link = binding == .missing ? .detached : .ambiguous
      tell(slot, link, detail: binding.refusal ?? "", at: now)
      return nil
    }
    slot.device = device.identity ?? device.location
    slot.isByPath = isByPath
    if isByPath { slot.place = device.location }
    return device.node
  }

  mutating func devicesChanged(at now: Timestamp) {
    while let event = monitor?.next() {
      switch event {
      case .added(let device), .changed(let device): admit(device)
      case .overrun:
        devices = [:]
        listDevices()
      case .removed(let device):
        devices[device.node] = nil
        // Mostly it has hung up by then.
        for slot in slots where slot.port != nil && slot.path == device.node {
          lose(slot, detail: "unplugged", at: now)
        }
      }
    }
    openPorts(at: now)
  }

  /// A device that was renamed is told under its new name only.
  private mutating func admit(_ device: SerialDevice) {
    if let location = device.location {
      for (node, other) in devices where node != device.node && other.location == location {
        devices[node] = nil
      }
    }
    devices[device.node] = device
  }

  /// The port has gone, however that was noticed.
  mutating func lose(_ slot: PortSlot, detail: String, at now: Timestamp) {
    slot.close()
    slot.lost(at: now)
    // Words first: whoever takes the delivery has them by then.
    tell(
      slot, .detached, detail: slot.isUnsteady(at: now) ? "unsteady: \(detail)" : detail, at: now)
    intake.detach(slot.index, at: now)
  }

  /// Where no section names a probe, those that a udev tag claims are read: by their names, or by
  /// their places where several have one name.
  private mutating func admitTagged() {
    for device in devices.values where device.role == "probe" {
      let isOnly = devices.values.count { $0.identity == device.identity } == 1
      guard let name = isOnly ? device.identity ?? device.location : device.location,
        !slots.contains(where: {
          !$0.isRetired && ($0.section.device == name || $0.path == device.node && $0.port != nil)
        })
      else { continue }
      admitTagged(name)
    }
  }

  /// A port for a probe of that identity, which a udev tag claims or has claimed before a restart.
  mutating func admitTagged(_ name: String) {
    var section = ProbeSection(name: name)
    section.device = name
    let slot = slots[Int(add(section))]
    slot.device = name
    slot.isTagged = true
  }

  /// Tells of a change; the same state is not told twice.
  mutating func tell(_ slot: PortSlot, _ link: Link, detail: String, at now: Timestamp) {
    guard slot.told?.link != link || slot.told?.detail != detail else { return }
    // That it is still not there tells less than how it went.
    if link == .detached, slot.told?.link == .detached { return }
    slot.told = (link, detail)
    var notice = Notice(link, port: slot.index, at: now)
    notice.detail = ShortText(detail)
    notice.device = ShortText(slot.device ?? "")
    notice.isByPath = slot.isByPath
    if link == .open {
      notice.path = ShortText(slot.path)
      if slot.section.isAuto {
        notice.protocolName = ShortText(slot.modelName)
        notice.line = ShortText(slot.line.text)
      }
    }
    _ = notices.push(notice)
  }
}

extension SerialPortError {
  /// How a port that cannot be opened shows in its lines.
  fileprivate var link: Link {
    switch self {
    case .missing: .detached
    case .busy: .busy
    case .denied, .notASerialPort, .notRaw, .refused, .failed: .denied
    }
  }
}
