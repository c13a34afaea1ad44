extension BadInput {
  /// The image folder `parts` with one change.
  private static func parts(
    _ title: String, _ status: Int32, _ words: String...,
    change: @escaping @Sendable (Workplace) throws -> Void
  ) -> BadInput {
    var bad = BadInput(title, status) { workplace in
      try workplace.layOutImages()
      try change(workplace)
      return ["plan", "parts.yaml"]
    }
    bad.words = words
    return bad
  }

  /// The image folder with one more training image, which is none.
  private static func image(_ title: String, _ name: String, _ content: [UInt8], _ words: String...)
    -> BadInput
  {
    var bad = parts(title, 65) { try $0.write(content, to: "data/parts/train/normal/\(name)") }
    bad.words =
      [
        "data/parts/train/normal/\(name): ",
        "replace or remove it, or skip all such files with --skip-unreadable",
      ]
      + words
    return bad
  }

  static let imageFolders = layouts + images

  private static let layouts = [
    parts("no image folder", 66, "parts: no such image folder", "data/parts", "with --data") {
      try $0.remove("data/parts")
    },
    parts(
      "no training normals", 66, "data/parts/train/normal: no such folder", "has train/normal, test/normal"
    ) {
      try $0.remove("data/parts/train/normal")
    },
    parts(
      "no training images", 65, "data/parts/train/normal: holds no images",
      "put PNG, JPEG, BMP, TIFF and WebP files there"
    ) {
      try $0.remove("data/parts/train/normal")
      try $0.createFolder("data/parts/train/normal")
    },
    parts("no test part", 66, "data/parts/test: no such folder", "one folder in test for each kind") {
      try $0.remove("data/parts/test")
    },
    parts("no anomalies", 65, "data/parts/test: has no anomaly folder", "into a folder with its name") {
      try $0.remove("data/parts/test/scratch")
    },
    parts(
      "anomalies to train on", 65, "data/parts/train: holds the folder 'dent'", "move it to data/parts/test"
    ) {
      try $0.write(DataFiles.png(9), to: "data/parts/train/dent/1.png")
    },
    parts(
      "an image beside the classes", 65, "data/parts/test/1.png: is not a folder", "a folder with its name"
    ) {
      try $0.write(DataFiles.png(9), to: "data/parts/test/1.png")
    },
    parts("too few images for a batch", 64, "parts.yaml: detector.batch_size is 4, but parts has", "smaller")
    {
      for index in 1..<8 { try $0.remove("data/parts/train/normal/\(index).png") }
    },
    BadInput("a folder that leads out", 64, "'../parts' is not a folder below the data folder", "folder: ") {
      try $0.write("dataset: {name: folder, folder: ../parts}\n", to: "parts.yaml")
      return ["plan", "parts.yaml"]
    },
  ]

  private static let images = [
    image("a text", "notes.txt", Array("hello".utf8), "is not a PNG, JPEG, BMP, TIFF or WebP image"),
    image("an empty file", "8.png", [], "is empty"),
    image("a PNG cut off", "8.png", DataFiles.png(3).dropLast(14), "the PNG image is cut off after"),
    image(
      "a PNG damaged", "8.png", DataFiles.png(3).dropLast(20) + DataFiles.png(4).suffix(20),
      "the PNG image cannot be decoded"),
    image("a JPEG cut off in its header", "8.jpg", Array(DataFiles.jpeg[..<30]), "is cut off after 30 bytes"),
    image("a JPEG cut off", "8.jpg", DataFiles.jpeg.dropLast(8), "the JPEG image cannot be decoded"),
    image(
      "absurd dimensions", "8.png",
      DataFiles.png(header: DataFiles.bigEndian([100_000, 100_000]) + [8, 0, 0, 0, 0], data: [0]),
      "100000×100000 pixels; the limit is 100 million"),
    image(
      "dimensions beyond the pixels", "8.png",
      DataFiles.png(header: DataFiles.bigEndian([1000, 1000]) + [8, 0, 0, 0, 0], data: [0]),
      "the PNG image cannot be decoded"),
  ]
}
