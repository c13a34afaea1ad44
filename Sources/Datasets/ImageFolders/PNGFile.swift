import CPNG
import Diagnostics

/// PNG decoding via libpng's simplified API (the only one that reports errors without `longjmp`).
enum PNGFile {
  static let signature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

  /// Decodes the stored samples: 16-bit ones are rounded to the nearest byte, alpha is dropped.
  static func decode(_ bytes: [UInt8], from path: String) throws(Problem) -> DecodedImage {
    let (essence, height, width, _) = try chunks(bytes, from: path)
    try DecodedImage.checkSize(height: height, width: width, from: path)

    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    var rgba: [UInt8] = []
    let succeeded = essence.withUnsafeBytes { source in
      guard png_image_begin_read_from_memory(&image, source.baseAddress, source.count) != 0 else {
        return false
      }
      // Request alpha, so that libpng does not composite the image onto a background.
      image.format = UInt32(PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_ALPHA)
      // Otherwise 16-bit samples would be treated as linear light.
      image.flags |= UInt32(PNG_IMAGE_FLAG_16BIT_sRGB)
      rgba = [UInt8](repeating: 0, count: 4 * height * width)
      return rgba.withUnsafeMutableBytes { png_image_finish_read(&image, nil, $0.baseAddress, 0, nil) != 0 }
    }
    let message = withUnsafeBytes(of: image.message) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    png_image_free(&image)
    guard succeeded else { throw Problem(.badData, at: path, "the PNG image cannot be decoded: \(message)") }

    var rgb = [UInt8](repeating: 0, count: 3 * height * width)
    for pixel in 0..<height * width {
      for channel in 0..<3 { rgb[3 * pixel + channel] = rgba[4 * pixel + channel] }
    }
    return DecodedImage(height: height, width: width, rgb: rgb)
  }

  /// The eXIf chunk; nil if there is none.
  static func exif(in bytes: [UInt8], from path: String) throws(Problem) -> [UInt8]? {
    try chunks(bytes, from: path).exif
  }

  /// The file without its ancillary chunks other than transparency, so that no gamma or color profile changes the
  /// stored values; the size from its header; and the content of its eXIf chunk.
  private static func chunks(
    _ bytes: [UInt8], from path: String
  ) throws(Problem) -> (essence: [UInt8], height: Int, width: Int, exif: [UInt8]?) {
    var essence = signature
    var size: (height: Int, width: Int)?
    var exif: [UInt8]?
    var position = signature.count
    while true {
      guard bytes.count - position >= 12 else { throw cutOff(bytes, path) }
      let length = bigEndian(bytes, at: position)
      let type = String(decoding: bytes[position + 4..<position + 8], as: UTF8.self)
      guard bytes.count - position - 12 >= length else { throw cutOff(bytes, path) }
      let chunk = bytes[position..<position + 12 + length]
      if size == nil {
        guard type == "IHDR", length == 13 else {
          throw Problem(
            .badData, at: path, "the PNG image begins with a chunk '\(type)' of \(length) bytes, not IHDR")
        }
        size = (bigEndian(bytes, at: position + 12), bigEndian(bytes, at: position + 8))
      }
      let isCritical = bytes[position + 4] & 0x20 == 0
      if isCritical || type == "tRNS" { essence += chunk }
      if type == "eXIf" { exif = Array(chunk.dropFirst(8).dropLast(4)) }
      if type == "IEND", let size { return (essence, size.height, size.width, exif) }
      position += 12 + length
    }
  }

  private static func bigEndian(_ bytes: [UInt8], at position: Int) -> Int {
    bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
  }

  private static func cutOff(_ bytes: [UInt8], _ path: String) -> Problem {
    Problem(.badData, at: path, "the PNG image is cut off after \(bytes.count) bytes")
  }
}
