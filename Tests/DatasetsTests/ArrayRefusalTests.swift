import Diagnostics
import TestSupport
import Testing

@testable import Datasets

struct ArrayRefusalTests {
  @Test(
    "what is not images of a known kind is refused, and what to do said",
    arguments: [
      ("fortran.npy", "ascontiguousarray"), ("objects.npy", "pickle, which can run code and is never read"),
      ("pickle.npy", "is a Python pickle, which can run code"), ("complex.npy", "\"<c8\", which is not read"),
      ("float16.npy", "\"<f2\""), ("records.npy", "is not that of an array of numbers"),
      ("int64.npy", "holds int64; images are uint8"), ("flat.npy", "the shape 5×24; images are"),
      ("flat.npy", "x.reshape(-1, 28, 28)"), ("rgba.npy", "drop the alpha channel"),
      ("ambiguous.npy", "2×3×5×3, whose channels may be"),
      ("ambiguous-row.npy", "2×1×5×1, whose channels may be"),
      ("scalar.npy", "the shape of one value"), ("none.npy", "0×6×4, and so no image"),
      ("no-rows.npy", "5×0×4; sides are from 1 to 65536"), ("nan.npy", "image 3 (from 0) holds nan"),
      ("negative.npy", "image 3 (from 0) holds -0.25"), ("above.npy", "image 3 (from 0) holds 200.0"),
      ("outside.npz", "\"../images.npy\" would be extracted outside"),
      ("absolute.npz", "\"/images.npy\" would be extracted outside"),
    ])
  func refusals(file: String, words: String) {
    expectProblem(.badData, at: "\(arraysFolder)/\(file)", words) { () throws(Problem) in
      _ = try loadArrays(file)
    }
  }

  @Test(
    "what is not images of a known kind in an HDF5 file is refused by the dataset's name",
    arguments: [
      ("complex.h5", "which are not read"), ("elsewhere.h5", "lie in another file"),
      ("linked.h5", "lie in another file"), ("virtual.h5", "lie in another file"),
      ("claims.h5", "has 1000000000000 bytes, where at most"),
    ])
  func hdf5Refusals(file: String, words: String) {
    expectProblem(.badData, at: "\(arraysFolder)/\(file):/images", words) { () throws(Problem) in
      _ = try loadArrays(file)
    }
  }

  @Test("an archive that unpacks to far more than its size is refused before it is unpacked")
  func bomb() {
    expectProblem(.badData, at: "\(arraysFolder)/bomb.npz:images", "has 24000128 bytes, where at most") {
      () throws(Problem) in _ = try loadArrays("bomb.npz")
    }
  }

  @Test("a file that is cut off anywhere is refused", arguments: ["uint8.npy", "keras.npz", "wide.h5"])
  func cutOff(file: String) throws {
    let whole = try FileBytes.read("\(arraysFolder)/\(file)")
    try withTemporaryFolder { folder in
      for length in 0..<whole.count {
        try write(Array(whole[..<length]), to: "\(folder)/\(file)")
        let found = problem { () throws(Problem) in _ = try loadArrays(file, in: folder) }
        #expect(found?.kind == .badData, "\(length) bytes")
      }
    }
  }

  @Test("a changed byte of an NPZ file is noticed, unless it stands for nothing that is read")
  func changedByte() throws {
    let whole = try FileBytes.read("\(arraysFolder)/medmnist.npz")
    let intact = try loadArrays("medmnist.npz")
    try withTemporaryFolder { folder in
      var refusals = 0
      for position in whole.indices {
        var changed = whole
        changed[position] ^= 0x55
        try write(changed, to: "\(folder)/medmnist.npz")
        let found = problem { () throws(Problem) in
          let dataset = try loadArrays("medmnist.npz", in: folder)
          // A name that is no longer known takes its array away, such as both of the validation part.
          #expect(dataset.fingerprint == intact.fingerprint || dataset.images.count < intact.images.count)
        }
        if let found {
          #expect(found.kind == .badData && found.place.hasPrefix("\(folder)/medmnist.npz"))
          refusals += 1
        }
      }
      #expect(refusals > whole.count / 2)
    }
  }

  @Test("an encrypted entry is refused")
  func encrypted() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.npz"
      writeArchive([("images.npy", npy("|u1", [1, 1, 1], [7]))], to: path, .zip, stored: true)
      var bytes = try FileBytes.read(path)
      // Bit 0 of the flags, in the local header and in the central directory.
      for (signature, offset) in [([0x50, 0x4b, 3, 4] as [UInt8], 6), ([0x50, 0x4b, 1, 2], 8)] {
        let start = try #require(bytes.indices.first { bytes[$0...].starts(with: signature) })
        bytes[start + offset] |= 1
      }
      try write(bytes, to: path)
      expectProblem(.badData, at: path, "\"images.npy\" is encrypted") { () throws(Problem) in
        _ = try loadArrays("a.npz", in: folder)
      }
    }
  }

  private static let image = npy("|u1", [2, 1, 2], [1, 2, 3, 4])
  private static let labels = npy("|i1", [2], [0, 1])
  private static let twoNames = npy("|S1", [2], [97, 98])

  @Test(
    "names that fit no convention, or more than one, are refused with all conventions",
    arguments: [
      [], ["image"], ["train_images"], ["train_images", "train_labels"], ["x_train", "y_train"],
      ["images", "x"], ["x", "X"], ["x", "labels"], ["images", "y"], ["images", "val_images"], ["Images"],
      ["train_images", "test_images", "images"], ["x_train", "x_test", "labels"], ["labels"],
    ])
  func conventions(names: [String]) throws {
    try withTemporaryFolder { folder in
      writeArchive(
        names.map { ("\($0).npy", Self.image) } + [("read.me", [1])], to: "\(folder)/a.npz", .zip,
        stored: true)
      let found = problem { () throws(Problem) in _ = try loadArrays("a.npz", in: folder) }
      #expect(found?.kind == .badData && found?.place == "\(folder)/a.npz")
      #expect(found?.cause.contains("fit no convention") == true, "\(String(describing: found))")
      for name in names.isEmpty ? ["no array"] : names { #expect(found?.cause.contains(name) == true) }
      for word in ["[val_images]", "x_train and x_test", "images", "x, or X", "y_train and y_test"] {
        #expect(found?.hint.contains(word) == true, "\(String(describing: found?.hint))")
      }
    }
  }

  @Test("arrays of other names are not read, whatever they hold")
  func others() throws {
    try withTemporaryFolder { folder in
      writeArchive(
        [("ids.npy", [1, 2]), ("x.npy", Self.image), ("y.npy", Self.labels)], to: "\(folder)/a.npz", .zip,
        stored: true)
      let dataset = try loadArrays("a.npz", in: folder)
      #expect(dataset.labels == [0, 1])
    }
  }

  struct Misfit: CustomTestStringConvertible {
    var array: String
    var entries: [(String, [UInt8])]
    var words: String
    var testDescription: String { words }

    init(_ array: String, _ entries: [(String, [UInt8])], _ words: String) {
      (self.array, self.entries, self.words) = (array, entries, words)
    }

    private static let (image, labels) = (ArrayRefusalTests.image, ArrayRefusalTests.labels)
    private static let names = ArrayRefusalTests.twoNames

    static let all = [
      Misfit(
        ":y", [("x", image), ("y", npy("|i1", [3], [0, 1, 0]))], "holds 3 labels, but x holds 2 images"),
      Misfit(
        ":y", [("x", image), ("y", npy("|i1", [2, 2], [0, 1, 1, 0]))],
        "has the shape 2×2; labels are N or N×1"),
      Misfit(":y", [("x", image), ("y", npy("|i1", [], [0]))], "has the shape of one value; labels"),
      Misfit(
        ":y", [("x", image), ("y", npy("<f4", [2], [0, 0, 0, 0, 0, 0, 0, 0]))], "save `y.astype('int64')`"),
      Misfit(":y", [("x", image), ("y", names)], "holds strings; labels are integers or bool"),
      Misfit(
        ":y", [("x", image), ("y", npy("|i1", [2], [0, 2])), ("class_names", names)],
        "label 1 (from 0) is 2, but class_names names 0 to 1"),
      Misfit(
        ":y", [("x", image), ("y", npy("|i1", [2], [0xff, 0])), ("class_names", names)],
        "label 0 (from 0) is -1"),
      Misfit(
        ":class_names", [("x", image), ("y", labels), ("class_names", npy("|S1", [2], [97, 97]))],
        "name 1 (from 0), \"a\", is a repetition"),
      Misfit(
        ":class_names", [("x", image), ("y", labels), ("class_names", npy("|S1", [2], [97, 0]))], "is empty"),
      Misfit(
        ":class_names",
        [("x", image), ("y", labels), ("class_names", npy("|S5", [2], Array("a + bcdefg".utf8)))],
        "separates the classes of a group"),
      Misfit(
        ":class_names", [("x", image), ("y", labels), ("class_names", labels)],
        "is 2 of int8, expected one dimension"),
      Misfit("", [("x", image), ("class_names", names)], "holds class_names, but no y"),
      Misfit(
        "", [("train_images", image), ("test_images", image), ("train_labels", labels)],
        "holds test_images, but no test_labels"),
      Misfit(
        "",
        [
          ("train_images", image), ("train_labels", labels), ("test_images", image), ("test_labels", labels),
          ("val_labels", labels),
        ], "holds val_labels, but no val_images"),
      Misfit(
        ":x_test", [("x_train", image), ("x_test", npy("|u1", [1, 2, 2], [1, 2, 3, 4]))],
        "its images are 1×2×2, those of x_train 1×1×2"),
      Misfit(":x", [("x", image.dropLast())], "is cut off"),
      Misfit("", [("x", image), ("x", image)], "has two entries of the name \"x.npy\""),
    ]
  }

  @Test("arrays that do not fit together are refused by name", arguments: Misfit.all)
  func misfits(_ misfit: Misfit) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.npz"
      writeArchive(misfit.entries.map { ("\($0.0).npy", $0.1) }, to: path, .zip, stored: true)
      expectProblem(.badData, at: path + misfit.array, misfit.words) { () throws(Problem) in
        _ = try loadArrays("a.npz", in: folder)
      }
    }
  }

  @Test("a file of no such format is refused")
  func formats() throws {
    try withTemporaryFolder { folder in
      for (bytes, words) in [([], "is empty"), (Array("a,b\n".utf8), "is neither NPZ, NPY nor HDF5")] {
        try write(bytes, to: "\(folder)/a.npz")
        expectProblem(.badData, at: "\(folder)/a.npz", words) { () throws(Problem) in
          _ = try loadArrays("a.npz", in: folder)
        }
      }
    }
  }
}
