extension BadInput {
  /// A spec `bad.yaml` that `validate` refuses.
  private static func spec(_ title: String, _ text: String, status: Int32 = 64, _ words: String...)
    -> BadInput
  {
    var bad = BadInput(title, status) { workplace in
      try workplace.write(text, to: "bad.yaml")
      return ["validate", "bad.yaml"]
    }
    bad.words = words
    return bad
  }

  /// Values that are set over the legal spec `digits.yaml`.
  private static func set(_ title: String, _ option: String, command: String = "validate", _ words: String...)
    -> BadInput
  {
    var bad = BadInput(title, 64) { workplace in
      try workplace.write(Spec.digits, to: "digits.yaml")
      return [command, "digits.yaml", "--set", option]
    }
    bad.words = words
    return bad
  }

  static let specs = files + texts + overrides

  private static let files = [
    BadInput(
      "a spec that is not there", 66, "quikstart.yaml: no such file", "did you mean 'quickstart.yaml'?"
    ) {
      try $0.write(Spec.digits, to: "quickstart.yaml")
      return ["plan", "quikstart.yaml"]
    },
    BadInput("a spec in a folder that is not there", 66, "a/b.yaml: no such file", "such as experiments/") {
      _ in
      ["run", "a/b.yaml"]
    },
    BadInput("a folder as spec", 64, "specs: is a folder, not a spec", "name a YAML file") {
      try $0.createFolder("specs")
      return ["plan", "specs"]
    },
    BadInput("a spec in Latin-1", 64, "latin.yaml:2: is not UTF-8 text", "save the file as UTF-8") {
      try $0.write(Array("name: a\n# caf".utf8) + [0xe9, 0x0a], to: "latin.yaml")
      return ["plan", "latin.yaml"]
    },
    BadInput(
      "a base that is missing", 66, "bad.yaml:1:10: there is no file 'base.yaml'", "relative to the spec"
    ) {
      try $0.write("extends: base.yaml\n", to: "bad.yaml")
      return ["validate", "bad.yaml"]
    },
    BadInput("bases in a circle", 64, "b.yaml:1:10", "a.yaml → b.yaml → a.yaml", "take one `extends` out") {
      try $0.write("extends: b.yaml\n", to: "a.yaml")
      try $0.write("extends: a.yaml\n", to: "b.yaml")
      return ["validate", "a.yaml"]
    },
    BadInput("a table of a bad spec", 64, "bad.yaml:1:17", "did you mean 'mnist'?") {
      try $0.write("dataset: {name: minst}\n", to: "bad.yaml")
      return ["table", "bad.yaml"]
    },
  ]

  private static let texts = [
    spec("an empty spec", "", "bad.yaml: is empty", "dataset: {name: …}"),
    spec("bad syntax", "dataset: {name: digits\nseeds: [0]\n", "bad.yaml:2:6: not valid YAML", "',' or '}'"),
    spec(
      "an unknown key", "dataset: {name: digits}\nseds: [0]\n", "bad.yaml:2:1: unknown key 'seds'",
      "did you mean 'seeds'?"),
    spec(
      "an unknown key in a section", "dataset: {name: digits}\ndetector:\n  learningRte: 1\n", "bad.yaml:3:3",
      "did you mean 'learning_rate'?"),
    spec(
      "a key twice", "name: a\ndataset: {name: digits}\nname: b\n", "bad.yaml:1:1", "'name'",
      "keep one of them"),
    spec(
      "a text for a number", "dataset: {name: digits}\ndetector: {width: wide}\n", "bad.yaml:2:19",
      "must be an integer from 1 to 1024"),
    spec(
      "out of range", "dataset: {name: digits}\ndetector: {epochs: 0}\n", "bad.yaml:2:20", "from 1 to 100000"),
    spec("a side of 48", "dataset: {name: digits, side: 48}\n", "bad.yaml:1:31", "32, 64, 128, 256"),
    spec("a data set nobody knows", "dataset: {name: minst}\n", "bad.yaml:1:17", "did you mean 'mnist'?"),
    spec("a class nobody knows", "dataset: {name: cifar10}\nheld_out: [hors]\n", "bad.yaml:2:12", "'horse'?"),
    spec(
      "an official split of the digits", "dataset: {name: digits}\nprotocol: {split: official}\n",
      "bad.yaml:2:19", "write `split: pooled-80-20`"),
    spec(
      "MNIST's deviation for colors", "dataset: {name: cifar10}\nprotocol: {input_range: standardised}\n",
      "bad.yaml:2:25", "write `input_range: symmetric`"),
    spec(
      "an unknown preset", "dataset: {name: digits}\npreset: clear\n", "bad.yaml:2:9", "did you mean 'clean'?"
    ),
    spec(
      "an unknown detector", "dataset: {name: digits}\ndetector: {name: gan}\n", "bad.yaml:2:18", "ganomaly"),
    spec("no seeds", "dataset: {name: digits}\nseeds: []\n", "bad.yaml:2:8", "a list of at least 1"),
    spec("a name with spaces", "name: My Run\ndataset: {name: digits}\n", "bad.yaml:1:7", "name: my-run"),
    spec(
      "an image folder without name", "dataset: {name: folder}\n", "bad.yaml:1:17",
      "write `dataset: {name: folder, folder: …}`"),
    spec("a bomb of aliases", aliases, "bad.yaml:", "more than 10000 values", "without aliases"),
    spec(
      "a bottomless nesting", "name: " + String(repeating: "[", count: 100_000),
      "bad.yaml:1:8: not valid YAML",
      "it is nested too deeply"),
  ]

  /// Ten levels of ten references each, which stand for 10¹⁰ values.
  private static let aliases =
    "a0: &a0 [x]\n"
    + (1...10).map { level in
      "a\(level): &a\(level) [" + [String](repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
        + "]\n"
    }.joined()

  private static let overrides = [
    set("a setting without =", "detector.width", "--set detector.width", "for example detector.width=32"),
    set(
      "a setting of nothing", "detector.wdth=3", "--set detector.wdth=3: unknown key", "did you mean 'width'?"
    ),
    set(
      "a setting of a wrong type", "detector.width=wide", "--set detector.width=wide", "an integer from 1 to"),
    set("a setting that is no YAML", "seeds=[0", "--set seeds=[0: not valid YAML"),
    set("a base set", "extends=a.yaml", "--set extends=a.yaml", "write it into the spec"),
    set(
      "a batch larger than the data", "detector.batch_size=5000", command: "run",
      "digits.yaml: detector.batch_size is 5000, but digits has 1295 training normals", "give a smaller one"),
    set(
      "a batch larger than some training sets", "detector.batch_size=1293", command: "run",
      "has 1292 training normals when 1 is held out"),
    set(
      "a plan of too large a batch", "detector.batch_size=5000", command: "plan",
      "it must not exceed the training set"),
  ]
}
