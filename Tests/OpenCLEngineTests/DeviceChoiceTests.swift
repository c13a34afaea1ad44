import Diagnostics
import OpenCL
import Testing

@testable import OpenCLEngine

@Suite("The choice of a device")
struct DeviceChoiceTests {
  private struct Device: Equatable {
    var title: String
    var isGPU = false
  }

  private static let processor = Device(title: "pthread-EPYC, Portable Computing Language")
  private static let cards = [
    Device(title: "Card A100, CUDA", isGPU: true), Device(title: "Card H100, CUDA", isGPU: true),
  ]
  private static let all = [processor] + cards

  private func choose(_ words: String?, among devices: [Device] = all) throws(Problem) -> Device {
    try DeviceChoice.choose(words, among: devices, isGPU: \.isGPU, title: \.title)
  }

  @Test("the first graphics card is taken, and a processor only when it is named")
  func defaults() throws {
    #expect(try choose(nil) == Self.cards[0])
    #expect(try choose("epyc") == Self.processor)
    #expect(throws: Problem.self) { try choose(nil, among: [Self.processor]) }
  }

  @Test("a number is a place in the list, and other words are a part of a name or a platform")
  func named() throws {
    #expect(try choose("0") == Self.processor)
    #expect(try choose("2") == Self.cards[1])
    #expect(try choose("h100") == Self.cards[1])
    #expect(try choose("cuda") == Self.cards[0])
    #expect { try choose("3") } throws: { ($0 as? Problem)?.cause.contains("0 to 2") == true }
    #expect { try choose("radeon") } throws: { ($0 as? Problem)?.place == "--device radeon" }
  }

  @Test("what is missing is said together with what to install")
  func missing() {
    let loader = Problem(OpenCLError(.noLoader, "find its loader", "there is none"))
    #expect(loader.kind == .missingInput && loader.hint.contains("ocl-icd-libopencl1"))
    let driver = Problem(OpenCLError(.noPlatform, "find a driver", "there is none"))
    #expect(driver.kind == .missingInput && driver.hint.contains("OCL_ICD_VENDORS"))
  }

  @Test("the hash of the kernels' text is sixteen digits of all that is computed with")
  func hash() {
    #expect(KernelText.hash.count == 16)
    #expect(KernelText.allCases.allSatisfy { $0.source.contains("FP_CONTRACT OFF") })
  }
}
