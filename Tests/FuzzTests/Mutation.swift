/// SplitMix64: the same inputs in every run.
struct SplitMix {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  /// Below `bound`, which is at least 1.
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}

/// Changes inputs as damage, hostility and carelessness do.
enum Mutation {
  /// Numbers at which programs go wrong, as bytes.
  private static let telling: [[UInt8]] = [
    [0], [0xff], [0x7f], [0x80], [0, 0, 0, 0], [0xff, 0xff, 0xff, 0xff], [0x7f, 0xff, 0xff, 0xff],
    [0x80, 0, 0, 0], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [1, 0, 0, 0, 0, 0, 0, 0x80],
    Array("-1".utf8), Array("1e999".utf8), Array("99999999999999999999".utf8), Array("*a".utf8),
    Array("&a ".utf8), Array("[[[[".utf8), Array("{".utf8), Array("\n- ".utf8), Array(": ".utf8),
    Array("!!".utf8), Array("\t".utf8), Array("\"".utf8), Array("\0".utf8), [0xed, 0xa0, 0x80], [0xc3],
    Array("\r\n\r\n".utf8), Array("\r\nContent-Length: 18446744073709551616".utf8),
    Array("\r\nTransfer-Encoding: chunked".utf8), Array("\r\nContent-Range: bytes 5-4/3".utf8),
  ]

  /// One to eight changes of `bytes`; the head, where the sizes stand, as often as all the rest.
  static func mutate(_ bytes: [UInt8], _ random: inout SplitMix, beside others: [[UInt8]]) -> [UInt8] {
    var bytes = bytes
    for _ in 0...random.below(8) { change(&bytes, &random, others) }
    return bytes
  }

  private static func change(_ bytes: inout [UInt8], _ random: inout SplitMix, _ others: [[UInt8]]) {
    guard !bytes.isEmpty else { return bytes = telling[random.below(telling.count)] }
    let place = random.below(2) == 0 ? random.below(min(bytes.count, 64)) : random.below(bytes.count)
    switch random.below(12) {
    case 0, 1, 2, 3: bytes[place] ^= 1 << UInt8(random.below(8))
    case 4: bytes[place] = UInt8(truncatingIfNeeded: random.next())
    case 5, 6:
      let word = telling[random.below(telling.count)]
      bytes.replaceSubrange(place..<min(bytes.count, place + word.count), with: word)
    case 7: bytes.insert(contentsOf: telling[random.below(telling.count)], at: place)
    case 8: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.below(16)))
    case 9:
      let end = min(bytes.count, place + 1 + random.below(64))
      bytes.insert(contentsOf: bytes[place..<end], at: random.below(bytes.count))
    case 10: bytes.removeSubrange(place...)
    default:
      let other = others[random.below(others.count)]
      guard !other.isEmpty else { return }
      let start = random.below(other.count)
      bytes.replaceSubrange(place..., with: other[start...])
    }
  }
}
