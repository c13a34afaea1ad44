import Foundation
import Testing

@Suite("An experiment")
struct ExperimentNameTests {
  @Test("is found by its name in experiments/, below it, and by its path")
  func local() throws {
    try withWorkplace { workplace in
      for name in ["small", "below/other"] {
        try workplace.write(Spec.digits, to: "experiments/\(name).yaml")
      }
      for (source, name) in [
        ("small", "small"), ("below/other", "other"), ("experiments/small.yaml", "small"),
      ] {
        let outcome = try workplace.run("validate", source)
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(outcome.output.hasSuffix(".yaml: \(name), 10 runs\n"))
      }
    }
  }

  @Test("that no folder has is refused, and the nearest name suggested")
  func unknown() throws {
    try withWorkplace { workplace in
      try workplace.write(Spec.digits, to: "experiments/quickstart.yaml")
      for command in ["plan", "table"] {
        let near = try workplace.run(command, "quikstart")
        #expect(near.status == 66)
        #expect(near.error.contains("quikstart: no experiment of this name in experiments"))
        #expect(near.error.contains("did you mean 'quickstart'?"))
        let far = try workplace.run(command, "xyzzy")
        #expect(far.status == 66 && far.error.contains("`ganomaly list` shows all"))
      }
    }
  }

  @Test("installed with the program is found from any folder, and hidden by a local one of its name")
  func installed() throws {
    try withWorkplace { workplace in
      try workplace.createFolder("prefix/bin")
      // Not a symbolic link, which would lead back to where the program was built.
      try FileManager.default.copyItem(atPath: Program.path(), toPath: workplace.path("prefix/bin/ganomaly"))
      let folder = "prefix/share/ganomaly/experiments"
      for name in ["one", "two"] { try workplace.write(Spec.digits, to: "\(folder)/\(name).yaml") }
      try workplace.write("tables: []", to: "\(folder)/published/values.yaml")
      try workplace.write("description: mine\n" + Spec.digits, to: "else/experiments/two.yaml")
      let list = try Program.run(shell: "cd else && ../prefix/bin/ganomaly list", in: workplace.folder)
      let rows = list.output.split(separator: "\n").map { $0.split(separator: " ") }
      #expect(rows.dropFirst() == [["one", "0/10", "?"], ["two", "0/10", "?", "mine"]], "\(list.error)")
      let one = try Program.run(shell: "cd else && ../prefix/bin/ganomaly plan one", in: workplace.folder)
      #expect(one.status == 0 && one.output.hasSuffix("0 done, 10 missing\n"), "\(one.error)")
    }
  }

  @Test("is listed with what is done, its cost and its description")
  func list() throws {
    try withWorkplace { workplace in
      let spec = "description: Two digits.\ncost: 1 s\nheld_out: [0, 1]\n" + Spec.digits
      try workplace.write(spec, to: "experiments/two.yaml")
      try workplace.write("nonsense: 1\n", to: "experiments/wrong.yaml")
      #expect(try workplace.run("run", "two", "--set", "held_out=[0]").status == 0)
      let list = try workplace.run("list")
      #expect(list.status == 0)
      #expect(
        list.output == """
          experiment  done  cost  what it shows
          two         1/2   1 s   Two digits.
          wrong                   cannot be read: `ganomaly validate wrong` says why

          """)
    }
  }

  @Test("is listed with the runs that it asks for and its summary holds, or why that cannot be read")
  func listedRuns() throws {
    try withWorkplace { workplace in
      let spec = "dataset: {name: digits, side: 32}\nheld_out: [0, 1]\ndetector: {name: pca}\nseeds: [0]\n"
      try workplace.write(spec, to: "experiments/two.yaml")
      func row() throws -> String {
        String(try workplace.run("list").output.split(separator: "\n").last ?? "")
      }
      for (classes, done) in [("[4, 5, 6]", 0), ("[0, 1]", 2), ("[0]", 2)] {
        #expect(try workplace.run("run", "two", "--set", "held_out=\(classes)").status == 0)
        #expect(try row().contains(" \(done)/2 "), "after \(classes)")
        #expect(try workplace.run("status", "two").output.contains("\n\(done) done, "))
      }
      try workplace.write("hello", to: "results/two.h5")
      let damaged = try row()
      #expect(damaged.contains(" ?/2 ") && damaged.contains("results/two.h5: it is not"), "\(damaged)")
    }
  }

  @Test(
    "is written by init as a spec that is valid",
    arguments: [
      "digits", "mnist", "fashion-mnist", "cifar10", "kmnist", "qmnist", "emnist-digits", "svhn",
    ])
  func template(dataset: String) throws {
    try withWorkplace { workplace in
      let written = try workplace.run("init", "mine", "--dataset", dataset)
      #expect(written.status == 0 && written.output == "experiments/mine.yaml\n", "\(written.error)")
      let valid = try workplace.run("validate", "mine")
      #expect(valid.status == 0 && valid.output.hasSuffix("mine, 10 runs\n"), "\(valid.error)")
      let text = try String(contentsOfFile: workplace.path("experiments/mine.yaml"), encoding: .utf8)
      #expect(text.split(separator: "\n").allSatisfy { $0.count <= 120 })
      let again = try workplace.run("init", "mine")
      #expect(again.status == 64 && again.error.contains("exists already"))
      #expect(try String(contentsOfFile: workplace.path("experiments/mine.yaml"), encoding: .utf8) == text)
    }
  }

  @Test("is written by init for a folder of images, and runs")
  func imageFolder() throws {
    try withWorkplace { workplace in
      try workplace.layOutImages(in: "photos/my parts")
      let written = try workplace.run("init", "parts", "--folder", "photos/my parts/")
      #expect(written.status == 0, "\(written.error)")
      #expect(written.error.hasSuffix("`ganomaly run parts --data photos`.\n"))
      let run = try workplace.run("run", "parts", "--data", "photos", "--set", "detector.epochs=1")
      #expect(run.status == 0, "\(run.error)")
      #expect(run.output.contains("scratch"))
    }
  }

  @Test("holds normals out of an MVTec folder with enough of them, so that its scores come with a verdict")
  func calibrated() throws {
    try withWorkplace { workplace in
      for index in 0..<45 {
        try workplace.write(DataFiles.png(UInt8(5 * index)), to: "photos/parts/train/good/\(index).png")
      }
      for index in 0..<3 {
        try workplace.write(DataFiles.png(UInt8(5 * index + 2)), to: "photos/parts/test/good/\(index).png")
        try workplace.write(DataFiles.png(UInt8(5 * index + 3)), to: "photos/parts/test/dent/\(index).png")
        try workplace.write(DataFiles.png(255), to: "photos/parts/ground_truth/dent/\(index)_mask.png")
      }
      #expect(try workplace.run("init", "parts", "--folder", "photos/parts").status == 0)
      let spec = try String(contentsOfFile: workplace.path("experiments/parts.yaml"), encoding: .utf8)
      #expect(spec.contains("validation_fraction: 0.45") && spec.contains("batch_size: 6"), "\(spec)")
      let run = try workplace.run(
        "run", "parts", "--data", "photos", "--set", "detector.epochs=1", "--set", "detector.width=4")
      #expect(run.status == 0, "\(run.error)")
      #expect(run.output.contains("AUROC/AUPRO of pixels: dent ."), "\(run.output)")
      let file = try #require(workplace.files().first { $0.contains("/runs/") && $0.hasSuffix(".h5") })
      let scored = try workplace.run("score", file, "photos/parts/test", "--maps", "maps")
      #expect(scored.error.contains("from 20 normals"), "\(scored.error)")
      let lines = scored.output.split(separator: "\n")
      #expect(
        lines.count == 6 && lines.allSatisfy { $0.hasSuffix("\tnormal") || $0.hasSuffix("\tanomalous") })
      #expect(workplace.files().contains("maps/photos/parts/test/dent/0.png.map.png"))
    }
  }

  @Test("is not written by init under a bad name, for a folder that is not there, or for two data sets")
  func refusals() throws {
    try withWorkplace { workplace in
      let cases: [([String], Int32, String)] = [
        (["init", "Mine Own"], 64, "use lower-case letters, digits and hyphens"),
        (["init", "mine", "--folder", "none"], 66, "none: no images there"),
        (["init", "mine", "--dataset", "folder"], 64, "--folder DIR"),
        (["init", "mine", "--dataset", "mnist", "--folder", "."], 64, "exclude each other"),
      ]
      for (arguments, status, message) in cases {
        let outcome = try Program.run(arguments, in: workplace.folder)
        #expect(outcome.status == status && outcome.error.contains(message), "\(arguments): \(outcome.error)")
      }
      #expect(workplace.files().isEmpty)
    }
  }

  @Test("is what the program without a command speaks of, in eight lines at most")
  func firstSteps() throws {
    let outcome = try withWorkplace { try Program.run([], in: $0.folder) }
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("ganomaly run quickstart"))
    #expect(outcome.output.split(separator: "\n").count <= 8)
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }
}
