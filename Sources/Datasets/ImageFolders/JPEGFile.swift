import CTurboJPEG
import Diagnostics

/// JPEG decoding via TurboJPEG: baseline and progressive, gray and color.
enum JPEGFile {
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

  private static func failure(_ decoder: tjhandle, _ path: String) -> Problem {
    let reason = String(cString: tjGetErrorStr2(decoder))
    return Problem(.badData, at: path, "the JPEG image cannot be decoded: \(reason)")
  }
}
