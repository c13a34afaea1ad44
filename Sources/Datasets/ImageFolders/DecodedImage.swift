import Diagnostics

/// An image file's stored pixels: interleaved RGB, row by row.
///
/// Like PIL's `convert('RGB')`: alpha is dropped, palettes are looked up, and color profiles and gamma are ignored.
/// Unlike PIL, which turns TIFF images as their tag says and no others, pixels keep the order of the file until
/// `turned(_:)`; and 16-bit samples are rounded to the nearest byte, v·255/65535.
struct DecodedImage {
  var height: Int
  var width: Int
  /// `height × width × 3` bytes.
  var rgb: [UInt8]

  /// Images with more pixels are refused before decoding.
  static let largestPixelCount = 100_000_000

  /// The formats that are read, as messages list them.
  static let formats = "PNG, JPEG, BMP, TIFF and WebP"

  /// Decodes a file of one of the `formats`, recognized by its first bytes, not its name.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - path: the path that errors name.
  init(_ bytes: [UInt8], from path: String) throws(Problem) {
    switch ImageFormat(bytes) {
    case .png: self = try PNGFile.decode(bytes, from: path)
    case .jpeg: self = try JPEGFile.decode(bytes, from: path)
    case .bmp: self = try BMPFile.decode(bytes, from: path)
    case .tiff: self = try TIFFFile.decode(bytes, from: path)
    case .webP: self = try WebPFile.decode(bytes, from: path)
    case nil:
      if let format = ForeignImageFormat(bytes) { throw format.refusal(of: path) }
      throw Problem(
        .badData, at: path, bytes.isEmpty ? "is empty" : "is not a PNG, JPEG, BMP, TIFF or WebP image")
    }
  }

  init(height: Int, width: Int, rgb: [UInt8]) {
    precondition(rgb.count == height * width * 3, "\(rgb.count) bytes for \(height)×\(width) pixels")
    self.height = height
    self.width = width
    self.rgb = rgb
  }

  /// The pixels in planar order, channel by channel.
  ///
  /// - Parameter channels: 3, or 1 for gray by PIL's `convert('L')` (ITU-R 601-2 luma in 16-bit fixed point).
  func planar(channels: Int) -> [UInt8] {
    precondition(channels == 1 || channels == 3, "\(channels) channels, only 1 and 3 are known")
    let count = height * width
    var planar = [UInt8](repeating: 0, count: channels * count)
    var planes = planar.mutableSpan
    let rgb = rgb.span
    for pixel in 0..<count {
      let (red, green, blue) = (rgb[3 * pixel], rgb[3 * pixel + 1], rgb[3 * pixel + 2])
      if channels == 1 {
        let luma = 19595 * UInt32(red) + 38470 * UInt32(green) + 7471 * UInt32(blue) + 0x8000
        planes[pixel] = UInt8(luma >> 16)
      } else {
        planes[pixel] = red
        planes[count + pixel] = green
        planes[2 * count + pixel] = blue
      }
    }
    return planar
  }

  /// Refuses sizes that no image in a data set has.
  static func checkSize(height: Int, width: Int, from path: String) throws(Problem) {
    guard height > 0, width > 0 else {
      throw Problem(.badData, at: path, "claims to have \(height)×\(width) pixels")
    }
    guard height <= largestPixelCount / width else {
      throw Problem(
        .badData, at: path,
        "claims to have \(height)×\(width) pixels; the limit is \(largestPixelCount / 1_000_000) million")
    }
  }
}

/// An image format that is read, recognized by a file's first bytes.
enum ImageFormat {
  case png, jpeg, bmp, tiff, webP

  /// nil if the format is another one.
  init?(_ bytes: [UInt8]) {
    if bytes.starts(with: PNGFile.signature) {
      self = .png
    } else if bytes.starts(with: JPEGFile.signature) {
      self = .jpeg
    } else if bytes.starts(with: BMPFile.signature), bytes.count >= 14 {
      self = .bmp
    } else if TIFFFile.signatures.contains(where: { bytes.starts(with: $0) }) {
      self = .tiff
    } else if WebPFile.recognizes(bytes) {
      self = .webP
    } else {
      return nil
    }
  }
}
