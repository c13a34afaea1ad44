import Testing

@testable import Kernels

@Suite("Sharing work")
struct ComputeContextTests {
  private struct Counting: WorkItems {
    let counts: UnsafeMutablePointer<Float>

    func perform(_ item: Int, scratch: UnsafeMutablePointer<Float>) {
      scratch[15] = 1
      counts[item] += 1
    }
  }

  @Test("each item is done exactly once", arguments: [1, 2, 7], [0, 1, 2, 100])
  func once(threads: Int, items: Int) {
    let counts = FloatBuffer(count: max(1, items))
    let context = ComputeContext(threads: threads)
    for _ in 0..<3 {
      counts.fill(with: 0)
      context.perform(Counting(counts: counts.pointer), count: items, .elementwise, scratch: 16)
      #expect(counts.array.prefix(items).allSatisfy { $0 == 1 })
    }
  }
}
