import Foundation

/// A named stream of random numbers for a seed.
///
/// Streams with different names are independent, so a new consumer with its own name never shifts the numbers of
/// another. `position` gives constant-time access to any point of a stream, so that a resumed run continues exactly
/// where it stopped.
public struct RandomStream: Sendable {
  private let key: SIMD2<UInt32>
  private let streamNumber: UInt64
  /// 32-bit words drawn so far.
  public private(set) var position: UInt64
  private var block = Philox.Block()

  /// - Parameters:
  ///   - seed: the run's seed.
  ///   - name: what the numbers are for, such as `"initialisation/generator/encoder1.initial.weight"`.
  ///   - position: words to skip.
  public init(seed: UInt64, name: String, position: UInt64 = 0) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    streamNumber = Self.number(of: name)
    self.position = position
    if position % 4 != 0 { block = self.block(at: position / 4) }
  }

  /// 64-bit FNV-1a hash of the name: stable across runs and versions, unlike `Hasher`.
  private static func number(of name: String) -> UInt64 {
    name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
  }

  private func block(at index: UInt64) -> Philox.Block {
    let counter = Philox.Block(
      UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32),
      UInt32(truncatingIfNeeded: streamNumber), UInt32(truncatingIfNeeded: streamNumber >> 32))
    return Philox.block(counter: counter, key: key)
  }

  /// The next 32 uniformly random bits.
  public mutating func nextWord() -> UInt32 {
    let lane = Int(position % 4)
    if lane == 0 { block = self.block(at: position / 4) }
    position += 1
    return block[lane]
  }

  /// Uniform in (0, 1) with 32 random bits; never 0, so that its logarithm is finite.
  public mutating func nextUniform() -> Double { (Double(nextWord()) + 0.5) / 4_294_967_296 }

  /// Uniform in 0..<bound, without bias: Lemire's multiplication method, which redraws the few words that would cause
  /// one.
  ///
  /// - Precondition: `bound` lies in 1…2³² − 1.
  public mutating func nextIndex(below bound: Int) -> Int {
    precondition(bound > 0 && bound <= Int(UInt32.max), "no index below \(bound)")
    let bound = UInt32(bound)
    let rejected = (0 &- bound) % bound
    while true {
      let (high, low) = nextWord().multipliedFullWidth(by: bound)
      if low >= rejected { return Int(high) }
    }
  }

  /// Two independent draws from N(0, 1), by the Box-Muller transform.
  public mutating func nextNormalPair() -> (Double, Double) {
    let radius = (-2 * log(nextUniform())).squareRoot()
    let angle = 2 * Double.pi * nextUniform()
    return (radius * cos(angle), radius * sin(angle))
  }

  /// `count` distinct numbers from 0..<total, in ascending order; all of them if `count` is at least `total`.
  public mutating func nextSample(of count: Int, from total: Int) -> [Int] {
    guard count < total else { return Array(0..<total) }
    var numbers = Array(0..<total)
    for place in 0..<count { numbers.swapAt(place, place + nextIndex(below: total - place)) }
    return numbers.prefix(count).sorted()
  }

  /// The numbers 0..<count in random order (Fisher-Yates).
  public mutating func nextPermutation(of count: Int) -> [Int] {
    var order = Array(0..<count)
    guard count > 1 else { return order }
    for last in stride(from: count - 1, to: 0, by: -1) { order.swapAt(last, nextIndex(below: last + 1)) }
    return order
  }
}
