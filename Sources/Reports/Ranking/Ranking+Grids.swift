import Metrics

/// The human-readable tables of a ranking.
extension Ranking {
  /// The tables of a section: the experiments' own evaluations, then the nearest of all.
  ///
  /// - Parameter names: names of the trainings; nil if there is only one.
  func documents(of section: Section, names: TrainingNames?) -> [GridDocument] {
    let own = section.own
    let ranked = section.ranked.prefix(shown ?? section.candidates.count)
    var documents: [GridDocument] = []
    if !own.isEmpty {
      let kind = own.count > 1 ? "the experiments' own evaluations" : "the experiment's own evaluation"
      documents.append(
        GridDocument(
          caption: "\(caption(of: section)): \(kind)",
          grid: grid(own.prefix(shown ?? own.count), of: section, names: names), notes: []))
    }
    let count = ranked.count < section.candidates.count ? "the nearest \(ranked.count) of" : "all"
    documents.append(
      GridDocument(
        caption: "\(title(of: section)): \(count) \(section.candidates.count) candidates",
        grid: grid(ranked, of: section, names: names), notes: notes(of: section)))
    return documents
  }

  private func title(of section: Section) -> String {
    let classes = section.classes
    return section.missing.isEmpty
      ? "\(section.published.dataset), all \(classes.count) classes"
      : "\(section.published.dataset), \(classes.count) of \(section.published.values.count) classes"
  }

  private func caption(of section: Section) -> String {
    "\(title(of: section)), beside \(section.published.method) as published (\(section.published.source))"
  }

  private func grid(
    _ rows: some Collection<(rank: Int, candidate: RankedEvaluation)>, of section: Section,
    names: TrainingNames?
  ) -> Grid {
    let hasPass = section.candidates.contains { !$0.pass.isEmpty }
    let hasInterval = rows.contains { $0.candidate.interval != nil }
    let isOneTraining = names == nil
    let header =
      ["rank"] + (isOneTraining ? [] : ["experiment"]) + (hasPass ? ["pass"] : []) + ["score", "epoch"]
      + ["off by"] + (hasInterval ? ["95 % interval"] : [])
      + ["bias", "within", "largest", "ρ"]
    let cells = rows.map { rank, candidate in
      var row = [Grid.Cell(String(rank) + (candidate.isOwn ? " own" : ""))]
      if let names { row.append(Grid.Cell(names[candidate.training])) }
      if hasPass { row.append(Grid.Cell(candidate.pass)) }
      row += [Grid.Cell(candidate.score), Grid.Cell(candidate.epoch)]
      row.append(
        Grid.Cell(threeDecimals(candidate.distance.meanAbsolute), isMarked: !candidate.hasAllSeeds))
      if hasInterval {
        row.append(
          Grid.Cell(
            candidate.interval.map { "\(threeDecimals($0.lower)) to \(threeDecimals($0.upper))" } ?? missing))
      }
      let (difference, heldOut) = candidate.largest
      return row + [
        Grid.Cell(signedThreeDecimals(candidate.distance.bias)),
        Grid.Cell("\(candidate.distance.countWithin)/\(candidate.classes.count)"),
        Grid.Cell("\(signedThreeDecimals(difference)) \(heldOut)"),
        Grid.Cell(candidate.rankCorrelation.map(signedTwoDecimals) ?? missing),
      ]
    }
    return Grid(
      nameColumns: 3 + (isOneTraining ? 0 : 1) + (hasPass ? 1 : 0), header: header, rows: Array(cells))
  }

  /// The classes, and what chance would give.
  private func notes(of section: Section) -> [String] {
    let chance = section.chance
    let (count, draws) = (section.candidates.count, chance.distances.count)
    let reached = chance.countAtLeastAsNear
    let share = reached == 0 ? "none" : "\(significant(100 * chance.shareAtLeastAsNear)) %"
    var notes = [
      "Classes: \(section.classes.joined(separator: ", "))"
        + (section.missing.isEmpty ? "." : "; missing: \(section.missing.joined(separator: ", ")).")
    ]
    let references = section.published.areas(of: section.classes)
    let mean = references.reduce(0, +) / Double(references.count)
    notes.append("The published mean over these classes is \(threeDecimals(mean)).")
    notes.append(
      "Chance: over \(draws) random permutations of the published values over the classes, the nearest of "
        + "\(count) \(count == 1 ? "candidate" : "candidates") differs by \(threeDecimals(chance.median)) in the "
        + "median and by \(threeDecimals(chance.fivePercentPoint)) at the 5 % point; \(share) of them "
        + "\(share == "none" || reached > 1 ? "are" : "is") at least as near as the actual nearest "
        + "(\(threeDecimals(chance.nearest))).")
    let classes = section.classes.count
    if classes < 5 {
      notes.append(
        "\(classes) \(classes == 1 ? "class has" : "classes have") too few permutations (\(Self.orders(classes))) to estimate "
          + "chance.")
    }
    return notes
  }

  /// n!
  private static func orders(_ count: Int) -> Int { count < 2 ? 1 : (2...count).reduce(1, *) }

  /// The tables of the protocols shared by all data sets: the experiments' own evaluations, then the nearest of all.
  func documents(of ranking: ProtocolRanking) -> [GridDocument] {
    let rows = ranking.rows.enumerated().map { (rank: $0 + 1, row: $1) }
    let own = rows.filter(\.row.isOwn).prefix(shown ?? rows.count)
    let nearest = rows.prefix(shown ?? rows.count)
    let names = ranking.datasets.joined(separator: " and ")
    let count = nearest.count < rows.count ? "the nearest \(nearest.count) of" : "all"
    let classes = zip(ranking.datasets, ranking.classes).map { "\($1.count) of \($0)" }
    let last = GridDocument(
      caption: "\(names): \(count) \(rows.count) protocols, by the mean over the data sets",
      grid: grid(nearest, of: ranking), notes: ["Classes: \(classes.joined(separator: ", "))."])
    guard !own.isEmpty else { return [last] }
    let kind = own.count > 1 ? "own evaluations" : "own evaluation"
    return [
      GridDocument(caption: "\(names): the experiments' \(kind)", grid: grid(own, of: ranking), notes: []),
      last,
    ]
  }

  private func grid(
    _ rows: some Collection<(rank: Int, row: ProtocolRanking.Row)>, of ranking: ProtocolRanking
  ) -> Grid {
    let hasPass = ranking.rows.contains { !$0.words(\.pass).isEmpty }
    let header =
      ["rank", "protocol"] + (hasPass ? ["pass"] : []) + ["score", "epoch"] + ranking.datasets
      + ["mean", "bias"]
    let cells = rows.map { rank, row in
      var cells = [Grid.Cell("\(rank)" + (row.isOwn ? " own" : "")), Grid.Cell(row.name)]
      if hasPass { cells.append(Grid.Cell(row.words(\.pass))) }
      cells += [Grid.Cell(row.words(\.score)), Grid.Cell(row.words(\.epoch))]
      cells += row.parts.map {
        Grid.Cell(threeDecimals($0.distance.meanAbsolute), isMarked: !$0.hasAllSeeds)
      }
      return cells + [
        Grid.Cell(threeDecimals(row.meanAbsoluteDifference)), Grid.Cell(signedThreeDecimals(row.bias)),
      ]
    }
    return Grid(nameColumns: hasPass ? 5 : 4, header: header, rows: Array(cells))
  }
}

/// Names of trainings in a table column.
struct TrainingNames {
  private let trainings: [RankedTraining]
  /// Whether letters replace the names; `note` explains them.
  let isShort: Bool

  init(_ trainings: [RankedTraining], isShort: Bool) {
    self.trainings = trainings
    self.isShort = isShort
  }

  /// Only what distinguishes the training from the others.
  subscript(training: RankedTraining) -> String {
    if isShort { return trainings.firstIndex(of: training).map(Self.letters) ?? training.name }
    let isOneExperiment = Set(trainings.map(\.experiment)).count == 1
    return isOneExperiment && !training.configuration.isEmpty ? training.configuration : training.name
  }

  /// What the letters stand for.
  var note: String {
    let words = trainings.enumerated().map { "\(Self.letters($0)): \($1.name)" }
    return "Experiments: \(words.joined(separator: "; "))."
  }

  /// a, b, …, z, aa, ab, …
  private static func letters(_ position: Int) -> String {
    let letter = String(UnicodeScalar(UInt8(ascii: "a") + UInt8(position % 26)))
    return position < 26 ? letter : letters(position / 26 - 1) + letter
  }
}

/// Two decimals with a sign, as in `+.87`, `-.05`, `.00`.
func signedTwoDecimals(_ value: Double) -> String {
  let hundredths = Int((abs(value) * 100).rounded(.toNearestOrEven))
  let decimals = hundredths % 100 < 10 ? "0\(hundredths % 100)" : "\(hundredths % 100)"
  let sign = hundredths == 0 ? "" : value < 0 ? "-" : "+"
  return sign + (hundredths >= 100 ? "\(hundredths / 100)" : "") + "." + decimals
}
