import Foundation
import Metrics

/// Machine-readable formats: every candidate unless `shown` limits them, all digits.
extension Ranking {
  private func candidates(of section: Section) -> ArraySlice<(rank: Int, candidate: RankedEvaluation)> {
    section.ranked.prefix(shown ?? section.candidates.count)
  }

  /// CSV (RFC 4180): one row per candidate, then one per protocol of several data sets, whose names are joined by `+`.
  /// Undefined values are empty.
  public var csv: String {
    var rows = [
      [
        "dataset", "method", "classes", "missing", "rank", "experiment", "configuration", "pass", "score",
        "epoch",
        "own", "seeds", "mean", "difference", "lower", "upper", "bias", "within", "largest", "largest_class",
        "rank_correlation",
      ]
    ]
    func words(_ value: Double?) -> String { value.map { String($0) } ?? "" }
    for section in sections {
      for (rank, candidate) in candidates(of: section) {
        rows.append([
          section.published.dataset, section.published.method, section.classes.joined(separator: " "),
          section.missing.joined(separator: " "), String(rank), candidate.training.experiment,
          candidate.training.configuration, candidate.pass, candidate.score, candidate.epoch,
          candidate.isOwn ? "yes" : "no", String(candidate.values.map(\.count).max() ?? 0),
          words(candidate.mean), words(candidate.distance.meanAbsolute), words(candidate.interval?.lower),
          words(candidate.interval?.upper), words(candidate.distance.bias),
          String(candidate.distance.countWithin), words(candidate.largest.difference),
          candidate.largest.heldOut, words(candidate.rankCorrelation),
        ])
      }
    }
    for ranking in protocols {
      let method = sections.first?.published.method ?? ""
      let classes = ranking.classes.map { $0.joined(separator: " ") }.joined(separator: " + ")
      for (place, row) in Array(ranking.rows.enumerated()).prefix(shown ?? ranking.rows.count) {
        let within = row.parts.reduce(0) { $0 + $1.distance.countWithin }
        rows.append([
          ranking.datasets.joined(separator: " + "), method, classes, "", String(place + 1), row.name, "",
          row.words(\.pass), row.words(\.score), row.words(\.epoch), row.isOwn ? "yes" : "no", "", "",
          words(row.meanAbsoluteDifference), "", "", words(row.bias), String(within), "", "", "",
        ])
      }
    }
    return csvText(rows)
  }

  /// JSON with sorted keys; undefined values are null, an undefined interval is empty.
  public var json: String {
    let table = JSONValue.object([
      "rankings": .list(sections.map { json($0) }), "protocols": .list(protocols.map { json($0) }),
      "notes": .list(notes.map(JSONValue.text)),
    ])
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(table), as: UTF8.self) + "\n"
    } catch {
      preconditionFailure("a ranking of strings and finite numbers was not encoded: \(error)")
    }
  }

  private func json(_ section: Section) -> JSONValue {
    let (published, chance) = (section.published, section.chance)
    return .object([
      "dataset": .text(published.dataset), "method": .text(published.method),
      "source": .text(published.source),
      "classes": .list(section.classes.map(JSONValue.text)),
      "missing": .list(section.missing.map(JSONValue.text)),
      "published": .list(published.areas(of: section.classes).map(JSONValue.number)),
      "candidate_count": .integer(section.candidates.count),
      "chance": .object([
        "permutations": .integer(chance.distances.count), "stream": .text(NearestByChance.streamName),
        "nearest": .number(chance.nearest), "median": .number(chance.median),
        "five_percent_point": .number(chance.fivePercentPoint),
        "share_at_least_as_near": .number(chance.shareAtLeastAsNear),
      ]), "own": .list(section.own.map { json($0.rank, $0.candidate) }),
      "candidates": .list(candidates(of: section).map { json($0.rank, $0.candidate) }),
    ])
  }

  private func json(_ rank: Int, _ candidate: RankedEvaluation) -> JSONValue {
    func number(_ value: Double?) -> JSONValue { .number(value ?? .nan) }
    let distance = candidate.distance
    return .object([
      "rank": .integer(rank), "experiment": .text(candidate.training.experiment),
      "configuration": .text(candidate.training.configuration), "pass": .text(candidate.pass),
      "score": .text(candidate.score), "epoch": .text(candidate.epoch), "own": .flag(candidate.isOwn),
      "values": .list(candidate.values.map { .list($0.map(JSONValue.number)) }),
      "mean": .number(candidate.mean), "differences": .list(distance.differences.map(JSONValue.number)),
      "difference": .number(distance.meanAbsolute), "bias": .number(distance.bias),
      "interval": .list(candidate.interval.map { [.number($0.lower), .number($0.upper)] } ?? []),
      "within": .integer(distance.countWithin), "largest": .number(candidate.largest.difference),
      "largest_class": .text(candidate.largest.heldOut),
      "rank_correlation": number(candidate.rankCorrelation),
    ])
  }

  private func json(_ ranking: ProtocolRanking) -> JSONValue {
    let rows = Array(ranking.rows.enumerated()).prefix(shown ?? ranking.rows.count).map { place, row in
      JSONValue.object([
        "rank": .integer(place + 1), "protocol": .text(row.name), "pass": .text(row.words(\.pass)),
        "score": .text(row.words(\.score)), "epoch": .text(row.words(\.epoch)), "own": .flag(row.isOwn),
        "differences": .list(row.parts.map { .number($0.distance.meanAbsolute) }),
        "difference": .number(row.meanAbsoluteDifference), "bias": .number(row.bias),
      ])
    }
    return .object([
      "datasets": .list(ranking.datasets.map(JSONValue.text)),
      "classes": .list(ranking.classes.map { .list($0.map(JSONValue.text)) }), "rows": .list(Array(rows)),
    ])
  }
}
