import Foundation
import Kernels
import OpenCL
import OpenCLEngine
import Parity
import Testing

private let anyDevice: OpenCLDevice? = try? OpenCLDevice.all(OpenCLLibrary()).first

@Suite(
  "Parity with the original on a device",
  .enabled(if: anyDevice != nil, "NO OPENCL HERE: install ocl-icd-libopencl1 and pocl-opencl-icd"))
struct OpenCLParityTests {
  @Test(
    "every number of five training steps agrees with the original, within the processor's bounds",
    arguments: KernelSet.allCases)
  func agrees(kernels: KernelSet) throws {
    let engine = try OpenCLEngine(#require(anyDevice), kernels: kernels)
    let report = try checkParity(
      with: goldenFile(), context: ComputeContext(threads: 1, kernels: kernels), engine: engine)
    #expect(report.rows.count > 250)
    #expect(report.rows.allSatisfy { $0.verdict == .passed }, "\(report.failures)")
  }
}
