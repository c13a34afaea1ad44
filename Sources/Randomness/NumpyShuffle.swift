/// NumPy's legacy shuffle, bit for bit: the result of `numpy.random.seed(seed)` followed by
/// `numpy.random.shuffle(numpy.arange(count))`.
///
/// Used only to reproduce the reference code's split; all other random numbers of the project come from a counter-based
/// generator.
public enum NumpyShuffle {
  /// The numbers 0 ..< `count` in the order of NumPy's shuffle.
  ///
  /// - Parameters:
  ///   - count: at least 0 and at most 2³².
  ///   - seed: the argument of `numpy.random.seed`.
  public static func permutation(of count: Int, seed: UInt32) -> [Int] {
    precondition(count >= 0 && count <= 1 << 32, "\(count) numbers cannot be shuffled, only 0 to 2³²")
    var order = Array(0..<count)
    guard count > 1 else { return order }
    var generator = MersenneTwister(seed: seed)
    for last in stride(from: UInt32(count - 1), to: 0, by: -1) {
      order.swapAt(Int(last), Int(generator.next(upTo: last)))
    }
    return order
  }
}

/// MT19937 (Matsumoto and Nishimura 1998), seeded by `init_genrand`.
struct MersenneTwister {
  private static let length = 624
  private static let middle = 397

  private var state: [UInt32]
  private var position: Int

  init(seed: UInt32) {
    state = [seed]
    state.reserveCapacity(Self.length)
    for index in 1..<UInt32(Self.length) {
      let previous = state[state.count - 1]
      state.append(1_812_433_253 &* (previous ^ previous >> 30) &+ index)
    }
    position = Self.length
  }

  /// The next 32 random bits.
  mutating func next() -> UInt32 {
    if position == Self.length { twist() }
    var bits = state[position]
    position += 1
    bits ^= bits >> 11
    bits ^= bits << 7 & 0x9d2c_5680
    bits ^= bits << 15 & 0xefc6_0000
    bits ^= bits >> 18
    return bits
  }

  /// A uniform number in 0 ... `largest`: draws masked words until one is in range (NumPy's legacy `random_interval`).
  mutating func next(upTo largest: UInt32) -> UInt32 {
    guard largest > 0 else { return 0 }
    let mask = UInt32.max >> UInt32(largest.leadingZeroBitCount)
    while true {
      let drawn = next() & mask
      if drawn <= largest { return drawn }
    }
  }

  private mutating func twist() {
    for index in 0..<Self.length {
      let next = state[(index + 1) % Self.length]
      let mixed = state[index] & 0x8000_0000 | next & 0x7fff_ffff
      let shifted = mixed >> 1 ^ (mixed & 1 == 0 ? 0 : 0x9908_b0df)
      state[index] = state[(index + Self.middle) % Self.length] ^ shifted
    }
    position = 0
  }
}
