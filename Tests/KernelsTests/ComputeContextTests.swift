import Kernels
import Synchronization
import Testing

@Suite("Sharing work")
struct ComputeContextTests {
  @Test("each item is done exactly once", arguments: [1, 2, 7], [0, 1, 2, 100])
  func once(threads: Int, items: Int) {
    let counts = FloatBuffer(count: max(1, items))
    nonisolated(unsafe) let pointer = counts.pointer
    ComputeContext(threads: threads).forEach(items, .elementwise, scratch: 16) { item, scratch in
      scratch[15] = 1
      pointer[item] += 1
    }
    #expect(counts.array.prefix(items).allSatisfy { $0 == 1 })
  }
}
