import Diagnostics
import HDF5

/// The kind of a ganomaly file, as recorded at its root.
enum FileSchema: String {
  /// One run, with weights: `/run`, `/material`, `/weights`.
  case run = "ganomaly-run"
  /// A run in progress: `/run`, `/detector`, `/environment`.
  case checkpoint = "ganomaly-checkpoint"
  /// A detector after one epoch: `/weights`.
  case weights = "ganomaly-weights"
  /// An experiment: `/auc`, `/evaluations`, `/sweep`, `/failures`, `/runs/<id>`, `/test_sets/<digest>`,
  /// `/material/<id>`, `/spec`, `/environment`; of a sweep, the runs are packed, see `PackedRuns`.
  case summary = "ganomaly-summary"

  static let version = 3
  /// The version of a summary with packed runs.
  static let packedVersion = 4
  static let versionName = "schema_version"

  /// The kind in words, for messages.
  private var title: String {
    switch self {
    case .run: "run file"
    case .checkpoint: "checkpoint"
    case .weights: "weights file"
    case .summary: "summary"
    }
  }

  /// What to do about a damaged file.
  private var remedy: String {
    switch self {
    case .run: "move it away, and the run is repeated"
    case .checkpoint: "without it the run restarts"
    case .weights: "move it away: the run cannot be evaluated at this epoch without it"
    case .summary: "move it away, and `ganomaly run` collects it again from the run files"
    }
  }

  /// What to do about a file that need not be of this kind: it may have been named by mistake.
  private func remedyForForeign(_ path: String) -> String {
    switch self {
    case .checkpoint, .weights: remedy
    case .run:
      RunFolder.holds(path) ? remedy : "name a run file, such as results/mnist/runs/0123456789abcdef.h5"
    case .summary:
      "name a summary, such as results/mnist.h5; if it is damaged, move it away and `ganomaly run` collects it again"
    }
  }

  /// An HDF5 failure in a file of this kind, with the remedy.
  func problem(_ error: HDF5Error) -> Problem { problem(error, remedy) }

  private func problem(_ error: HDF5Error, _ remedy: String) -> Problem {
    let problem = Problem(error)
    switch problem.kind {
    case .badData: return problem.hinting(remedy)
    case .missingInput: return problem.hinting("`ganomaly run` with the experiment's spec writes it")
    default: return problem
    }
  }

  /// Records the kind and the version in a new file.
  func mark(_ root: HDF5Group, version: Int = version) throws {
    try root.attributes.write(rawValue, to: "schema")
    try root.attributes.write(version, to: Self.versionName)
  }

  /// Opens a file and checks that it is one of ours, undamaged and in a version that this program reads; a summary of
  /// an earlier version is converted in memory, and packed runs are unpacked there.
  ///
  /// - Parameter isVerified: whether the file is already known to be what was written.
  func open(_ path: String, isVerified: Bool = false) throws -> HDF5Group {
    let remedyForForeign = remedyForForeign(path)
    let isSealed = try isVerified || Seal.verify(path, remedy: self == .run ? remedyForForeign : remedy)
    let root: HDF5Group
    do {
      root = try (isSealed ? HDF5File.open(path) : HDF5File.openForeign(path)).root
    } catch {
      throw problem(error, remedyForForeign)
    }
    let schema: String
    let version: Int
    do {
      schema = try root.attributes.readString("schema")
      version = try root.attributes.readNumber(Int.self, Self.versionName)
    } catch {
      throw Problem(.badData, at: path, "an HDF5 file, but not a ganomaly \(title)", hint: remedyForForeign)
    }
    guard schema == rawValue else {
      let found = FileSchema(rawValue: schema).map { "a \($0.title)" } ?? "a '\(schema)' file"
      throw Problem(.badData, at: path, "\(found), not a \(title)", hint: remedyForForeign)
    }
    let newest = self == .summary ? Self.packedVersion : Self.version
    guard (EarlierRunGroup.version...newest).contains(version) else {
      throw Problem(
        .badData, at: path, "the file has schema version \(version), this program reads \(newest)",
        hint: version > newest ? "use a newer ganomaly" : "move it away and run the experiment again")
    }
    do {
      switch version {
      case EarlierRunGroup.version where self == .summary: return try EarlierSummary.carriedOver(root)
      case Self.packedVersion:
        // Only the seal tells that the packed file is what was written.
        guard isSealed else {
          throw Problem(.badData, at: path, "it is cut short: its end is missing", hint: remedy)
        }
        return try PackedRuns.unpacked(root)
      default: return root
      }
    } catch let error as HDF5Error {
      throw problem(error)
    }
  }
}

extension Problem {
  /// An HDF5 failure as reported to users.
  public init(_ error: HDF5Error) {
    switch error.kind {
    case .missingFile: self.init(.missingInput, at: error.path, "no such file")
    // The message says it all; the operation adds nothing.
    case .missing, .wrongContent: self.init(.badData, at: error.path, error.message)
    case .locked:
      self.init(
        .inputOutput, at: error.path, "cannot \(error.operation): \(error.message)", hint: "close it there")
    case .alreadyExists, .inputOutput:
      self.init(.inputOutput, at: error.path, "cannot \(error.operation): \(error.message)")
    }
  }
}
