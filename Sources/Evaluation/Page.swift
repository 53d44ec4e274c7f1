import Simulator

extension Evaluation {
  /// The command that makes these results, with every option that has a say in them.
  public var command: String {
    var command = "kangaroo evaluate"
    if let scenarios = options.scenarios {
      command += " --scenario \(scenarios.joined(separator: ","))"
    }
    command += " --runs \(options.runs)"
    if let days = options.days ?? (options.scenarios == nil ? 40 : nil) {
      command += " --days \(days)"
    }
    command += " --seed \(options.seed)"
    let model = options.models.count > 1 ? "both" : options.models.first?.rawValue ?? ""
    return command + " --model \(model)"
  }

  /// The tables and drawings as a page of the documentation.
  ///
  /// `target` is what stands after `-o` in the command that the page names.
  public func page(target: String) -> String {
    var page = """
      # What it sees, how soon, and what it cannot see

      Every scenario, many times through the daemon’s own path, judged against the truth.

      ## How this page was made

      Not typed, but written by this command, which anyone can run and which gives the same bytes:

      ```console
      $ \(command) -o \(target)
      ```

      Each run simulates an infant, its parent, the probe and the bytes on its wire, and feeds
      those to the same decoders, analyzer and rules that run on the ward. The simulator knows the
      truth; delays count from there. The first run has the seed \(options.seed), each further one
      the next, so that
      `kangaroo simulate --scenario NAME --seed SEED` tells any of these stories again.

      All infants are simulated: these are figures about the rules, not about a hospital. The
      software is not a certified medical device.

      \(modelWords)

      An alarm of a plain limit counts as false only where the infant’s true temperature had not
      crossed that limit in the ten minutes before. A limit is due from the moment from which the
      truth stays beyond it, by 0.01 °C and for as long as the alarm may take. Since a probe speaks
      once a second, and spans of minutes are judged in bins of ten, an alarm may come 1 s later
      than its span, or 10 s where that is 5 min or more. Swapped twins are due where they lay
      0.3 °C apart, and an infant that does not rewarm where its own wander does not warm it by
      0.2 °C within the hour.


      """
    page += delaySection + daySection + confusionSection + verdictSection
    return page
  }

  private var modelWords: String {
    var words: [String] = []
    if options.models.contains(.wander) {
      words.append(
        """
        In the signal model *wander* the infant strays by a daily rhythm of ±0.08 °C and a slow
        random walk of 0.08 to 0.12 °C with a memory of 30 min; the probe adds white noise, and
        spikes of 0.1 to 1 °C in 0.2 % of all ten seconds.
        """)
    }
    if options.models.contains(.episodes) {
      words.append(
        """
        The signal model *episodes* is built differently, so that no rule is tuned to one alone:
        posture, sleep, feeds and handling act through the lags of skin and core; the probe’s noise
        has a memory, and instead of spikes the probe is lifted and cools.
        """)
    }
    return words.joined(separator: "\n\n")
  }

  private var delaySection: String {
    guard !rates.isEmpty else { return "" }
    var text = "## How soon cooling is noticed\n\n"
    for model in options.models {
      text += "![Delay against cooling rate](delay-\(model.rawValue).svg)\n\n"
    }
    return text + rateTable.markdown + "\n"
  }

  private var daySection: String {
    guard !days.isEmpty else { return "" }
    return """
      ## How often it calls in vain

      The same infants at rest, and with five unmarked transfers a day of 0.5 °C, each of which is
      made good within half an hour. A true alarm is one of a limit that the infant had crossed.

      ![False trend alarms a day](false-alarms.svg)

      \(dayTable.markdown)

      """
  }

  private var confusionSection: String {
    guard !confusion.isEmpty else { return "" }
    var text = """
      ## What is taken for what

      What is said first of each, and in how many runs; what is right has a star. Levels, depths,
      speeds and places are drawn anew in every run, from the ranges of section 9 of the
      requirements. The last column counts runs in which any cooling or limit alarm came up, first
      or later, that the infant’s own temperature does not explain.


      """
    for model in options.models {
      text += "![Confusion table](confusion-\(model.rawValue).svg)\n\n"
    }
    text += confusionTable.markdown + "\n"
    if !risks.isEmpty {
      text += "## What it cannot see\n\n" + risks.map { "- \($0)\n" }.joined() + "\n"
    }
    return text
  }

  private var verdictSection: String {
    var text = "## Verdicts\n\n"
    for model in options.models {
      let own = verdicts.filter { $0.model == model }
      guard !own.isEmpty else { continue }
      text += "### Signal model \(model.rawValue)\n\n\(table(of: own).markdown)\n"
      var clauses = Table("scenario", "must", "holds", "what came of it")
      for result in own {
        for clause in result.clauses {
          clauses.add([
            result.name, clause.clause.words, clause.holds ? "yes" : "NO", clause.words,
          ])
        }
      }
      text += clauses.markdown + "\n"
    }
    return text
  }
}
