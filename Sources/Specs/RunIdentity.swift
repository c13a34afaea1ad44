import Hashing
import Settings

/// What the runs of one configuration have in common in their ids, so that each id costs one hash.
///
/// Its text is JSON with sorted keys, no spaces and the shortest numbers that read back as themselves; the
/// held-out class and the seed are the only members that differ between such runs.
struct RunIdentity {
  private let beforeHeldOut: String
  private let afterHeldOut: String

  /// - Parameter run: any of them.
  init(_ run: Run, dataFingerprint: String, numerics: Int) {
    let run = run.normalised
    func text(_ members: [(key: String, value: JSON)]) -> String {
      String(JSON.object(members).sorted.compact.dropFirst().dropLast())
    }
    // In the order of the keys: data, dataset, detector, held_out, numerics, protocol, seed.
    beforeHeldOut = text([
      ("data", .text(dataFingerprint)), ("dataset", JSON(identityOf: run.dataset)),
      ("detector", JSON(identityOf: run.detector)),
    ])
    afterHeldOut = text([
      ("numerics", .integer(numerics)), ("protocol", JSON(identityOf: run.evaluation)),
    ])
  }

  /// What is hashed.
  func text(heldOut: String, seed: Int) -> String { prefix(heldOut: heldOut) + "\(seed)}" }

  /// The ids of the runs with these seeds, in their order.
  func identifiers(heldOut: String, seeds: [Int]) -> [String] {
    let prefix = prefix(heldOut: heldOut)
    return seeds.map { seed in
      var text = prefix
      text += String(seed)
      text += "}"
      return String(SHA256.hexadecimal(of: text.utf8).prefix(16))
    }
  }

  private func prefix(heldOut: String) -> String {
    "{\(beforeHeldOut),\"held_out\":\(JSON.quoted(heldOut)),\(afterHeldOut),\"seed\":"
  }
}
