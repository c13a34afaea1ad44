import CTurboJPEG
import Diagnostics

/// JPEG decoding via TurboJPEG: baseline and progressive, gray and color.
enum JPEGFile {
  static let signature: [UInt8] = [0xff, 0xd8, 0xff]

  /// Decodes the samples. What libjpeg only warns about (truncated data, extraneous bytes) is refused too.
  static func decode(_ bytes: [UInt8], from path: String) throws(Problem) -> DecodedImage {
    guard let decoder = tjInitDecompress() else {
      throw Problem(.inputOutput, at: path, "TurboJPEG cannot start")
    }
    defer { tjDestroy(decoder) }

    var (width, height, subsampling, colors) = (Int32(0), Int32(0), Int32(0), Int32(0))
    guard
      tjDecompressHeader3(decoder, bytes, UInt(bytes.count), &width, &height, &subsampling, &colors) == 0
    else { throw failure(decoder, path) }
    guard colors != Int32(TJCS_CMYK.rawValue), colors != Int32(TJCS_YCCK.rawValue) else {
      throw Problem(.badData, at: path, "the JPEG image is in CMYK colors", hint: "convert it to RGB")
    }
    // libjpeg reports this for a file that ends within its header.
    guard height > 0, width > 0 else {
      throw Problem(.badData, at: path, "the JPEG image is cut off after \(bytes.count) bytes")
    }
    try DecodedImage.checkSize(height: Int(height), width: Int(width), from: path)

    var rgb = [UInt8](repeating: 0, count: 3 * Int(height) * Int(width))
    // The accurate DCT, and a limit on the scans of a progressive image, which could otherwise take forever.
    let flags = TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS
    guard
      tjDecompress2(
        decoder, bytes, UInt(bytes.count), &rgb, width, 0, height, Int32(TJPF_RGB.rawValue), flags) == 0
    else { throw failure(decoder, path) }
    return DecodedImage(height: Int(height), width: Int(width), rgb: rgb)
  }

  /// The EXIF block, without its name; nil if there is none before the pixels.
  static func exif(in bytes: [UInt8]) -> [UInt8]? {
    let name = Array("Exif\0\0".utf8)
    var position = 2
    // Each segment: 0xff, repeated or not, its marker, and its length, which counts itself.
    while position + 4 <= bytes.count, bytes[position] == 0xff {
      let marker = bytes[position + 1]
      if marker == 0xff {
        position += 1
        continue
      }
      let length = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
      let end = position + 2 + length
      guard marker != 0xda, length >= 2, end <= bytes.count else { return nil }
      let content = bytes[position + 4..<end]
      if marker == 0xe1, content.starts(with: name) { return Array(content.dropFirst(name.count)) }
      position = end
    }
    return nil
  }

  private static func failure(_ decoder: tjhandle, _ path: String) -> Problem {
    let reason = String(cString: tjGetErrorStr2(decoder))
    return Problem(.badData, at: path, "the JPEG image cannot be decoded: \(reason)")
  }
}
