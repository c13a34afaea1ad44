import Kernels
import OpenCL
import Randomness
import Testing

@testable import OpenCLEngine

/// The device that the tests use: the first one, mostly PoCL's processor.
enum TestDevice {
  static let device: OpenCLDevice? = try? OpenCLDevice.all(OpenCLLibrary()).first

  static func engine(stepsAhead: Int = 32) throws -> OpenCLEngine {
    try OpenCLEngine(#require(device), stepsAhead: stepsAhead)
  }
}

/// All tests that need a device. One after the other: they would only wait for the same processors.
@Suite(
  "On a device", .serialized,
  .enabled(if: TestDevice.device != nil, "NO OPENCL HERE: install ocl-icd-libopencl1 and pocl-opencl-icd"))
enum OnDevice {}

/// Numbers from N(0, 1).
func normals(_ count: Int, _ name: String) -> [Float] {
  var stream = RandomStream(seed: 5, name: name)
  return (0..<count).map { _ in Float(stream.nextNormalPair().0) }
}

/// A batch of such numbers, as on the processor; padded lanes are zero.
func batch(_ layout: BatchLayout, _ count: Int, _ name: String) -> FloatBuffer {
  let buffer = FloatBuffer(count: layout.count(perImage: count))
  ComputeContext(threads: 1).load(
    buffer, imageMajor: normals(layout.images * count, name), layout: layout, count: count)
  return buffer
}

/// A buffer whose every number is wrong.
func poisoned(_ count: Int) -> FloatBuffer {
  let buffer = FloatBuffer(count: count)
  buffer.fill(with: .nan)
  return buffer
}

func poisoned(_ layout: BatchLayout, _ count: Int) -> FloatBuffer { poisoned(layout.count(perImage: count)) }

/// The largest difference, relative to the largest number expected; infinite where a number is not one.
func error(_ ours: [Float], _ expected: [Float]) -> Float {
  guard ours.count == expected.count, ours.allSatisfy(\.isFinite) else { return .infinity }
  let largest = expected.reduce(Float.leastNormalMagnitude) { max($0, abs($1)) }
  return zip(ours, expected).reduce(0) { max($0, abs($1.0 - $1.1)) } / largest
}

/// Layouts with and without padding and lanes.
let layouts = [
  BatchLayout(images: 1), BatchLayout(images: 5), BatchLayout(images: 1, padsSmallBatches: true),
  BatchLayout(images: 16), BatchLayout(images: 31), BatchLayout(images: 33),
]
