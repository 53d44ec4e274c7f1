import Configuration
import LockFree
import Probes

/// New orders while reading: ports whose section stands as it was go on without losing a byte.
extension Reader {
  mutating func takeOrders(at now: Timestamp) {
    guard let orders = incoming.take() else { return }
    var changes = PortChanges()
    isOpenHouse = orders.sections.isEmpty
    for slot in slots where !slot.isRetired && !stays(slot, under: orders) {
      slot.close()
      slot.isRetired = true
      changes.retired.append(slot.index)
    }
    let kept = slots.filter { !$0.isRetired }.map(\.section.substance)
    for (place, section) in orders.sections.enumerated()
    where !kept.contains(section.substance) {
      let index = add(section)
      changes.added.append((port: index, section: place))
    }
    watchDevices(for: orders.sections)
    outgoing.put(changes)
    openPorts(at: now)
  }

  private func stays(_ slot: PortSlot, under orders: PortOrders) -> Bool {
    if slot.isTagged { return orders.sections.isEmpty }
    return orders.sections.contains { $0.substance == slot.section.substance }
  }
}
