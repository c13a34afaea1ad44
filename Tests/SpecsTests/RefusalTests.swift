import Diagnostics
import Specs
import TestSupport
import Testing

/// A spec, as the file `e.yaml`, that must be refused.
struct BadSpec: Sendable, CustomTestStringConvertible {
  var title: String
  var text: String
  /// Line and column; empty for the file as a whole.
  var at: String
  /// What the message must say.
  var words: [String]

  init(_ title: String, _ text: String, at: String, _ words: String...) {
    (self.title, self.text, self.at, self.words) = (title, text, at, words)
  }

  var testDescription: String { title }
}

/// The beginning of specs whose trouble comes later: one line.
private let mnist = "dataset: {name: mnist}\n"

private let badYAML = [
  BadSpec("empty", "", at: "", "is empty", "dataset"),
  BadSpec("nothing but a comment", "# hello\n", at: "", "is empty"),
  BadSpec("nothing but null", "---\n~\n", at: "", "is empty"),
  BadSpec("a list", "- dataset\n", at: "1:1", "must be a mapping", "a list"),
  BadSpec("a scalar", "mnist\n", at: "1:1", "must be a mapping", "the text 'mnist'"),
  BadSpec("an open bracket", mnist + "seeds: [0, 1\n", at: "3:1", "not valid YAML", "',' or ']'"),
  BadSpec(
    "a tab", "dataset:\n\tname: mnist\n", at: "2:1", "a tab where YAML takes only spaces", "(write spaces)"),
  BadSpec("a tab after spaces", "dataset:\n  name: mnist\n \tside: 32\n", at: "3:2", "a tab where YAML"),
  BadSpec("bad indentation", "dataset:\n  name: mnist\n side: 32\n", at: "3:2", "not valid YAML"),
  BadSpec("an open quote", mnist + "name: \"a\n", at: "3:1", "not valid YAML", "unexpected end of stream"),
  BadSpec("a control character", mnist + "name: a\u{1}\n", at: "2:8", "control characters"),
  BadSpec("an unknown alias", mnist + "seeds: *those\n", at: "2:8", "undefined alias"),
  BadSpec("two documents", mnist + "---\nname: b\n", at: "3:1", "second YAML document"),
  BadSpec("a key twice", "name: a\ndataset: {name: mnist}\nname: b\n", at: "1:1", "'name'", "more than once"),
  BadSpec(
    "a key twice, below", mnist + "detector: {epochs: 1, width: 2, epochs: 3}\n", at: "2:12", "'epochs'",
    "once"),
  BadSpec("an integer as key", mnist + "1: a\n", at: "2:1", "a key must be a word", "'1'"),
  BadSpec("a flag as key", mnist + "detector: {true: a}\n", at: "2:12", "a key must be a word", "'true'"),
  BadSpec("a list as key", mnist + "? [a]\n: b\n", at: "2:3", "a key must be a word", "a list"),
  BadSpec(
    "a tag", mnist + "detector: {epochs: !!int \"3\"}\n", at: "2:20", "tag '!!int'", "write the value alone"),
  BadSpec("a tag on a mapping", mnist + "detector: !gan {epochs: 3}\n", at: "2:11", "tag '!gan'"),
  BadSpec(
    "a merge key", "dataset: &d {name: mnist}\nprotocol: {<<: *d}\n", at: "2:12",
    "'<<' would merge another mapping, which specs do not support",
    "write the values out, or `extends` the spec that has them"),
  BadSpec("a merge key above", "dataset: &d {name: mnist}\n<<: *d\n", at: "2:1", "'<<' would merge"),
  BadSpec(
    "a class with a leading zero", mnist + "held_out: [03]\n", at: "2:12", "not the text '03'", "(write 3)"),
  BadSpec(
    "a quoted class with a leading zero", mnist + "held_out: [\"03\"]\n", at: "2:12", "(write 3)"),
  BadSpec("a class in hexadecimal", mnist + "held_out: [0x3]\n", at: "2:12", "(write 3)"),
  BadSpec("a class beyond all", mnist + "held_out: [010]\n", at: "2:12", "one of 0, 1,"),
]

private let badKeys = [
  BadSpec("an unknown key", mnist + "seds: [0]\n", at: "2:1", "unknown key 'seds'", "did you mean 'seeds'?"),
  BadSpec("a key far from any", mnist + "hue: red\n", at: "2:1", "the keys are name, description"),
  BadSpec(
    "an unknown detector key", mnist + "detector:\n  learningRte: 1\n", at: "3:3",
    "unknown key 'learningRte' in detector", "did you mean 'learning_rate'?"),
  BadSpec("an unknown protocol key", mnist + "protocol: {scor: l1}\n", at: "2:12", "in protocol", "'score'"),
  BadSpec("an unknown dataset key", "dataset: {name: mnist, size: 32}\n", at: "1:24", "in dataset", "'side'"),
  BadSpec(
    "an unknown engine", mnist + "engine: cuda\n", at: "2:9", "'engine' must be", "cpu", "opencl"),
  BadSpec(
    "a detector that the engine does not compute", mnist + "engine: opencl\ndetector: {name: vae}\n",
    at: "2:9",
    "the detector 'vae' is not computed by 'opencl'", "ganomaly, skip-ganomaly, anogan, egbad"),
  BadSpec("no data set", "name: a\n", at: "", "'dataset.name' is missing", "digits, mnist"),
  BadSpec("no data set name", "name: a\ndataset: {side: 32}\n", at: "2:10", "'dataset.name' is missing"),
  BadSpec("no file", "dataset: {name: arrays}\n", at: "1:17", "'dataset.file' is missing"),
  BadSpec(
    "a file for MNIST", "dataset: {name: mnist, file: a.npz}\n", at: "1:24",
    "'dataset.file' has no effect here", "only with `name: arrays`"),
  BadSpec("no folder", "dataset: {name: folder}\n", at: "1:17", "'dataset.folder' is missing"),
  BadSpec(
    "a folder for MNIST", "dataset: {name: mnist, folder: a}\n", at: "1:24",
    "'dataset.folder' has no effect here", "only with `name: folder`"),
  BadSpec(
    "a test order with running statistics", mnist + "protocol: {test_order: shuffled}\n", at: "2:12",
    "'protocol.test_order' has no effect", "`batch_norm: batch`"),
  BadSpec(
    "a test batch with running statistics alone", mnist + "protocol: {passes: [running], test_batch: 9}\n",
    at: "2:31", "'protocol.test_batch' has no effect"),
]

private let badValues = [
  BadSpec("no value", mnist + "seeds:\n", at: "2:7", "'seeds' has no value"),
  BadSpec("null", mnist + "detector: {width: null}\n", at: "2:19", "'detector.width' has no value"),
  BadSpec("a section without value", "dataset:\n", at: "1:9", "'dataset' must be a mapping", "nothing"),
  BadSpec("a section as text", "dataset: mnist\n", at: "1:10", "must be a mapping", "{name: mnist}"),
  BadSpec(
    "a text for an integer", mnist + "detector: {width: wide}\n", at: "2:19",
    "'detector.width' must be an integer from 1 to 1024", "the text 'wide'"),
  BadSpec("an integer in quotes", mnist + "detector: {width: '8'}\n", at: "2:19", "write it without quotes"),
  BadSpec("a fraction for an integer", mnist + "detector: {width: 1.5}\n", at: "2:19", "the number 1.5"),
  BadSpec("an exponent for an integer", mnist + "detector: {width: 1e2}\n", at: "2:19", "1e2", "write 100"),
  BadSpec("hexadecimal", mnist + "detector: {width: 0x10}\n", at: "2:19", "'0x10'", "write 16"),
  BadSpec("underscores", mnist + "detector: {epochs: 1_000}\n", at: "2:20", "'1_000'", "write 1000"),
  BadSpec("a leading zero", mnist + "detector: {epochs: 010}\n", at: "2:20", "the text '010'", "write 10"),
  BadSpec("zero epochs", mnist + "detector: {epochs: 0}\n", at: "2:20", "from 1 to 100000", "the integer 0"),
  BadSpec("an endless integer", mnist + "seeds: [99999999999999999999]\n", at: "2:9", "from 0 to 4294967295"),
  BadSpec("a list for a number", mnist + "detector: {beta1: [0.5]}\n", at: "2:19", "a number", "a list"),
  BadSpec("a mapping for a number", mnist + "detector: {beta1: {a: 1}}\n", at: "2:19", "a mapping"),
  BadSpec("a decay of 1", mnist + "detector: {beta1: 1}\n", at: "2:19", "from 0 to below 1", "the integer 1"),
  BadSpec("no learning rate", mnist + "detector: {learning_rate: 0}\n", at: "2:27", "a number above 0"),
  BadSpec("not a number", mnist + "detector: {learning_rate: .nan}\n", at: "2:27", "number .nan", "finite"),
  BadSpec("infinity", mnist + "detector: {encoder_weight: .inf}\n", at: "2:28", "of at least 0", "finite"),
  BadSpec("overflow", mnist + "detector: {encoder_weight: 1e999}\n", at: "2:28", "1e999", "finite"),
  BadSpec("a side of 48", "dataset: {name: mnist, side: 48}\n", at: "1:30", "32, 64, 128, 256", "4·2^k"),
  BadSpec(
    "an unknown data set", "dataset: {name: minst}\n", at: "1:17", "digits, mnist, fashion-mnist",
    "did you mean 'mnist'?"),
  BadSpec(
    "an unknown detector", mnist + "detector: {name: gan}\n", at: "2:18", "'detector.name'", "ganomaly"),
  BadSpec("an unknown score", mnist + "protocol: {score: l3}\n", at: "2:19", "l1, squared-l2", "mean 'l1'?"),
  BadSpec(
    "an unknown preset", mnist + "preset: code-2020\n", at: "2:9",
    "paper, folders-2018, code-2018, code-2019, clean", "mean 'code-2018'?"),
  BadSpec(
    "a pass twice", mnist + "protocol: {passes: [running, running]}\n", at: "2:30", "more than once"),
  BadSpec(
    "a field by its former key as well", mnist + "protocol: {passes: [running], readings: [batch-1]}\n",
    at: "2:31", "the former name of"),
  BadSpec("an unknown pass", mnist + "protocol: {passes: [bach]}\n", at: "2:21", "every element of"),
  BadSpec(
    "yes for a flag", "dataset: {name: folder, folder: a, skip_unreadable: yes}\n", at: "1:53",
    "true or false",
    "write true"),
  BadSpec("one seed, no list", mnist + "seeds: 3\n", at: "2:8", "a list of at least 1", "write [3]"),
  BadSpec("no seeds", mnist + "seeds: []\n", at: "2:8", "a list of at least 1"),
  BadSpec("a seed twice", mnist + "seeds: [1, 2, 1]\n", at: "2:15", "the integer 1", "more than once"),
  BadSpec("a negative seed", mnist + "seeds: [-1]\n", at: "2:9", "every element of 'seeds'", "from 0"),
  BadSpec("a seed of 33 bits", mnist + "seeds: [4294967296]\n", at: "2:9", "4294967295"),
  BadSpec("a year as folder", "dataset: {name: folder, folder: 2024}\n", at: "1:33", "a text", "\"2024\""),
]

private let contradictions = [
  BadSpec("a bad name", "name: My Run\n" + mnist, at: "1:7", "'My Run'", "a-z", "name: my-run"),
  BadSpec(
    "a name too long for a file", "name: \(String(repeating: "n", count: 161))\n" + mnist, at: "1:7",
    "has 161 characters", "at most 160"),
  BadSpec("an empty name", "name: ''\n" + mnist, at: "1:7", "a-z", "give it a `name`"),
  BadSpec("extends nothing", mnist + "extends: 3\n", at: "2:10", "'extends' must be the path of a spec"),
  BadSpec("a base that is missing", mnist + "extends: b.yaml\n", at: "2:10", "there is no file 'b.yaml'"),
  BadSpec("an unknown class", mnist + "held_out: [0, 11]\n", at: "2:15", "0, 1, 2, 3", "the text '11'"),
  BadSpec(
    "a class like another", "dataset: {name: cifar10}\nheld_out: [hors]\n", at: "2:12", "plane, car, bird",
    "did you mean 'horse'?"),
  BadSpec("a class twice", mnist + "held_out: [1, '1']\n", at: "2:15", "more than once in 'held_out'"),
  BadSpec("no class", mnist + "held_out: []\n", at: "2:11", "at least 1"),
  BadSpec("a class, no list", mnist + "held_out: 3\n", at: "2:11", "'all' or a list", "write [3]"),
  BadSpec(
    "held out of a folder", "dataset: {name: folder, folder: a}\nheld_out: all\n", at: "2:11",
    "'held_out' has no effect on an image folder", "leave it out"),
  BadSpec(
    "an official split of the digits", "dataset: {name: digits}\nprotocol: {split: official}\n", at: "2:19",
    "no official train and test part", "pooled-80-20"),
  BadSpec(
    "MNIST's constants for colors", "dataset: {name: cifar10}\nprotocol: {input_range: standardised}\n",
    at: "2:25", "MNIST's mean", "have 3", "symmetric"),
  BadSpec(
    "MNIST's constants for MNIST with three channels",
    "dataset: {name: mnist, channels: 3}\nprotocol: {input_range: standardised}\n", at: "2:25", "have 3",
    "symmetric"),
  BadSpec(
    "gray CIFAR-10", "dataset: {name: cifar10, channels: 1}\n", at: "1:36", "images of 3 channels",
    "not reduced to 1", "write `channels: 3`"),
  BadSpec("two channels", "dataset: {name: mnist, channels: 2}\n", at: "1:34", "1, 3"),
]

@Suite("Bad specs")
struct RefusalTests {
  @Test(
    "are refused at their place, with cause and hint",
    arguments: badYAML + badKeys + badValues + contradictions)
  func refusal(_ bad: BadSpec) throws {
    let error = try #require(throws: SpecProblems.self) {
      try Experiment.parse(text: bad.text, path: "e.yaml")
    }
    #expect(error.problems.count == 1, "\(error)")
    let problem = error.problems[0]
    #expect(problem.place == (bad.at.isEmpty ? "e.yaml" : "e.yaml:\(bad.at)"))
    #expect(problem.kind == (bad.title == "a base that is missing" ? .missingInput : .usage))
    for word in bad.words { #expect(problem.description.contains(word)) }
  }

  @Test("are told all their problems at once")
  func several() throws {
    let text = """
      name: A B
      dataset: {name: mnist, sise: 32}
      protocol: {score: l3}
      detector: {width: 0, epochs: no}
      seeds: [0, 0]
      """
    let error = try #require(throws: SpecProblems.self) { try Experiment.parse(text: text, path: "e.yaml") }
    let places = ["e.yaml:2:24", "e.yaml:3:19", "e.yaml:4:19", "e.yaml:4:30", "e.yaml:5:12", "e.yaml:1:7"]
    #expect(error.problems.map(\.place) == places)
    #expect(error.exitStatus == 64)
  }

  @Test("of the message's own form: place, cause, hint")
  func form() throws {
    let text = "dataset: {name: mnist}\ndetector:\n  learningRte: 1\n"
    let error = try #require(throws: SpecProblems.self) { try Experiment.parse(text: text, path: "x/e.yaml") }
    #expect(
      error.description
        == "x/e.yaml:3:3: unknown key 'learningRte' in detector (did you mean 'learning_rate'?)")
  }

  @Test("never end the process, however they are broken", arguments: 0..<40)
  func broken(_ seed: UInt64) {
    var random = SplitMix(state: seed)
    let marks = Array("{}[]:,-?&*!|>'\"%@`#\n\t ~<=0.e\u{0}\u{7F}é")
    for _ in 0..<25 {
      var text = Array(RandomSpec(seed).text)
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        text[Int.random(in: text.indices, using: &random)] = marks.randomElement(using: &random)!
      }
      do {
        _ = try Experiment.parse(text: String(text), path: "e.yaml")
      } catch {
        let isPlaced = error.problems.allSatisfy { $0.place.hasPrefix("e.yaml") && !$0.cause.contains("\n") }
        #expect(isPlaced, "\(error)")
      }
    }
  }
}
