import Results

/// Protocols under which each of several data sets was trained and evaluated, ranked by their mean over the data sets.
///
/// A protocol is a way of training (preset, detector, split and what a sweep changes) with a pass, a score and a choice
/// of epoch. What a preset changes between gray and color images does not make another protocol.
public struct ProtocolRanking: Sendable, Equatable {
  /// One protocol, with its results on every data set.
  public struct Row: Sendable, Equatable {
    /// The preset and what a sweep changes, or the names of the experiments.
    public var name: String
    /// By data set: the experiments' own evaluations, or those with the same pass, score and choice of epoch.
    public var parts: [RankedEvaluation]
    /// Whether these are the experiments' own evaluations, which may differ in pass, score or epoch.
    public var isOwn: Bool

    /// The mean over data sets of the mean absolute difference.
    public var meanAbsoluteDifference: Double {
      parts.reduce(0) { $0 + $1.distance.meanAbsolute } / Double(parts.count)
    }

    /// The mean over data sets of the mean difference.
    public var bias: Double { parts.reduce(0) { $0 + $1.distance.bias } / Double(parts.count) }

    /// The word that all parts share, or every part's word.
    func words(_ path: KeyPath<RankedEvaluation, String>) -> String {
      let words = parts.map { $0[keyPath: path] }
      return Set(words).count == 1 ? words[0] : words.joined(separator: " / ")
    }
  }

  /// Titles of the data sets, in the order of each row's parts.
  public let datasets: [String]
  /// The classes that all rows have, by data set.
  public let classes: [[String]]
  /// The nearest first.
  public let rows: [Row]

  /// - Parameter sections: of all data sets.
  /// - Returns: a ranking for each set of classes, those with the most classes first; empty if no protocol was
  ///   evaluated on every data set.
  static func all(_ sections: [Ranking.Section], datasets: [String]) -> [ProtocolRanking] {
    let byDataset = datasets.map { dataset in
      sections.filter { $0.published.dataset == dataset }.flatMap { section in
        section.candidates
      }
    }
    var groups: [(classes: [[String]], rows: [Row])] = []
    for row in rows(byDataset) {
      let classes = row.parts.map(\.classes)
      if let index = groups.firstIndex(where: { $0.classes == classes }) {
        groups[index].rows.append(row)
      } else {
        groups.append((classes, [row]))
      }
    }
    func size(_ classes: [[String]]) -> Int { classes.reduce(0) { $0 + $1.count } }
    return groups.enumerated().sorted {
      (-size($0.element.classes), $0.offset) < (-size($1.element.classes), $1.offset)
    }.map { _, group in
      ProtocolRanking(datasets: datasets, classes: group.classes, rows: sorted(group.rows))
    }
  }

  private static func sorted(_ rows: [Row]) -> [Row] {
    rows.enumerated().sorted {
      ($0.element.meanAbsoluteDifference, $0.offset) < ($1.element.meanAbsoluteDifference, $1.offset)
    }.map(\.element)
  }

  /// Matches each candidate of the first data set with those of all others, if they all have one.
  private static func rows(_ byDataset: [[RankedEvaluation]]) -> [Row] {
    var rows: [Row] = []
    for first in byDataset.first ?? [] {
      let partners = byDataset.dropFirst().map { candidates in
        candidates.filter { $0.training.identity == first.training.identity }
      }
      func row(isOwn: Bool, _ fits: (RankedEvaluation) -> Bool) -> Row? {
        let others = partners.compactMap { $0.first(where: fits) }
        guard others.count == partners.count else { return nil }
        return Row(name: "", parts: [first] + others, isOwn: isOwn)
      }
      let same = row(isOwn: false) {
        ($0.score, $0.pass, $0.epoch) == (first.score, first.pass, first.epoch)
      }
      let own = first.isOwn ? row(isOwn: true, \.isOwn) : nil
      // Own evaluations that differ between data sets get a row of their own.
      let isAlike = own != nil && own?.parts == same?.parts
      rows += [isAlike ? nil : same, own].compactMap { $0 }
    }
    return named(rows)
  }

  /// Names rows by preset, or by experiment if two ways of training share a preset.
  private static func named(_ rows: [Row]) -> [Row] {
    func short(_ row: Row) -> String {
      let training = row.parts[0].training
      let words = [training.preset ?? training.experiment, training.configuration]
      return words.filter { !$0.isEmpty }.joined(separator: ", ")
    }
    return rows.map { row in
      let name = short(row)
      let isUnique = rows.allSatisfy { other in
        short(other) != name || other.parts[0].training.identity == row.parts[0].training.identity
      }
      var row = row
      row.name = isUnique ? name : row.parts.map(\.training.name).joined(separator: " / ")
      return row
    }
  }
}
