import ArgumentParser
import Datasets
import Runner

struct ScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "Score images with the trained detector of a run.",
    discussion: """
      Prints a line for each image: its path, a tab and its score; the higher, the more anomalous. PNG and JPEG \
      files are read as those of an image folder: the shorter side resized, the center cut out. Batch norm uses \
      running statistics, so that no score depends on the other images.
      """)

  @Argument(
    help: "A run file, such as results/quickstart/runs/0123456789abcdef.h5.",
    completion: .file(extensions: ["h5"]))
  var runFile: String

  @Argument(help: "Images, and folders of images.", completion: .file())
  var images: [String]

  @OptionGroup var compute: ComputeOptions

  func run() throws {
    let files = try ImageFile.paths(for: images)
    compute.warnOfTooManyThreads()
    let trained = try TrainedRun(runFile: runFile, context: compute.context) {
      try compute.engine(.opencl)
    }
    if let difference = trained.difference { Terminal.writeError("ganomaly: note: \(difference)") }
    for start in stride(from: 0, to: files.count, by: TrainedRun.batchSize) {
      let batch = Array(files[start..<min(files.count, start + TrainedRun.batchSize)])
      try Terminal.write(lines(for: batch, trained))
    }
  }

  private func lines(for files: [String], _ trained: TrainedRun) throws -> String {
    zip(files, try trained.scores(ofImages: files)).map { "\($0)\t\($1)" }.joined(separator: "\n")
  }
}
