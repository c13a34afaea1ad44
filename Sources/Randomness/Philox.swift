/// Philox4x32-10 (Salmon et al., *Parallel random numbers: as easy as 1, 2, 3*, SC 2011): a block of four
/// 32-bit words as a pure function of a key and a counter.
public enum Philox {
  /// Four 32-bit words: a counter, or the random words for it.
  public typealias Block = SIMD4<UInt32>

  /// The block at `counter` under `key`.
  public static func block(counter: Block, key: SIMD2<UInt32>) -> Block {
    var counter = counter
    var key = key
    for _ in 0..<10 {
      let first = UInt64(0xD251_1F53) &* UInt64(counter.x)
      let second = UInt64(0xCD9E_8D57) &* UInt64(counter.z)
      counter = Block(
        UInt32(second >> 32) ^ counter.y ^ key.x, UInt32(truncatingIfNeeded: second),
        UInt32(first >> 32) ^ counter.w ^ key.y, UInt32(truncatingIfNeeded: first))
      key = SIMD2(key.x &+ 0x9E37_79B9, key.y &+ 0xBB67_AE85)
    }
    return counter
  }
}
