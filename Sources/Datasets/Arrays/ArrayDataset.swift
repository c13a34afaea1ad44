import Diagnostics
import Foundation
import Images
import Settings

/// A data set that is one file of arrays: images, and labels that make classes.
enum ArrayDataset {
  /// - Parameters:
  ///   - path: an NPZ, NPY or HDF5 file.
  ///   - fingerprint: the known fingerprint; nil to compute it.
  static func load(
    _ settings: DatasetSettings, _ path: String, fingerprint: String? = nil
  ) throws(Problem) -> Dataset {
    let file = try ArrayFile(path)
    let (parts, hasLabels) = try ArrayConvention.parts(among: file.names, in: path)
    var bytes: [UInt8] = []
    var counts: [Int] = []
    var labels: [(place: String, values: [Int])] = []
    var resize: BilinearResize?
    for part in parts {
      let array = try file.array(part.images)
      let images = try ArrayImages(array)
      let common = resize ?? BilinearResize(from: images.shape, height: settings.side, width: settings.side)
      guard images.shape == common.source else {
        throw Problem(
          .badData, at: array.place,
          "its images are \(images.shape), those of \(parts[0].images) \(common.source) (channels×height×width)"
        )
      }
      resize = common
      try check(channels: images.shape.channels, settings)
      counts.append(images.count)
      try checkMemory(counts.reduce(0, +), settings)
      if hasLabels {
        let array = try file.array(part.labels)
        labels.append(
          (array.place, try ArrayLabels.values(of: array, count: images.count, images: part.images)))
      }
      bytes += try images.resized(by: common)
    }
    guard let resize else { preconditionFailure("a convention has at least one part") }
    let count = counts.reduce(0, +)
    let classes =
      hasLabels
      ? try ArrayLabels(labels, classNames: try classNames(in: file)) : ArrayLabels(withoutLabels: count)
    return Dataset(
      title: settings.title, classNames: classes.classNames,
      images: ImageStore(shape: resize.target, bytes: bytes).repeatingPlane(channels: settings.channels),
      labels: classes.labels, officialTrainCount: parts.count > 1 ? count - (counts.last ?? 0) : nil,
      fingerprint: fingerprint)
  }

  private static func classNames(in file: ArrayFile) throws(Problem) -> [String]? {
    guard file.names.contains(ArrayConvention.classNames) else { return nil }
    return try ArrayLabels.classNames(of: file.array(ArrayConvention.classNames))
  }

  /// Color images are not reduced to gray: that would be another data set.
  private static func check(channels: Int, _ settings: DatasetSettings) throws(Problem) {
    guard channels > settings.channels else { return }
    throw Problem(
      .usage, at: settings.title, "its images have \(channels) channels, not \(settings.channels)",
      hint: "write `channels: \(channels)` in dataset")
  }

  private static func checkMemory(_ count: Int, _ settings: DatasetSettings) throws(Problem) {
    let image = settings.channels * settings.side * settings.side
    guard count <= Int(clamping: ProcessInfo.processInfo.physicalMemory) / image else {
      throw Problem(
        .notEnoughMemory, at: settings.title,
        "\(count) images of \(image) bytes each do not fit into this machine's memory",
        hint: "choose a smaller `side`, or fewer images")
    }
  }
}
