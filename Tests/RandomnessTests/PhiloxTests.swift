import Testing

@testable import Randomness

@Suite("Philox and the named streams")
struct PhiloxTests {
  @Test(
    "the blocks are those of the authors' known-answer file",
    arguments: [
      (
        SIMD4<UInt32>(repeating: 0), SIMD2<UInt32>(repeating: 0),
        SIMD4<UInt32>(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)
      ),
      (
        SIMD4<UInt32>(repeating: 0xffff_ffff), SIMD2<UInt32>(repeating: 0xffff_ffff),
        SIMD4<UInt32>(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)
      ),
      (
        SIMD4<UInt32>(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
        SIMD2<UInt32>(0xa409_3822, 0x299f_31d0),
        SIMD4<UInt32>(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)
      ),
    ])
  func knownAnswers(counter: SIMD4<UInt32>, key: SIMD2<UInt32>, block: SIMD4<UInt32>) {
    #expect(Philox.block(counter: counter, key: key) == block)
  }

  @Test("a stream continues exactly from any position", arguments: [0, 1, 3, 4, 5, 1023] as [UInt64])
  func resumes(position: UInt64) {
    var whole = RandomStream(seed: 7, name: "batch order")
    for _ in 0..<position { _ = whole.nextWord() }
    var resumed = RandomStream(seed: 7, name: "batch order", position: position)
    #expect(resumed.position == whole.position)
    for _ in 0..<10 { #expect(resumed.nextWord() == whole.nextWord()) }
  }

  @Test("a sample holds different numbers in ascending order, each as likely as any other")
  func samples() {
    var stream = RandomStream(seed: 2, name: "sample")
    var counts = [Int](repeating: 0, count: 20)
    for _ in 0..<10_000 {
      let sample = stream.nextSample(of: 5, from: 20)
      #expect(sample.count == 5 && zip(sample, sample.dropFirst()).allSatisfy { $0 < $1 })
      for number in sample { counts[number] += 1 }
    }
    // Each is binomial with mean 2,500 and deviation 43.
    #expect(counts.allSatisfy { abs($0 - 2500) < 5 * 43 })
    #expect(stream.nextSample(of: 7, from: 7) == Array(0..<7))
    #expect(stream.nextSample(of: 9, from: 7) == Array(0..<7))
  }

  @Test("other seeds and other names give other numbers")
  func independent() {
    func head(_ seed: UInt64, _ name: String) -> [UInt32] {
      var stream = RandomStream(seed: seed, name: name)
      return (0..<4).map { _ in stream.nextWord() }
    }
    #expect(head(0, "a") != head(1, "a"))
    #expect(head(0, "a") != head(0, "b"))
    #expect(head(0, "a") == head(0, "a"))
    #expect(head(1 << 32, "a") != head(0, "a"))
  }

  @Test("normal draws have mean 0, deviation 1 and normal tails")
  func normal() {
    var stream = RandomStream(seed: 3, name: "normal")
    let draws = (0..<100_000).flatMap { _ in
      let (a, b) = stream.nextNormalPair()
      return [a, b]
    }
    let mean = draws.reduce(0, +) / Double(draws.count)
    let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(draws.count)
    let beyond2 = Double(draws.count { abs($0) > 2 }) / Double(draws.count)
    #expect(abs(mean) < 0.01)
    #expect(abs(variance - 1) < 0.015)
    #expect(abs(beyond2 - 0.0455) < 0.002)
  }

  @Test("a permutation holds each number once and moves most of them")
  func permutation() {
    var stream = RandomStream(seed: 0, name: "order")
    let order = stream.nextPermutation(of: 1000)
    #expect(order.sorted() == Array(0..<1000))
    #expect(order.enumerated().count { $0.offset == $0.element } < 10)
    #expect(stream.nextPermutation(of: 1) == [0])
    #expect(stream.nextPermutation(of: 0) == [])
  }

  @Test("bounded draws are uniform")
  func bounded() {
    var stream = RandomStream(seed: 0, name: "bounded")
    var counts = [Int](repeating: 0, count: 6)
    for _ in 0..<60_000 { counts[stream.nextIndex(below: 6)] += 1 }
    for count in counts { #expect(abs(count - 10_000) < 400) }
  }
}
