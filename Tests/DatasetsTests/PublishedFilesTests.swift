import Diagnostics
import Foundation
import Hashing
import Settings
import TestSupport
import Testing

@testable import Datasets

@Suite("Published files of which only the packed form is known")
struct PublishedFilesTests {
  private static let names: [DatasetName] = [
    .kmnist, .qmnist, .emnistLetters, .emnistDigits, .emnistBalanced, .cifar100, .cifar100Coarse, .svhn,
  ]

  private static func settings(_ name: DatasetName) -> DatasetSettings {
    var settings = DatasetSettings()
    settings.name = name
    return settings
  }

  @Test("are declared with checksums, mirrors and the names that their format reads", arguments: names)
  func declared(name: DatasetName) throws {
    let declared = try #require(DatasetFiles.declared(for: name))
    #expect(declared.dataset == name)
    for download in declared.downloads {
      #expect(download.sha256?.wholeMatch(of: /[0-9a-f]{64}/) != nil)
      #expect(download.path == download.name || download.path == "\(declared.folder)/\(download.name)")
    }
    #expect(declared.mirrors.allSatisfy { $0.hasPrefix("http") && $0.hasSuffix("/") })
    #expect(declared.remedy == "ganomaly data fetch \(name.rawValue)")
    let names =
      switch PublishedFormat.of(name) {
      case .idx(let format): format.names
      case .cifar(let format): format.names
      case .svhn: [SVHN.trainFile, SVHN.testFile]
      case nil: [String]()
      }
    #expect(declared.contents.map(\.name) == names)
  }

  @Test("are declared with the sizes that their numbers of images imply")
  func sizes() throws {
    func sizes(_ name: DatasetName) -> [Int]? { DatasetFiles.declared(for: name)?.contents.map(\.size) }
    #expect(sizes(.emnistDigits) == [188_160_016, 240_008, 31_360_016, 40_008])
    #expect(sizes(.cifar100) == [153_700_000, 30_740_000])
    #expect(sizes(.qmnist) == [47_040_016, 1_920_012, 47_040_016, 1_920_012])
    #expect(188_160_016 <= Gzip.limit)
  }

  @Test("are missed by the name of the download, with the remedy", arguments: names)
  func missing(name: DatasetName) throws {
    try withTemporaryFolder { folder in
      let declared = try #require(DatasetFiles.declared(for: name))
      let words = "\(declared.downloads.map(\.name).joined(separator: ", ")) not found"
      let found = problem { () throws(Problem) in _ = try only(folder).locate(Self.settings(name)) }
      #expect(found?.kind == .missingInput && found?.place == name.rawValue)
      #expect(found?.cause.hasPrefix(words) == true)
      #expect(found?.hint == "ganomaly data fetch \(name.rawValue)")
      let reports = DatasetFiles.verify(name, in: only(folder))
      #expect(reports.map(\.name) == declared.contents.map(\.name))
      #expect(reports.allSatisfy { $0.state == .missing })
    }
  }

  @Test(
    "are found in their archives",
    arguments: [
      (DatasetName.emnistDigits, "emnist/gzip.zip"), (.emnistBalanced, "EMNIST/raw/gzip.zip"),
      (.cifar100, "cifar-100-binary.tar.gz"), (.cifar100Coarse, "cifar-100-binary.tar.gz"),
    ])
  func archives(name: DatasetName, path: String) throws {
    try withTemporaryFolder { folder in
      try write([0], to: "\(folder)/\(path)")
      let location = try only(folder).locate(Self.settings(name))
      #expect(location == DatasetLocation(form: .archive("\(folder)/\(path)"), path: "\(folder)/\(path)"))
    }
  }

  @Test("CIFAR-100's pickled version is noticed", arguments: [DatasetName.cifar100, .cifar100Coarse])
  func pickled(name: DatasetName) throws {
    try withTemporaryFolder { folder in
      try write([0], to: "\(folder)/cifar-100-python/train")
      let found = problem { () throws(Problem) in _ = try only(folder).locate(Self.settings(name)) }
      #expect(found?.cause.hasSuffix("cifar-100-python is the version for Python, which is not read") == true)
    }
  }

  // MARK: - Verification

  @Test("are compared where they are packed, and else cannot be verified, or have another size")
  func verification() throws {
    try withTemporaryFolder { folder in
      let (images, labels) = (IDXDataset.mnist.train.images, IDXDataset.mnist.test.labels)
      try write(gzipped([1, 2, 3]), to: "\(folder)/kmnist/\(images).gz")
      let packed = try FileBytes.size(of: "\(folder)/kmnist/\(images).gz")
      try write([UInt8](repeating: 0, count: 10_008), to: "\(folder)/kmnist/\(labels)")
      try write([0], to: "\(folder)/kmnist/\(IDXDataset.mnist.test.images)")
      let reports = DatasetFiles.verify(.kmnist, in: only(folder))
      #expect(reports[0].name == "\(images).gz")
      #expect(reports[0].state == .wrongSize(expected: 18_165_135, found: packed))
      #expect(reports[1].state == .missing)
      #expect(reports[2].state == .wrongSize(expected: 7_840_016, found: 1))
      #expect(reports[3].state == .unverifiable)
      #expect(!reports[3].isIntact && reports[3].problem == nil)
    }
  }

  @Test("are compared by their checksum alone where their size is unknown")
  func unknownSize() throws {
    try withTemporaryFolder { folder in
      for (name, bytes) in TinyQMNIST.files { try write(gzipped(bytes), to: "\(folder)/qmnist/\(name).gz") }
      let reports = DatasetFiles.verify(.qmnist, in: only(folder))
      let found = try SHA256.hexadecimal(ofFile: "\(folder)/qmnist/qmnist-train-images-idx3-ubyte.gz")
      let expected = "9e26a7bf1683614e065d7b76460ccd52807165b3f22561fb782bd9f38c52b51d"
      #expect(reports[0].state == .wrongChecksum(expected: expected, found: found))
      // The content of the labels is known.
      #expect(reports[1].state == .wrongSize(expected: 1_920_012, found: 108))
    }
  }

  @Test("are compared once where all come in one archive")
  func archive() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/emnist/gzip.zip"
      try write([1, 2, 3], to: path)
      #expect(
        DatasetFiles.verify(.emnistLetters, in: only(folder)) == [
          FileReport(name: "gzip.zip", path: path, state: .wrongSize(expected: 561_753_746, found: 3))
        ])
      // Files of the archive are not what is known of it, packed or not.
      try FileManager.default.removeItem(atPath: path)
      for (name, bytes) in TinyEMNIST.letters.files {
        try write(gzipped(bytes), to: "\(folder)/emnist/gzip/\(name).gz")
      }
      let reports = DatasetFiles.verify(.emnistLetters, in: only(folder))
      #expect(reports.map(\.name) == DatasetFiles.declared(for: .emnistLetters)?.contents.map(\.name))
      #expect(reports[1].state == .wrongSize(expected: 124_808, found: 11))
    }
  }

  // MARK: - Fetching

  @Test("are fetched by their checksum, whether their size is known or not", arguments: [true, false])
  func fetched(sizeIsKnown: Bool) throws {
    setenv("no_proxy", "127.0.0.1", 1)
    let bytes = gzipped(TinyMNIST.images(0..<3))
    let server = try LoopbackServer(
      content: bytes, answers: ["/bad/a.gz": [.corrupt], "/good/a.gz": [.serve]])
    defer { server.stop() }
    let download = DatasetFiles.Download(
      name: "a.gz", path: "a/a.gz", size: sizeIsKnown ? bytes.count : nil,
      sha256: SHA256.hexadecimal(of: bytes),
      contents: [.init(name: "a", size: 2368, sha256: nil)])
    let files = DatasetFiles(
      dataset: .kmnist, folder: "a", downloads: [download], mirrors: [server.address("/good/")], remedy: "")
    try withTemporaryFolder { folder in
      let fetcher = Fetcher(stallSeconds: 1, connectionSeconds: 2)
      let outcome = try fetcher.fetch(
        Download(download, of: files, mirrors: [server.address("/bad/")]), into: folder)
      #expect(outcome == .fetched)
      #expect(server.requests == ["/bad/a.gz", "/good/a.gz"])
      try files.check(download, at: "\(folder)/a.gz")
      #expect(try fetcher.fetch(Download(download, of: files), into: folder) == .alreadyThere)
      // Another packing has the same content, which nobody knows.
      try write(bytes + gzipped([]), to: "\(folder)/a.gz")
      expectProblem(.badData, at: "\(folder)/a.gz", sizeIsKnown ? "a.gz has" : "the SHA-256 of a.gz is") {
        () throws(Problem) in try files.check(download, at: "\(folder)/a.gz")
      }
    }
  }
}
