import Settings
import Testing

@testable import Specs

@Suite("Classes held out together")
struct ClassGroupTests {
  private static let mnist = "dataset: {name: mnist}\nseeds: [0]\n"
  private static let folder = "dataset: {name: folder, folder: a, layout: classes}\nseeds: [0]\n"

  private func experiment(_ text: String) throws -> Experiment {
    try Experiment.parse(text: text, path: "e.yaml")
  }

  private func causes(_ text: String) throws -> [String] {
    let error = try #require(throws: SpecProblems.self) { try experiment(text) }
    return error.problems.map { "\($0)" }
  }

  @Test("form one run, in the data set's order whatever the spec's")
  func order() throws {
    let groups = try experiment(Self.mnist + "held_out: [[7, 1], 3, [0, 9, 1]]\n")
    #expect(groups.runs.map(\.heldOut) == ["0 + 1 + 9", "1 + 7", "3"])
    #expect(groups.runs[1].classPhrase == "1 + 7 held out")
    let normal = try experiment(
      Self.mnist + "protocol: {split: one-class-normal}\nnormal_class: [[1, 7]]\n")
    #expect(normal.runs.map(\.classPhrase) == ["1 + 7 normal"])
  }

  @Test("are written in the resolved form as lists, which read back as the same experiment")
  func resolved() throws {
    let groups = try experiment(Self.mnist + "held_out: [[7, 1], 3]\n")
    #expect(groups.resolvedYAML.contains("\nheld_out: [[\"1\", \"7\"], \"3\"]\n"), "\(groups.resolvedYAML)")
    #expect(try experiment(groups.resolvedYAML).runs == groups.runs)
  }

  @Test("have an id of their own, and a group of one is its class")
  func identity() throws {
    let together = try experiment(Self.mnist + "held_out: [[1, 7]]\n").runs[0]
    let alone = try experiment(Self.mnist + "held_out: [1]\n").runs[0]
    #expect(together.identifier(dataFingerprint: "f") != alone.identifier(dataFingerprint: "f"))
    #expect(try experiment(Self.mnist + "held_out: [[1]]\n").runs == [alone])
  }

  @Test("are refused if a class or a group occurs twice, is unknown or empty")
  func refusals() throws {
    for (text, words) in [
      ("[[1, 1]]", "occurs more than once"), ("[[1, 7], [7, 1]]", "'1 + 7' occurs more than once"),
      ("[[1, 11]]", "must be one of 0, 1"), ("[[]]", "a list of at least 1"),
      ("[[[1]]]", "must be one of 0, 1"),
    ] {
      let found = try causes(Self.mnist + "held_out: \(text)\n")
      #expect(found.count == 1 && found[0].contains(words), "\(text): \(found)")
    }
  }

  @Test("of an image folder of classes are taken as they are named, in the spec's order")
  func folders() throws {
    let some = try experiment(Self.folder + "held_out: [dog, [cat, 7]]\n")
    #expect(some.runs.map(\.heldOut) == ["dog", "cat + 7"])
    #expect(some.evaluation.split == .pooled)
    #expect(try experiment(some.resolvedYAML).runs == some.runs)
    #expect(try causes(Self.folder + "held_out: [a + b]\n")[0].contains("which separates the classes"))
    #expect(try causes(Self.folder + "held_out: dog\n")[0].contains("write [dog]"))
  }

  @Test("cannot be named where the folders say what is anomalous, or where nothing is")
  func otherLayouts() throws {
    for layout in ["kinds", "normals"] {
      let spec = "dataset: {name: folder, folder: a, layout: \(layout)}\n"
      #expect(try causes(spec + "held_out: [dog]\n")[0].contains("layout: classes"))
      #expect(
        try causes(spec + "protocol: {split: one-class-normal}\n")[0].contains("defines its normal class"))
    }
    let normals = "dataset: {name: folder, folder: a, layout: normals}\n"
    #expect(try experiment(normals).evaluation.split == .pooled)
    #expect(try causes(normals + "protocol: {epoch: best-on-test}\n")[0].contains("without anomalies"))
    #expect(
      try causes(normals + "protocol: {split: official}\n")[0].contains("no official train and test part"))
  }
}
