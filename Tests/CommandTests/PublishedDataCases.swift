import Foundation

extension BadInput {
  private static let images = Workplace.mnistFiles[0]
  private static let labels = Workplace.mnistFiles[1]
  private static let cifar10 = "cifar-10-batches-bin"
  private static let archive = "cifar-10-binary.tar.gz"

  /// A tiny MNIST with other content for one file.
  private static func mnist(
    _ title: String, _ file: String, _ content: [UInt8], _ words: String...
  ) -> BadInput {
    var bad = BadInput(title, 65) { workplace in
      try workplace.layOutMNIST([file: content])
      return ["plan", "mnist.yaml", "--data", "data"]
    }
    bad.words = ["data/mnist/\(file)", "get it again: ganomaly data fetch mnist"] + words
    return bad
  }

  /// CIFAR-10 in its archive.
  private static func archive(_ title: String, _ content: [UInt8], _ words: String...) -> BadInput {
    var bad = BadInput(title, 65) { workplace in
      try workplace.write(Spec.cifar10, to: "cifar10.yaml")
      try workplace.write(content, to: "data/\(archive)")
      return ["plan", "cifar10.yaml", "--data", "data"]
    }
    bad.words = ["data/\(archive)", "get it again: ganomaly data fetch cifar10"] + words
    return bad
  }

  static let publishedData = places + idx + batches + archives

  private static let places = [
    BadInput(
      "MNIST nowhere", 66, "mnist: ", "empty/mnist (no such folder), data/mnist (no such folder)",
      "train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz, "
        + "t10k-labels-idx1-ubyte.gz not found", "ganomaly data fetch mnist"
    ) {
      try $0.write(Spec.mnist, to: "mnist.yaml")
      try $0.createFolder("empty")
      return ["plan", "mnist.yaml", "--data", "empty"]
    },
    BadInput("one file of MNIST missing", 66, "data/mnist (lacks t10k-labels-idx1-ubyte)", "data fetch mnist")
    {
      try $0.layOutMNIST()
      try $0.remove("data/mnist/t10k-labels-idx1-ubyte")
      return ["run", "mnist.yaml"]
    },
    BadInput(
      "a data folder that is not there", 66, "nowhere: no such folder", "--data takes the folder that holds"
    ) {
      try $0.write(Spec.mnist, to: "mnist.yaml")
      return ["plan", "mnist.yaml", "--data", "nowhere"]
    },
    BadInput("a file as data folder", 66, "mnist.yaml: no such folder", "--data takes the folder that holds")
    {
      try $0.write(Spec.mnist, to: "mnist.yaml")
      return ["plan", "mnist.yaml", "--data", "mnist.yaml"]
    },
    BadInput("a file in the way of a download", 74, "mnist.yaml: the folder cannot be created", "with --data")
    {
      try $0.write(Spec.mnist, to: "mnist.yaml")
      return ["data", "fetch", "mnist", "--data", "mnist.yaml"]
    },
  ]

  private static let idx = [
    mnist(
      "IDX of another type", images, [0, 0, 0x0d, 3] + DataFiles.images(2)[4...], "begins with 0x00000d03"),
    mnist("labels for images", images, DataFiles.labels(2), "begins with 0x00000801, expected 0x00000803"),
    mnist("IDX without a byte", images, [], "ends after 0 bytes, within the header of 16"),
    mnist("IDX cut off in its header", images, Array(DataFiles.images(2)[..<9]), "ends after 9 bytes"),
    mnist("IDX cut off in its images", images, DataFiles.images(2).dropLast(), "is cut off", "found 1583"),
    mnist("IDX with trailing bytes", images, DataFiles.images(2) + [0], "has trailing bytes", "found 1585"),
    mnist(
      "IDX that promises more than a machine can hold", images,
      DataFiles.bigEndian([0x803, 0xffff_ffff, 60000, 60000]), "4294967295 images of 60000×60000"),
    mnist("IDX without images", images, DataFiles.images(0), "holds no images"),
    mnist("images of another size", images, DataFiles.images(2, height: 27), "27×28 pixels, expected 28×28"),
    mnist(
      "gzip cut off", images, DataFiles.gzipped(DataFiles.images(2)).dropLast(20), "gzip data is cut off"),
    mnist(
      "gzip damaged", images, damaged(DataFiles.gzipped(DataFiles.images(2))), "the gzip data is damaged"),
    mnist("fewer labels than images", labels, DataFiles.labels(99), "holds 99 labels, but", "100 images"),
    mnist("labels cut off", labels, DataFiles.labels(100).dropLast(), "is cut off: 100 labels"),
    mnist(
      "a label out of range", labels, DataFiles.labels(100).dropLast() + [11],
      "label 99 is 11, expected 0 to 9"),
  ]

  private static func damaged(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for position in bytes.count / 2..<bytes.count / 2 + 8 { bytes[position] ^= 0xff }
    return bytes
  }

  private static let batches = [
    BadInput(
      "a batch of CIFAR-10 cut off", 65, "data/\(cifar10)/data_batch_1.bin: has 0 bytes, expected 30730000",
      "ganomaly data fetch cifar10"
    ) {
      try $0.layOutCIFAR10()
      return ["plan", "cifar10.yaml"]
    },
    BadInput(
      "a batch of CIFAR-10 missing", 66, "data/\(cifar10) (lacks data_batch_3.bin)",
      "ganomaly data fetch cifar10"
    ) {
      try $0.layOutCIFAR10()
      try $0.remove("data/\(cifar10)/data_batch_3.bin")
      return ["plan", "cifar10.yaml"]
    },
    BadInput(
      "a label of CIFAR-10 out of range", 65,
      "data_batch_1.bin: the label of record 5 is 10, expected 0 to 9",
      "ganomaly data fetch cifar10"
    ) {
      try $0.layOutCIFAR10()
      // All zeros but for one label: the file takes no room on disk.
      let file = try FileHandle(
        forUpdating: URL(fileURLWithPath: $0.path("data/\(cifar10)/data_batch_1.bin")))
      try file.truncate(atOffset: 30_730_000)
      try file.seek(toOffset: 5 * 3073)
      try file.write(contentsOf: Data([10]))
      try file.close()
      return ["plan", "cifar10.yaml"]
    },
  ]

  private static let archives = [
    archive(
      "an archive that leads out of its folder", DataFiles.archive([("../evil", [1])]),
      "the entry \"../evil\" would be extracted outside"),
    archive(
      "an archive cut off", DataFiles.archive([("\(cifar10)/data_batch_1.bin", [1, 2, 3])]).dropLast(12),
      "the gzip data is damaged: unexpected end of file"),
    archive(
      "an archive with a short batch",
      DataFiles.archive(Workplace.cifar10Batches.map { ("\(cifar10)/\($0)", [1]) }),
      "\(archive)/\(cifar10)/data_batch_1.bin: has 1 bytes, expected 30730000"),
    archive(
      "an archive without batches", DataFiles.archive([("readme.html", [1])]),
      "holds no \(cifar10)/data_batch_1.bin"),
    archive("an archive that is none", Array("hello".utf8), "the archive is damaged"),
  ]
}
