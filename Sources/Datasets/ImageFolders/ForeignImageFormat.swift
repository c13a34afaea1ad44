import Diagnostics

/// An unsupported image format, recognized by a file's first bytes.
enum ForeignImageFormat: String {
  case gif = "GIF"
  case avif = "AVIF"
  case heic = "HEIC"
  case jpeg2000 = "JPEG 2000"
  case pbm = "PBM"
  case pgm = "PGM"
  case ppm = "PPM"

  /// nil if the format is unknown.
  init?(_ bytes: [UInt8]) {
    func has(_ word: String, at position: Int = 0) -> Bool {
      bytes.dropFirst(position).starts(with: word.utf8)
    }
    if has("GIF87a") || has("GIF89a") {
      self = .gif
    } else if has("ftyp", at: 4) {
      self = has("avi", at: 8) ? .avif : .heic
    } else if has("jP  ", at: 4) {
      self = .jpeg2000
    } else if bytes.count > 2, bytes[0] == UInt8(ascii: "P"), [9, 10, 13, 32].contains(bytes[2]) {
      switch bytes[1] {
      case UInt8(ascii: "1"), UInt8(ascii: "4"): self = .pbm
      case UInt8(ascii: "2"), UInt8(ascii: "5"): self = .pgm
      case UInt8(ascii: "3"), UInt8(ascii: "6"): self = .ppm
      default: return nil
      }
    } else {
      return nil
    }
  }

  func refusal(of path: String) -> Problem {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let stem = name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
    return Problem(
      .badData, at: path, "is a \(rawValue) image; \(DecodedImage.formats) images are read",
      hint: "convert it to PNG, as `magick \(name) \(stem).png` does")
  }
}
