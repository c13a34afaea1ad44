import Kernels
import Testing

@testable import OpenCLEngine

extension OnDevice {
  /// These operations, and their order, are the processor's, so that the bits are equal.
  @Suite("Elementwise operations")
  struct ElementwiseTests {
    private let engine: OpenCLEngine
    private let processor = ComputeContext(threads: 1)

    init() throws { engine = try TestDevice.engine() }

    @Test("each gives the processor's bits, and leaves alone what lies behind", arguments: [1, 255, 1000])
    func sameBits(count: Int) {
      let (a, b, c) = (normals(count + 9, "a"), normals(count + 9, "b"), normals(count + 9, "c"))
      let operations: [(String, (any Engine, [FloatBuffer]) -> Void)] = [
        ("add", { $0.add($1[1], to: $1[0], count: count) }),
        ("addScaled", { $0.addScaled($1[1], to: $1[0], factor: 0.3, count: count) }),
        ("multiply", { $0.multiply($1[0], $1[1], $1[2], count: count) }),
        ("multiply in place", { $0.multiply($1[0], $1[0], $1[2], count: count) }),
        ("scaledDifference", { $0.scaledDifference($1[0], $1[1], $1[2], factor: 0.7, count: count) }),
        ("addScaledDifference", { $0.addScaledDifference($1[0], $1[1], $1[2], factor: 0.7, count: count) }),
        ("average", { $0.addScaledDifference($1[0], $1[1], $1[0], factor: 0.1, count: count) }),
        ("addScaledSign", { $0.addScaledSign($1[0], $1[1], $1[2], factor: 0.7, count: count) }),
        ("sign of zero", { $0.addScaledSign($1[0], $1[1], $1[1], factor: 0.7, count: count) }),
        ("rectify", { $0.rectify($1[0], $1[1], count: count) }),
        ("addRectifiedGradient", { $0.addRectifiedGradient($1[0], $1[1], of: $1[2], count: count) }),
      ]
      for (name, operation) in operations {
        let results = [processor, engine as any Engine].map { (engine: any Engine) in
          let buffers = [a, b, c].map { FloatBuffer($0) }
          operation(engine, buffers)
          return buffers.map(\.array)
        }
        #expect(results[0] == results[1], "\(name)")
        #expect(results[1][0][count...] == a[count...], "\(name)")
      }
    }

    @Test("Adam's steps give the processor's bits")
    func adam() {
      let count = 777
      let results = [processor, engine as any Engine].map { (engine: any Engine) in
        let (parameters, first, second) = (
          FloatBuffer(normals(count, "p")), FloatBuffer(count: count), FloatBuffer(count: count)
        )
        for step in 1...3 {
          engine.adam(
            AdamStep(
              parameters: parameters, gradient: FloatBuffer(normals(count, "g\(step)")), firstMoment: first,
              secondMoment: second, decay1: (0.5, 0.5), decay2: (0.999, 0.001), stepSize: 2e-4 / Float(step),
              rootCorrection: 31 / Float(step), epsilon: 1e-8))
        }
        return [parameters, first, second].map(\.array)
      }
      #expect(results[0] == results[1])
    }
  }

  @Suite("Buffers")
  struct BufferTests {
    private let engine: OpenCLEngine

    init() throws { engine = try TestDevice.engine() }

    @Test("whoever reads or writes a buffer sees the newest numbers, wherever they were written")
    func coherent() {
      let (target, ones) = (FloatBuffer([1, 2, 3]), FloatBuffer([1, 1, 1]))
      engine.add(ones, to: target, count: 3)
      #expect(target[0] == 2 && target.array == [2, 3, 4])
      target[1] = 10
      engine.add(ones, to: target, count: 3)
      #expect(target[0..<2] == [3, 11])
      ones.fill(with: 5)
      engine.add(ones, to: target, count: 2)
      target.replace(from: 2, with: [-1])
      #expect(target.array == [8, 16, -1])
      engine.add(ones, to: target, count: 3)
      let copy = FloatBuffer(count: 3)
      copy.copy(from: target)
      #expect(copy.array == [13, 21, 4])
      engine.add(ones, to: copy, count: 1)
      target.copy(from: copy)
      #expect(target.array == [18, 21, 4])
      // Written by the host only, copied over a mirror.
      target.copy(from: FloatBuffer([7, 8, 9]))
      engine.add(ones, to: target, count: 3)
      #expect(target.array == [12, 13, 14])
    }

    @Test("a buffer goes from one engine to another with its numbers")
    func twoEngines() throws {
      let other = try TestDevice.engine()
      let (target, ones) = (FloatBuffer([1, 2, 3]), FloatBuffer([1, 1, 1]))
      engine.add(ones, to: target, count: 3)
      other.add(ones, to: target, count: 3)
      engine.add(ones, to: target, count: 3)
      #expect(target.array == [4, 5, 6])
    }
  }
}
