import CTIFF
import Diagnostics

/// What the tags of a TIFF file say of its one image.
struct TIFFLayout {
  let height: Int
  let width: Int
  /// Whether black or white is zero, without a palette.
  let isGray: Bool
  /// Whether colors were multiplied by alpha.
  let isPremultiplied: Bool
  private let file: TIFFHandle
  private let isPalette: Bool
  private let bits: Int
  /// The kinds of the samples beyond color.
  private let extraSamples: [UInt16]

  private static let compressions = [
    COMPRESSION_NONE, COMPRESSION_CCITTRLE, COMPRESSION_CCITTFAX3, COMPRESSION_CCITTFAX4, COMPRESSION_LZW,
    COMPRESSION_JPEG, COMPRESSION_ADOBE_DEFLATE, COMPRESSION_DEFLATE, COMPRESSION_PACKBITS, COMPRESSION_LZMA,
    COMPRESSION_ZSTD, COMPRESSION_WEBP,
  ].map(Int.init)

  /// - Throws: `Problem` for what is not read: several images, previews, CMYK and Lab colors, samples that are not
  ///   unsigned integers, and rare compressions, whose decoders are less safe.
  init(_ file: TIFFHandle) throws(Problem) {
    func refusal(_ cause: String, _ hint: String = "convert it to PNG") -> Problem {
      Problem(.badData, at: file.path, "the TIFF image \(cause)", hint: hint)
    }
    guard TIFFLastDirectory(file.tiff) != 0 else {
      throw Problem(.badData, at: file.path, "the TIFF file has several pages", hint: "save each as a file")
    }
    guard (file.long(TIFFTAG_SUBFILETYPE) ?? 0) & Int(FILETYPE_REDUCEDIMAGE) == 0 else {
      throw refusal("is only a preview, as in a camera's raw file", "develop it and save it as PNG")
    }
    guard let height = file.long(TIFFTAG_IMAGELENGTH), let width = file.long(TIFFTAG_IMAGEWIDTH),
      let photometric = file.short(TIFFTAG_PHOTOMETRIC)
    else { throw refusal("lacks its size or its kind of colors", "") }
    let photometrics = [
      PHOTOMETRIC_MINISWHITE, PHOTOMETRIC_MINISBLACK, PHOTOMETRIC_RGB, PHOTOMETRIC_PALETTE,
      PHOTOMETRIC_YCBCR,
    ].map(Int.init)
    guard photometric != PHOTOMETRIC_SEPARATED else {
      throw refusal("is in CMYK colors", "convert it to RGB")
    }
    guard photometrics.contains(photometric) else {
      throw refusal("is in colors of kind \(photometric), not gray, RGB, YCbCr or a palette")
    }
    let format = file.short(TIFFTAG_SAMPLEFORMAT) ?? Int(SAMPLEFORMAT_UINT)
    guard format == SAMPLEFORMAT_UINT || format == SAMPLEFORMAT_VOID else {
      throw refusal("has samples that are not unsigned integers")
    }
    let compression = file.short(TIFFTAG_COMPRESSION) ?? Int(COMPRESSION_NONE)
    guard Self.compressions.contains(compression) else {
      throw refusal("is compressed by method \(compression)")
    }
    self.file = file
    self.height = height
    self.width = width
    bits = file.short(TIFFTAG_BITSPERSAMPLE) ?? 1
    isGray = photometric == PHOTOMETRIC_MINISWHITE || photometric == PHOTOMETRIC_MINISBLACK
    isPalette = photometric == PHOTOMETRIC_PALETTE
    extraSamples = file.extraSamples
    isPremultiplied = photometric == PHOTOMETRIC_RGB && extraSamples.first == UInt16(EXTRASAMPLE_ASSOCALPHA)
  }

  /// Changes the tags in memory such that LibTIFF decodes the stored colors.
  func prepare() {
    // Otherwise LibTIFF multiplies colors by an alpha that is not associated with them.
    if extraSamples.first == UInt16(EXTRASAMPLE_UNASSALPHA) {
      var kinds = extraSamples
      kinds[0] = UInt16(EXTRASAMPLE_ASSOCALPHA)
      _ = shim_tiff_set_extra_samples(file.tiff, UInt16(kinds.count), kinds)
    }
    guard isPalette, bits <= 8, let palette = file.palette(count: 1 << bits) else { return }
    // LibTIFF truncates v·255/65535, which takes one level off colors that were stored as 256 times a byte. If all are
    // below 256, it takes them for bytes.
    guard palette.joined().contains(where: { $0 > 255 }) else { return }
    let curves = palette.map { $0.map { ($0 >> 8) * 257 } }
    _ = shim_tiff_set_palette(file.tiff, curves[0], curves[1], curves[2])
  }
}
