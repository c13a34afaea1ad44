import CMatio
import Diagnostics
import Hashing
import Images

/// SVHN's cropped digits (Netzer et al. 2011): two MATLAB level 5 files, each with images `X`, 32×32×3×N bytes in column
/// order, and labels `y`, 1 to 10, where 10 is the digit 0.
///
/// libmatio does not withstand damaged or hostile files, so it reads the published files only, known by their SHA-256.
enum SVHN {
  static let shape = ImageShape(channels: 3, height: 32, width: 32)
  static let trainFile = "train_32x32.mat"
  static let testFile = "test_32x32.mat"

  /// Reads the official parts.
  ///
  /// - Parameters:
  ///   - paths: the path of each file, by its official name.
  ///   - declared: the files' checksums.
  /// - Throws: `Problem` of kind `badData` for any other file.
  static func load(_ paths: [String: String], _ declared: DatasetFiles) throws(Problem) -> OfficialParts {
    for download in declared.downloads {
      let path = paths[download.name] ?? download.name
      let found = try SHA256.hexadecimal(ofFile: path)
      guard found == download.sha256 else {
        throw Problem(
          .badData, at: path,
          "its SHA-256 is \(found), expected \(download.sha256 ?? "none"): only the published file is read, "
            + "as reading MATLAB's format is not safe with any other")
      }
    }
    return try OfficialParts(
      train: part(paths[trainFile] ?? trainFile), test: part(paths[testFile] ?? testFile))
  }

  /// Reads a file without knowing whether it is safe to do so.
  static func part(_ path: String) throws(Problem) -> LabelledImages {
    guard let file = Mat_Open(path, Int32(MAT_ACC_RDONLY.rawValue)) else {
      throw Problem(.badData, at: path, "is not a MATLAB file")
    }
    defer { Mat_Close(file) }
    let (dimensions, pixels) = try variable("X", of: file, from: path)
    guard dimensions.count == 4, Array(dimensions[..<3]) == [shape.height, shape.width, shape.channels] else {
      let found = dimensions.map(String.init).joined(separator: "×")
      throw Problem(.badData, at: path, "X has the shape \(found), expected 32×32×3×N")
    }
    let labels = try variable("y", of: file, from: path).values
    guard labels.count == dimensions[3] else {
      throw Problem(.badData, at: path, "holds \(labels.count) labels, but \(dimensions[3]) images")
    }
    if let position = labels.firstIndex(where: { !(1...10).contains($0) }) {
      throw Problem(.badData, at: path, "label \(position) is \(labels[position]), expected 1 to 10")
    }
    var images = LabelledImages(shape: shape, bytes: pixels, labels: labels.map { Int($0) % 10 })
    images.transpose()
    return images
  }

  /// A variable's dimensions and its values, which are bytes or doubles that fit into bytes.
  private static func variable(
    _ name: String, of file: OpaquePointer, from path: String
  ) throws(Problem) -> (dimensions: [Int], values: [UInt8]) {
    guard let variable = Mat_VarRead(file, name) else {
      throw Problem(.badData, at: path, "holds no variable '\(name)' that can be read")
    }
    defer { Mat_VarFree(variable) }
    let found = variable.pointee
    let dimensions = (0..<Int(found.rank)).map { Int(found.dims[$0]) }
    let data = UnsafeRawBufferPointer(start: found.data, count: found.data == nil ? 0 : found.nbytes)
    let values =
      switch found.class_type {
      case MAT_C_UINT8: Array(data)
      case MAT_C_DOUBLE: data.bindMemory(to: Double.self).compactMap { UInt8(exactly: $0) }
      default: [UInt8]()
      }
    guard found.isComplex == 0, values.count == dimensions.reduce(1, *), !values.isEmpty else {
      throw Problem(.badData, at: path, "the variable '\(name)' is not an array of bytes")
    }
    return (dimensions, values)
  }
}
