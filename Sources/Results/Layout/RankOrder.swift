/// How scores order normal and anomalous samples, ties included: all that AUROC, average precision or any other measure
/// of the whole ranking depends on, in two bits per sample.
///
/// Which sample has which rank is not kept.
struct RankOrder: Equatable, Sendable {
  /// From the lowest score to the highest; within a tie normals come first.
  private(set) var isAnomalous: [Bool]
  /// Whether a position has the same score as the one before it.
  private(set) var isTied: [Bool]

  init(isAnomalous: [Bool], isTied: [Bool]) {
    self.isAnomalous = isAnomalous
    self.isTied = isTied
  }

  /// - Precondition: as many scores as samples, none of them NaN.
  init(scores: [Float], isAnomalous labels: [Bool]) {
    precondition(scores.count == labels.count, "\(scores.count) scores of \(labels.count) samples")
    let order = scores.indices.sorted {
      (scores[$0], labels[$0] ? 1 : 0, $0) < (scores[$1], labels[$1] ? 1 : 0, $1)
    }
    isAnomalous = order.map { labels[$0] }
    isTied = order.indices.map { $0 > 0 && scores[order[$0]] == scores[order[$0 - 1]] }
  }

  /// Scores that give the same ranking: whole numbers from 0, equal within a tie.
  var ranks: [Float] {
    var rank = -1
    return isTied.map { tied in
      if !tied { rank += 1 }
      return Float(rank)
    }
  }
}

/// In a file: the labels, then the ties, one bit per sample, lowest bit first.
extension RankOrder {
  static func byteCount(samples: Int) -> Int { 2 * ((samples + 7) / 8) }

  /// Stands for an order that was not kept: as labels, it would consist of anomalies only.
  static func absent(samples: Int) -> [UInt8] { Array(repeating: 0xff, count: byteCount(samples: samples)) }

  var packed: [UInt8] { Self.pack(isAnomalous) + Self.pack(isTied) }

  /// nil for an order that was not kept.
  init?(packed: [UInt8], samples: Int) {
    let half = packed.count / 2
    isAnomalous = Self.unpack(packed[..<half], count: samples)
    isTied = Self.unpack(packed[half...], count: samples)
    if isAnomalous.allSatisfy({ $0 }) { return nil }
  }

  private static func pack(_ bits: [Bool]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: (bits.count + 7) / 8)
    for (index, bit) in bits.enumerated() where bit { bytes[index / 8] |= 1 << UInt8(index % 8) }
    return bytes
  }

  private static func unpack(_ bytes: ArraySlice<UInt8>, count: Int) -> [Bool] {
    (0..<count).map { bytes[bytes.startIndex + $0 / 8] >> UInt8($0 % 8) & 1 != 0 }
  }
}
