import Diagnostics
import HDF5

/// What a file of ours says of itself at its root.
enum FileSchema: String {
  /// One run, with weights: `/run`, `/material`, `/weights`.
  case run = "ganomaly-run"
  /// An experiment: `/auc`, `/readings`, `/runs/<id>`, `/material/<id>`, `/spec`, `/environment`.
  case summary = "ganomaly-summary"

  static let version = 1

  /// Marks a new file.
  func mark(_ root: HDF5Group) throws {
    try root.attributes.write(rawValue, to: "schema")
    try root.attributes.write(Self.version, to: "schema_version")
  }

  /// Opens a file and makes sure that it is one of ours, in a version that this program reads.
  func open(_ path: String) throws -> HDF5Group {
    let root: HDF5Group
    do { root = try HDF5File.open(path).root } catch { throw Problem(error) }
    let foreign = Problem(
      .badData, at: path, "an HDF5 file, but no \(self == .run ? "run" : "summary") file of ganomaly",
      hint: self == .run
        ? "a run file is RESULTS/EXPERIMENT/runs/ID.h5; any other file does not belong there"
        : "move it away, or give another place with --results")
    guard try root.attributes.exists("schema"), try root.attributes.exists("schema_version") else {
      throw foreign
    }
    let schema: String
    let version: Int
    do {
      schema = try root.attributes.readString("schema")
      version = try root.attributes.readNumber(Int.self, "schema_version")
    } catch { throw foreign }
    guard schema == rawValue else { throw foreign }
    guard version == Self.version else {
      throw Problem(
        .badData, at: path, "the file has schema version \(version), this program reads \(Self.version)",
        hint: version > Self.version ? "use a newer ganomaly" : "move it away and run the experiment anew")
    }
    return root
  }
}

extension Problem {
  /// An HDF5 failure as users are told of it.
  public init(_ error: HDF5Error) {
    let kind: Kind =
      switch error.kind {
      case .missing: .missingInput
      case .wrongContent: .badData
      case .alreadyExists, .inputOutput: .inputOutput
      }
    self.init(kind, at: error.path, "cannot \(error.operation): \(error.message)")
  }
}
