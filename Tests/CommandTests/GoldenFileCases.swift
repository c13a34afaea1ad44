import Foundation
import HDF5
import TestSupport

extension BadInput {
  /// The parity tests' golden file with one change, as `golden.h5`.
  private static func golden(
    _ title: String, _ words: String..., change: @escaping @Sendable (HDF5Group) throws -> Void
  ) -> BadInput {
    var bad = BadInput(title, 65) { workplace in
      let original = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("ParityTests/Fixtures/A.h5")
      try workplace.write(Array(try Data(contentsOf: original)), to: "golden.h5")
      let file = try HDF5File.open(workplace.path("golden.h5"), .readWrite)
      try change(file.root)
      try file.close()
      return ["parity", "golden.h5", "--threads", "1"]
    }
    bad.words = words + ["give a golden file, such as"]
    return bad
  }

  /// Without one of its tensors.
  private static func missing(_ name: String) -> BadInput {
    golden("without \(name)", "golden.h5:/\(name): there is nothing of this name") { try $0.delete(name) }
  }

  static let goldenFiles =
    [
      BadInput("no golden file there", 66, "golden.h5: no such file", "give a golden file, such as") { _ in
        ["parity", "golden.h5"]
      },
      BadInput("a text as golden file", 65, "notes: it is not an HDF5 file", "give a golden file") {
        try $0.write("hello", to: "notes")
        return ["parity", "notes"]
      },
      BadInput("a folder as golden file", 65, "folder: it is a folder", "give a golden file") {
        try $0.createFolder("folder")
        return ["parity", "folder"]
      },
      BadInput(
        "a foreign golden file", 65, "a.h5: not a golden file: the root attribute config_json is missing"
      ) {
        try writeHDF5($0.path("a.h5"))
        return ["parity", "a.h5"]
      },
      golden("a configuration that is no JSON", "golden.h5@config_json: not the expected JSON") {
        try $0.attributes.write("{", to: "config_json")
      },
      golden("a network that cannot be", "golden.h5@config_json: unsupported network: ", "nz 0") { root in
        let text = try root.attributes.readString("config_json")
        try root.attributes.write(text.replacing(/"nz": *\d+/, with: "\"nz\": 0"), to: "config_json")
      },
      golden("losses of three steps", "golden.h5:/loss/err_g: it has 3 values, none for step 4") { root in
        try root.delete("loss/err_g")
        try root.write([1.0, 1, 1], shape: [3], to: "loss/err_g")
      },
      golden("a batch of another size", "golden.h5:/batch/x2: 7 values, expected") { root in
        try root.delete("batch/x2")
        try root.write([Double](repeating: 0, count: 7), shape: [7], to: "batch/x2")
      },
      golden("an output of another size", "golden.h5:/fwd/fake: the file has 7 values, this") { root in
        try root.delete("fwd/fake")
        try root.write([Double](repeating: 0, count: 7), shape: [7], to: "fwd/fake")
      },
    ] + ["batch/x1", "loss/err_g", "fwd/fake", "grad1/netd.features.2.weight"].map(missing)
}
