import Diagnostics
import Foundation
import Hashing
import Settings
import TestSupport
import Testing

@testable import Datasets

struct FindingTests {
  private func settings(_ name: DatasetName, folder: String = "") -> DatasetSettings {
    var settings = DatasetSettings()
    settings.name = name
    settings.folder = folder
    return settings
  }

  @Test("folders are looked in in order: option, environment, current folder, system")
  func order() {
    let both = DataSearchPath(option: "a", environment: ["GANOMALY_DATA": "b"])
    #expect(both.candidates.map(\.folder) == ["a", "b", "data", "/usr/share/datasets"])
    #expect(both.candidates.map(\.origin) == [.option, .environment, .currentFolder, .system])
    let neither = DataSearchPath(environment: ["GANOMALY_DATA": ""])
    #expect(neither.candidates.map(\.folder) == ["data", "/usr/share/datasets"])
  }

  @Test("a data folder given by option must exist")
  func missingOption() {
    let search = DataSearchPath(option: "/nowhere/at all", environment: [:])
    expectProblem(.missingInput, at: "/nowhere/at all", "no such folder (--data takes the folder") {
      () throws(Problem) in _ = try search.locate(settings(.mnist))
    }
  }

  @Test("what is missing is named, with the folders and the remedy")
  func missing() throws {
    try withTemporaryFolder { folder in
      try TinyMNIST.write(to: "\(folder)/mnist", packed: true)
      try FileManager.default.removeItem(atPath: "\(folder)/mnist/t10k-labels-idx1-ubyte.gz")
      let search = DataSearchPath(candidates: [.init("\(folder)/none", .environment), .init(folder, .system)])
      let found = problem { () throws(Problem) in _ = try search.locate(settings(.mnist)) }
      #expect(
        found
          == Problem(
            .missingInput, at: "mnist",
            """
            train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz, \
            t10k-labels-idx1-ubyte.gz not found; looked in \(folder)/none/mnist (no such folder), \
            \(folder)/mnist (lacks t10k-labels-idx1-ubyte)
            """, hint: "ganomaly data fetch mnist"))
      expectProblem(.missingInput, at: "fashion-mnist", "Debian's package dataset-fashion-mnist") {
        () throws(Problem) in _ = try search.locate(settings(.fashionMNIST))
      }
      expectProblem(.missingInput, at: "cifar10", "cifar-10-binary.tar.gz not found") {
        () throws(Problem) in _ = try search.locate(settings(.cifar10))
      }
      expectProblem(.missingInput, at: "screws", "looked for \(folder)/none/screws, \(folder)/screws") {
        () throws(Problem) in _ = try search.locate(settings(.folder, folder: "screws"))
      }
    }
  }

  @Test("a folder that holds only a part of a data set is passed over")
  func incompletePassedOver() throws {
    try withTemporaryFolder { folder in
      try write([], to: "\(folder)/a/mnist/train-images-idx3-ubyte")
      try TinyMNIST.write(to: "\(folder)/b/mnist", packed: true)
      let search = DataSearchPath(
        candidates: [.init("\(folder)/a", .environment), .init("\(folder)/b", .currentFolder)])
      #expect(try search.locate(settings(.mnist)).path == "\(folder)/b/mnist")
    }
  }

  @Test("CIFAR-10 is found as batches or else as the archive")
  func archive() throws {
    try withTemporaryFolder { folder in
      try write([0], to: "\(folder)/\(CIFAR.ten.archive)")
      #expect(try only(folder).locate(settings(.cifar10)).form == .archive("\(folder)/\(CIFAR.ten.archive)"))
      for name in CIFAR.ten.names { try write([0], to: "\(folder)/cifar-10-batches-bin/\(name)") }
      #expect(try only(folder).locate(settings(.cifar10)).path == "\(folder)/cifar-10-batches-bin")
    }
  }

  @Test(
    "MNIST is found as torchvision and Kaggle lay it out",
    arguments: [
      (DatasetName.mnist, "MNIST/raw", "NAME"), (.mnist, "mnist", "KAGGLE"), (.mnist, "MNIST/raw", "KAGGLE"),
      (.mnist, "mnist", "NAME/NAME"), (.mnist, "mnist", "NAME/KAGGLE"),
      (.fashionMNIST, "FashionMNIST/raw", "NAME"), (.kmnist, "KMNIST/raw", "NAME"),
      (.kmnist, "kmnist", "KAGGLE"),
    ])
  func othersLayouts(dataset: DatasetName, place: String, form: String) throws {
    try withTemporaryFolder { folder in
      try TinyMNIST.write(to: "\(folder)/own", packed: false)
      var expected: [String: String] = [:]
      for name in try #require(DatasetFiles.declared(for: dataset)).contents.map(\.name) {
        let dotted = name.replacing("-idx", with: ".idx")
        let path =
          "\(folder)/\(place)/" + form.replacing("NAME", with: name).replacing("KAGGLE", with: dotted)
        try write(FileBytes.read("\(folder)/own/\(name)"), to: path)
        expected[name] = path
      }
      let location = try only(folder).locate(settings(dataset))
      #expect(location.form == .files(expected))
      #expect(location.path == "\(folder)/\(place)")
    }
  }

  @Test(
    "CIFAR-10's pickled version is noticed, and what to do about it said",
    arguments: ["cifar-10-batches-py/data_batch_1", "cifar-10-python.tar.gz"])
  func pickled(name: String) throws {
    try withTemporaryFolder { folder in
      try write([0], to: "\(folder)/\(name)")
      let place = name.split(separator: "/")[0]
      let found = problem { () throws(Problem) in _ = try only(folder).locate(settings(.cifar10)) }
      #expect(
        found?.cause.hasSuffix("; \(folder)/\(place) is the version for Python, which is not read") == true,
        "\(String(describing: found))")
      #expect(found?.hint == "ganomaly data fetch cifar10 gets the binary version")
    }
  }

  @Test("an image folder lies below the data folder", arguments: ["", "..", "a/../b", "/etc", ".", "a//b"])
  func folderNames(name: String) {
    expectProblem(.usage, at: "dataset", "is not a folder below the data folder") { () throws(Problem) in
      _ = try only("/tmp").locate(settings(.folder, folder: name))
    }
  }

  @Test("the inventory lists what is there, in part, and not")
  func inventory() throws {
    try withTemporaryFolder { folder in
      try TinyMNIST.write(to: "\(folder)/mnist", packed: true)
      try write([0], to: "\(folder)/cifar-10-batches-bin/test_batch.bin")
      try write([0], to: "\(folder)/screws/train/0.normal/1.png")
      try write([0], to: "\(folder)/bolts/train/normal/1.png")
      try write([0], to: "\(folder)/papers/1.png")
      let entries = only(folder).inventory()
      #expect(entries.map(\.title) == DatasetName.allCases.dropLast(2).map(\.rawValue) + ["bolts", "screws"])
      #expect(
        entries.map(\.state) == [
          .embedded, .found("\(folder)/mnist"), .absent,
          .incomplete("\(folder)/cifar-10-batches-bin", missing: CIFAR.ten.names.dropLast()),
        ] + Array(repeating: .absent, count: 8) + [.found("\(folder)/bolts"), .found("\(folder)/screws")])
      #expect(entries[2].remedy.contains("ganomaly data fetch fashion-mnist"))
      #expect(entries[1].remedy.isEmpty)
    }
  }

  @Test("files that are not the published ones are reported")
  func verification() throws {
    try withTemporaryFolder { folder in
      try TinyMNIST.write(to: "\(folder)/mnist", packed: true)
      // Of the declared size, but with other content.
      try write([UInt8](repeating: 0, count: 10_008), to: "\(folder)/mnist/t10k-labels-idx1-ubyte.gz")
      try write([0x1f, 0x8b, 8], to: "\(folder)/mnist/train-labels-idx1-ubyte.gz")
      let reports = DatasetFiles.verify(.mnist, in: only(folder))
      #expect(reports.map(\.name) == Array(DatasetFiles.declared(for: .mnist)!.contents.map(\.name)))
      #expect(reports[0].state == .wrongSize(expected: 47_040_016, found: 2368))
      #expect(reports[1].problem?.cause == "the gzip data is cut off after 3 bytes")
      #expect(reports[2].state == .wrongSize(expected: 7_840_016, found: 1584))
      let zeros = SHA256.hexadecimal(of: [UInt8](repeating: 0, count: 10_008))
      #expect(
        reports[3].state
          == .wrongChecksum(
            expected: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2", found: zeros))
      #expect(reports.allSatisfy { $0.path?.hasSuffix(".gz") == true && !$0.isIntact })

      let declared = DatasetFiles.declared(for: .mnist)!
      let path = "\(folder)/mnist/t10k-labels-idx1-ubyte.gz"
      expectProblem(.badData, at: path, "the SHA-256 of t10k-labels-idx1-ubyte is \(zeros)") {
        () throws(Problem) in try declared.check(declared.downloads[3], at: path)
      }
    }
  }

  @Test("files that are missing are reported, and the digits have none")
  func verificationOfNothing() throws {
    try withTemporaryFolder { folder in
      let reports = DatasetFiles.verify(.cifar10, in: only(folder))
      #expect(reports.map(\.state) == Array(repeating: .missing, count: 6))
      #expect(reports.map(\.name) == CIFAR.ten.names)
      #expect(DatasetFiles.verify(.digits, in: only(folder)).isEmpty)
    }
  }

  @Test("a damaged archive is reported for each of its files")
  func verificationOfArchive() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/\(CIFAR.ten.archive)"
      try write([0x1f, 0x8b, 8, 0], to: path)
      #expect(DatasetFiles.verify(.cifar10, in: only(folder)).allSatisfy { $0.problem?.place == path })
      writeArchive([("cifar-10-batches-bin/test_batch.bin", [1])], to: path)
      let reports = DatasetFiles.verify(.cifar10, in: only(folder))
      #expect(reports[5].state == .wrongSize(expected: 30_730_000, found: 1))
      #expect(reports[0].problem?.cause == "holds no cifar-10-batches-bin/data_batch_1.bin")
    }
  }
}
