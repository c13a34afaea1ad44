import Settings
import Testing

@testable import Reports

@Suite("The best of several detectors")
struct BestTests {
  private func table(
    _ values: [[[Double?]]], isHigherBetter: Bool = true, classRole: ClassRole = .heldOut
  ) -> AUCTable {
    AUCTable(
      title: "t", isHigherBetter: isHigherBetter,
      detectors: (0..<values.count).map { String(UnicodeScalar(UInt8(97 + $0))) }, heldOut: ["0", "1"],
      classRole: classRole, seeds: Array(0..<values[0][0].count), values: values)
  }

  @Test("is marked for each class and for the mean; of values that print the same, all of them")
  func marks() {
    let three = table([[[0.9], [0.5]], [[0.8], [0.6001]], [[0.8999], [0.5999]]])
    // 0.9 and 0.8999 both print as .900, 0.6001 and 0.5999 as .600; the means are .700, .700 and .750.
    #expect(three.bestDetectors() == [[0, 2], [1, 2], [2]])
    let text = three.text()
    #expect(text.contains("\na         .900•  .500   .700\n"), "\(text)")
    #expect(text.contains("\nc         .900•  .600•  .750•\n"), "\(text)")
    #expect(text.contains("\n• the best detector of each class and of the mean, all of them where several"))
    #expect(three.markdown.contains("| a        | **.900** |     .500 |     .700 |"), "\(three.markdown)")
    #expect(three.latex.contains("    c & \\textbf{.900} & \\textbf{.600} & \\textbf{.750} \\\\"))
  }

  @Test("is bold on a terminal that can, in columns as wide as without")
  func bold() {
    let two = table([[[0.9], [0.5]], [[0.8], [0.6]]])
    let text = two.text(width: 80, bold: true)
    #expect(text.contains("\na         \u{1B}[1m.900•\u{1B}[0m  .500   "), "\(text)")
    let plain = text.replacing("\u{1B}[1m", with: "").replacing("\u{1B}[0m", with: "")
    #expect(plain == two.text(width: 80))
  }

  @Test("is the lowest value of a measure of which less is better")
  func lowest() {
    #expect(
      table([[[0.9], [0.5]], [[0.8], [0.6]]], isHigherBetter: false).bestDetectors() == [[1], [0], [0, 1]])
  }

  @Test("is nobody where there is one detector, or one with a value")
  func alone() {
    #expect(table([[[0.9], [0.5]]]).bestDetectors() == [[], [], []])
    #expect(!table([[[0.9], [0.5]]]).text().contains("•"))
    #expect(table([[[0.9], [nil]], [[nil], [nil]]]).bestDetectors() == [[], [], []])
    #expect(!table([[[0.9], [nil]], [[nil], [nil]]]).text().contains("the best detector"))
  }

  @Test("has values of all seeds: a mean over fewer is marked as such, and does not compete")
  func partial() {
    let gaps = table([[[0.9, nil], [0.5, 0.5]], [[0.6, 0.6], [0.4, 0.4]], [[0.5, 0.5], [0.3, 0.3]]])
    #expect(gaps.bestDetectors() == [[1], [0], [1]])
    #expect(gaps.text().contains(".900*"))
    #expect(gaps.text().contains(".600•"))
  }

  @Test("tables of normal classes say so in every form, and never `held out`")
  func normalClasses() {
    let values: [[[Double?]]] = [[[0.9, 0.8], [0.5, nil]], [[0.8, 0.7], [0.6, 0.5]]]
    var normal = table(values, classRole: .normal)
    normal.notes = []
    let failed = AUCTable(
      title: "t", detectors: ["a"], heldOut: ["0", "1"], classRole: .normal, seeds: [0],
      values: [[[0.5], [nil]]], failures: [AUCTable.Failure(detector: 0, heldOut: [1], seed: 0, cause: "c")])
    let renderings =
      [normal, failed].flatMap { [$0.text(), $0.text(width: 20), $0.markdown, $0.latex, $0.csv, $0.json] }
    for text in renderings { #expect(!text.contains("held") && text.contains("normal"), "\(text)") }
    #expect(normal.text().hasPrefix("t: AUROC by normal class\n"))
    #expect(normal.markdown.contains("| normal class |"))
    #expect(normal.csv.hasPrefix("detector,normal_class,seed,metric,value,status\r\n"))
    #expect(normal.json.contains("\"mean_over_normal_class\""))
    #expect(failed.text().contains("\n× 1 normal, seed 0: c\n"))
  }
}
