import ArgumentParser
import Datasets
import Diagnostics
import Runner

struct ScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "Score images with the trained detector of a run.",
    discussion: """
      Prints one line for each image: path, tab, score; higher is more anomalous. PNG and JPEG files are read as in an \
      image folder: resized by the shorter side, then center-cropped. Batch norm uses running statistics, so a score \
      does not depend on the other images. An unreadable file is reported, the others are scored, and the exit status \
      is 65.
      """)

  @Argument(
    help: "A run file, such as results/quickstart/runs/0123456789abcdef.h5.",
    completion: .file(extensions: ["h5"]))
  var runFile: String

  @Argument(help: "Images or folders of images.", completion: .file())
  var images: [String]

  @Flag(name: .long, help: "Skip files that are not images, and list them.")
  var skipUnreadable = false

  @OptionGroup var compute: ComputeOptions

  func run() throws {
    let files = try ImageFile.paths(for: images)
    compute.warnOfTooManyThreads()
    let trained = try TrainedRun(runFile: runFile, context: compute.context()) {
      try compute.engine(.opencl)
    }
    if let difference = trained.difference { Terminal.writeError("ganomaly: note: \(difference)") }
    var unreadable: [String] = []
    for start in stride(from: 0, to: files.count, by: TrainedRun.batchSize) {
      unreadable += try score(Array(files[start..<min(files.count, start + TrainedRun.batchSize)]), trained)
    }
    guard !unreadable.isEmpty else { return }
    if skipUnreadable { return SkippedText.write(unreadable) }
    throw Problem(
      .badData,
      "\(unreadable.count) of \(files.count) \(files.count == 1 ? "file has" : "files have") no score",
      hint: "replace or remove \(unreadable.count == 1 ? "it" : "them"), or skip "
        + "\(unreadable.count == 1 ? "it" : "them") with --skip-unreadable")
  }

  /// Prints the scores of some files.
  ///
  /// - Returns: the unreadable ones; each is reported unless it is to be skipped.
  private func score(_ files: [String], _ trained: TrainedRun) throws -> [String] {
    var lines: [String] = []
    var unreadable: [String] = []
    for (file, scored) in zip(files, trained.scores(ofFiles: files)) {
      switch scored {
      case .score(let score): lines.append("\(file)\t\(score)")
      case .unreadable(let problem):
        unreadable.append(file)
        if !skipUnreadable { Terminal.writeError("ganomaly: \(problem)") }
      }
    }
    if !lines.isEmpty { try Terminal.write(lines.joined(separator: "\n")) }
    return unreadable
  }
}
