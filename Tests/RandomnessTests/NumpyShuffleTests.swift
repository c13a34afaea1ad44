import Testing

@testable import Randomness

struct NumpyShuffleTests {
  @Test(
    "ten numbers come in numpy's order",
    arguments: [
      (0, [2, 8, 4, 9, 1, 6, 7, 3, 0, 5]),
      (1, [2, 9, 6, 4, 0, 3, 1, 7, 8, 5]),
      (2, [4, 1, 5, 0, 7, 2, 3, 6, 9, 8]),
    ] as [(UInt32, [Int])])
  func ten(seed: UInt32, expected: [Int]) {
    #expect(NumpyShuffle.permutation(of: 10, seed: seed) == expected)
  }

  @Test(
    "54,000 numbers begin in numpy's order",
    arguments: [
      (0, [89, 40336, 38133, 12851, 7670, 35076, 8644, 4500]),
      (1, [17556, 24348, 12806, 11343, 53456, 37529, 7575, 43962]),
      (2, [24842, 146, 43636, 48623, 41740, 5118, 22178, 35000]),
    ] as [(UInt32, [Int])])
  func many(seed: UInt32, expected: [Int]) {
    #expect(Array(NumpyShuffle.permutation(of: 54000, seed: seed).prefix(8)) == expected)
  }

  @Test("the generator gives the authors' published output for their default seed")
  func generator() {
    var generator = MersenneTwister(seed: 5489)
    #expect((0..<3).map { _ in generator.next() } == [3_499_211_612, 581_869_302, 3_890_346_734])
    // C++ demands this of std::mt19937: the 10,000th number after default construction.
    for _ in 3..<9999 { _ = generator.next() }
    #expect(generator.next() == 4_123_659_995)
  }

  @Test("the largest seed of numpy is taken")
  func largestSeed() {
    #expect(NumpyShuffle.permutation(of: 10, seed: .max) == [6, 9, 5, 1, 8, 0, 7, 4, 2, 3])
  }

  @Test("every number occurs exactly once", arguments: [0, 1, 2, 3, 255, 256, 257, 1000])
  func permutation(count: Int) {
    #expect(NumpyShuffle.permutation(of: count, seed: 7).sorted() == Array(0..<count))
  }
}
