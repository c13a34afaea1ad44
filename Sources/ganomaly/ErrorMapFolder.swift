import Diagnostics
import Foundation
import Images
import Runner

/// The folder that error maps are written to, below it each by the path of its image.
struct ErrorMapFolder {
  let folder: String
  private let shape: ImageShape
  private var written: Set<String> = []

  /// - Throws: `Problem` for a detector that rebuilds no images.
  init(_ folder: String, of trained: TrainedRun) throws(Problem) {
    guard trained.rebuildsImages else {
      throw Problem(
        .usage, at: "--maps", "\(trained.run.detector.name) rebuilds no images, so there is nothing to map",
        hint: "leave --maps out")
    }
    self.folder = folder
    shape = trained.shape
  }

  /// Refuses the images that are themselves in the folder: they would be maps of an earlier call.
  func requireOutside(_ images: [String]) throws(Problem) {
    let place = Self.real(folder) + "/"
    guard let image = images.first(where: { Self.real($0).hasPrefix(place) }) else { return }
    throw Problem(
      .usage, at: image, "lies in the folder of error maps", hint: "give a folder without images with --maps")
  }

  private static func real(_ path: String) -> String {
    URL(filePath: path).resolvingSymlinksInPath().standardizedFileURL.path
  }

  /// Writes `images/a.png` to `FOLDER/images/a.png.map.png`; what leads out of a folder is left out of the path, and a
  /// second image of the same path gets a number.
  mutating func write(_ scored: TrainedRun.ScoredImage, of path: String) throws(Problem) {
    guard let reconstruction = scored.reconstruction else { return }
    let parts = path.split(separator: "/").filter { $0 != "." && $0 != ".." }
    let path = parts.joined(separator: "/")
    var (name, number) = (path, 1)
    while !written.insert(name).inserted {
      number += 1
      name = "\(path).\(number)"
    }
    let file = URL(filePath: folder).appending(path: "\(name).map.png")
    let map = ErrorMap(image: scored.image, reconstruction: reconstruction, shape: shape)
    try createFolders(
      to: file.deletingLastPathComponent().relativePath, hint: "give another folder with --maps")
    do {
      try Data(map.png(image: scored.image, reconstruction: reconstruction, shape: shape)).write(to: file)
    } catch {
      throw Problem(.inputOutput, at: file.relativePath, "cannot be written: \(systemReason(error))")
    }
  }
}
