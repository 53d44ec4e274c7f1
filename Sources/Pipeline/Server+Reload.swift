import Configuration
import EventStream
import LinuxIO
import LockFree
import Probes
import Thermoregulation

/// How far a change of the configuration has come.
struct Reloading: ~Copyable, Sendable {
  var configuration: Configuration
  /// Where it was read; nil for the usual place.
  let path: String?
  /// What it will be once the reading thread has done its part.
  var pending: Configuration?
  /// Whether it changed again meanwhile.
  var isWanted = false
  let orders: Mailbox<PortOrders>
  let changes: Mailbox<PortChanges>
  let nudge: DoorbellButton

  init(
    _ configuration: Configuration, from path: String?, orders: Mailbox<PortOrders>,
    changes: Mailbox<PortChanges>, nudge: consuming DoorbellButton
  ) {
    self.configuration = configuration
    self.path = path
    self.orders = orders
    self.changes = changes
    self.nudge = nudge
  }
}

/// The configuration read anew while the daemon runs: all of it or, on any error, none of it.
extension Server {
  /// Reads it, and hands the ports to the reading thread, whose answer completes the change.
  mutating func reload() {
    guard reloading.pending == nil else {
      reloading.isWanted = true
      return
    }
    try? Supervisor.notifyReloading()
    let fresh: Configuration
    do throws(ConfigurationFailure) {
      fresh = try ConfigurationFiles.read(reloading.path)
    } catch {
      for sentence in error.sentences { Log.error(sentence) }
      refuseReload("the configuration stays as it was: \(counted(error.sentences.count, "error"))")
      return
    }
    guard fresh.daemonSection == reloading.configuration.daemonSection else {
      refuseReload(
        "the configuration stays as it was: found a change in [daemon], which needs a restart")
      return
    }
    reloading.pending = fresh
    reloading.orders.put(PortOrders(sections: fresh.probes))
    reloading.nudge.press()
  }

  private func refuseReload(_ sentence: String) {
    Log.error(sentence)
    try? Supervisor.notify("READY=1")
  }

  /// Completes the change once the reading thread has done its part.
  mutating func takePortChanges() {
    guard let changes = reloading.changes.take(), let fresh = reloading.pending else { return }
    reloading.pending = nil
    reloading.configuration = fresh
    let now = analysis.now ?? .zero
    for port in changes.retired { analysis.retire(port: port, at: now, to: &broadcast) }
    settleInfants(fresh, at: now)
    for (port, section) in changes.added {
      let section = fresh.probes[section]
      let name = section.infant ?? (section.parent == nil ? fresh.onlyInfant : nil)
      let infant = name.flatMap { analysis.publisher.roster.infant(named: $0) }
      analysis.add(PortEntry(section, infant: infant, at: now), as: port)
      analysis.publisher.publish(port: port, at: now, to: &broadcast)
    }
    analysis.publishEvents(to: &broadcast)
    keeper.numbersHaveChanged()
    recorder?.portHasChanged(analysis.publisher.roster)
    Log.notice(
      "the configuration is read anew: \(counted(fresh.infants.count, "infant")), "
        + "\(counted(changes.added.count, "port")) new, \(changes.retired.count) gone")
    try? Supervisor.notify("READY=1")
    guard reloading.isWanted else { return }
    reloading.isWanted = false
    reload()
  }

  private mutating func settleInfants(_ fresh: Configuration, at now: Timestamp) {
    let profiles =
      fresh.infants.isEmpty ? [InfantProfile(name: Configuration.defaultInfant)] : fresh.infants
    for profile in profiles { analysis.settle(profile, at: now, to: &broadcast) }
    for index in analysis.publisher.roster.infants.indices {
      let name = analysis.publisher.roster.infants[index].name
      guard !analysis.publisher.roster.discharged.contains(index),
        !profiles.contains(where: { $0.name == name })
      else { continue }
      analysis.discharge(index, at: now, to: &broadcast)
      broadcast.forget(index)
      dismissFollowers(of: index)
    }
  }

  /// Who asked for an infant that has gone is told to ask anew.
  private mutating func dismissFollowers(of infant: InfantIndex) {
    for subscriber in broadcast.subscribers.values
    where subscriber.infants?.contains(infant) == true && !subscriber.isLeaving {
      flush(subscriber)
      subscriber.dismiss(with: goodbye("reload"))
      flush(subscriber)
    }
  }
}

extension Configuration {
  /// What only a restart can change.
  fileprivate var daemonSection: Configuration {
    var section = self
    section.infants = []
    section.probes = []
    return section
  }
}
