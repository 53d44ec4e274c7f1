/// What the cooling rules ask for besides their limits; the parts that were tried, and those kept.
///
/// Not configurable: which set is the best is shown by `kangaroo evaluate --tried`, which runs the
/// daemon's own path with each of them.
public struct CoolingRuleSet: Equatable, Sendable {
  /// How many of the last six minutes must have held.
  public var votes = 3
  /// Whether the newest minutes themselves must still fall, or all six have held.
  public var asksNewest = true
  /// By how much the trend must have left the infant's usual temperature, thousandths of a degree;
  /// nil where only the reference counts.
  public var leastLeave: Int? = 250
  /// Whether eight minutes must bear out the trend.
  public var asksShort = true
  /// How far below its usual temperature an infant must be for the line of an hour to count, and
  /// near the cold-stress limit; nil where half an hour is all.
  public var hourDrop: Int? = 300
  public var hourDropNear = 250
  /// Whether a trend is raised after cold stress only where an hour shows it too.
  public var asksNews = true
  /// How far below the reference the level must be, thousandths of a degree.
  public var trendDrop = 400
  public var fastDrop = 350
  /// Quarters of the fast limit that eight minutes must reach.
  public var fastShort = 3
  /// So few minutes before cold stress, five sixths of the fast limit are enough.
  public var fastNear = 10

  public static let adopted = CoolingRuleSet()

  /// Five minutes of six, the reference and the windows, as the rule table of the requirements.
  public static let plain = adopted.but { set in
    set.votes = 5
    set.asksNewest = false
    set.leastLeave = nil
    set.asksShort = false
    set.hourDrop = nil
    set.asksNews = false
    set.fastDrop = 400
    set.fastShort = 2
    set.fastNear = 0
  }

  /// What was tried: the plain table and what may be added to it, and the adopted set with one of
  /// its parts changed.
  public static let tried: [(title: String, rules: CoolingRuleSet)] = [
    ("plain table", plain),
    ("and eight minutes bear out the trend", plain.but { $0.asksShort = true }),
    ("and 0.5 °C below the reference", plain.but { $0.trendDrop = 500 }),
    ("and 0.25 °C below the usual temperature", plain.but { $0.leastLeave = 250 }),
    ("and the newest minutes still fall", plain.but { $0.asksNewest = true }),
    ("but three minutes of six", plain.but { $0.votes = 3 }),
    ("adopted", adopted),
    ("without the newest minutes", adopted.but { $0.asksNewest = false }),
    ("but two minutes of six", adopted.but { $0.votes = 2 }),
    ("but five minutes of six", adopted.but { $0.votes = 5 }),
    ("without the usual temperature", adopted.but { $0.leastLeave = nil }),
    ("but 0.3 °C below the usual temperature", adopted.but { $0.leastLeave = 300 }),
    ("but 0.35 °C below the reference", adopted.but { $0.trendDrop = 350 }),
    ("without eight minutes", adopted.but { $0.asksShort = false }),
    ("without the hour", adopted.but { $0.hourDrop = nil }),
    ("but the hour at 0.4 °C", adopted.but { ($0.hourDrop, $0.hourDropNear) = (400, 400) }),
    ("but the hour at 0.25 °C", adopted.but { $0.hourDrop = 250 }),
    ("with trends as before, once cold stress is told", adopted.but { $0.asksNews = false }),
    ("but fast 0.4 °C below the reference", adopted.but { $0.fastDrop = 400 }),
    ("but fast by the full limit only", adopted.but { $0.fastNear = 0 }),
  ]

  private func but(_ change: (inout CoolingRuleSet) -> Void) -> CoolingRuleSet {
    var rules = self
    change(&rules)
    return rules
  }
}
