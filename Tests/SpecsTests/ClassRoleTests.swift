import Diagnostics
import Settings
import TestSupport
import Testing

@testable import Specs

private let mnist = "dataset: {name: mnist}\nseeds: [0]\n"
private let oneClass = mnist + "protocol: {split: one-class-normal}\n"

private func experiment(_ text: String, _ overrides: String...) throws -> Experiment {
  try Experiment.parse(text: text, path: "e.yaml", overrides: overrides)
}

private func problem(_ text: String, _ overrides: String...) throws -> Problem {
  let error = try #require(throws: SpecProblems.self) {
    try Experiment.parse(text: text, path: "e.yaml", overrides: overrides)
  }
  #expect(error.problems.count == 1, "\(error)")
  return error.problems[0]
}

@Suite("One class normal, in a spec")
struct ClassRoleTests {
  @Test("takes the classes that are normal in turn, all of them by default")
  func classes() throws {
    let all = try experiment(oneClass)
    #expect(all.classRole == .normal)
    #expect(all.runs.map(\.heldOut) == (0...9).map(String.init))
    let some = try experiment(oneClass + "normal_class: [5, 3]\n")
    #expect(some.runs.map(\.classPhrase) == ["3 normal", "5 normal"])
    #expect(try experiment(mnist + "held_out: [3]\n").runs.map(\.classPhrase) == ["3 held out"])
  }

  @Test("is resolved as it is written: `normal_class` and no `held_out`, and the other way round")
  func resolved() throws {
    let normal = try experiment(oneClass + "normal_class: [5, 3]\n")
    #expect(normal.resolvedYAML.contains("\nnormal_class: [\"3\", \"5\"]\n"))
    #expect(!normal.resolvedYAML.contains("held_out"))
    var again = try Experiment.parse(text: normal.resolvedYAML, path: "e.yaml")
    again.source = normal.source
    #expect(again == normal)
    #expect(!(try experiment(mnist).resolvedYAML.contains("normal_class")))
  }

  @Test("has runs of its own, and leaves the ids of all others as they were")
  func identity() throws {
    let normal = try experiment(oneClass + "normal_class: [3]\n").runs[0]
    let heldOut = try experiment(mnist + "held_out: [3]\n").runs[0]
    #expect(normal.identifier(dataFingerprint: "f") != heldOut.identifier(dataFingerprint: "f"))
    #expect(
      normal.differences(from: heldOut).map(\.key) == ["protocol.split", "normal_class", "held_out"])
    let sampled = try experiment(mnist + "held_out: [3]\nprotocol: {test_samples: 100}\n").runs[0]
    let whole = try experiment(mnist + "held_out: [3]\nprotocol: {test_samples: 0}\n").runs[0]
    #expect(whole.identifier(dataFingerprint: "f") == heldOut.identifier(dataFingerprint: "f"))
    #expect(sampled.identifier(dataFingerprint: "f") != heldOut.identifier(dataFingerprint: "f"))
  }

  @Test("and `held_out` refuse each other, with what to write instead")
  func contradictions() throws {
    let heldOut = try problem(oneClass + "held_out: [3]\n")
    #expect(heldOut.place == "e.yaml:4:11")
    #expect(heldOut.cause.contains("'held_out' has no effect with `split: one-class-normal`"))
    #expect(heldOut.hint == "write `normal_class`")
    let normal = try problem(mnist + "normal_class: [3]\n")
    #expect(normal.place == "e.yaml:3:15")
    #expect(normal.cause.contains("it applies only with `split: one-class-normal`"))
    #expect(normal.hint.contains("write `held_out`"))
    #expect(try problem(mnist, "normal_class=[3]").place == "--set normal_class=[3]")
  }

  @Test(
    "a class given for one split is dropped where a later layer chooses the other, not where it is too late")
  func layers() throws {
    let text = mnist + "held_out: [3]\n"
    let turned = try experiment(text, "protocol.split=one-class-normal", "normal_class=[4]")
    #expect(turned.runs.map(\.classPhrase) == ["4 normal"])
    #expect(try experiment(text, "protocol.split=one-class-normal").runs.count == 10)
    let late = try problem(text, "protocol.split=one-class-normal", "held_out=[4]")
    #expect(late.place == "--set held_out=[4]")
    let back = try experiment(oneClass + "normal_class: [3]\n", "protocol.split=official", "held_out=[1]")
    #expect(back.runs.map(\.classPhrase) == ["1 held out"])
  }

  @Test("unknown classes are refused by the key that names them")
  func unknown() throws {
    let unknown = try problem(oneClass + "normal_class: [12]\n")
    #expect(unknown.cause.contains("'normal_class'") && unknown.cause.contains("the text '12'"))
    #expect(try problem(oneClass + "normal_class: 3\n").hint == "write [3]")
  }

  @Test("is refused for an image folder, whose folders say what is normal")
  func imageFolder() throws {
    let text = "dataset: {name: folder, folder: a}\nprotocol: {split: one-class-normal}\n"
    let found = try problem(text)
    #expect(found.place == "e.yaml:2:19")
    #expect(found.cause.contains("defines its normal class") && found.hint == "write `split: official`")
  }

  @Test("is not varied by a sweep, which has one kind of class")
  func sweep() throws {
    let text = mnist + "sweep: {grid: {protocol.split: [pooled-80-20, one-class-normal]}}\n"
    #expect(try problem(text).cause.contains("cannot vary whether classes are held out or normal"))
    let both = "sweep: {grid: {protocol.score: [l1, squared-l2]}}\n"
    #expect(try experiment(oneClass + both).runs.count == 20)
  }

  @Test("a test on one image is refused: it would lack a kind")
  func singleSample() throws {
    #expect(try problem(mnist + "protocol: {test_samples: 1}\n").place == "e.yaml:3:26")
  }
}
