import CTIFF
import Diagnostics
import Foundation

/// An open TIFF file in memory, with its own error handler, closed with its last reference.
final class TIFFHandle {
  let tiff: OpaquePointer
  /// The path that errors name.
  let path: String
  private let source: Source

  /// What LibTIFF reported since the directory was read.
  var errors: [String] { source.errors }

  /// No buffer is larger: the samples of the largest image, four of 16 bits per pixel.
  private static let largestAllocation = 8 * DecodedImage.largestPixelCount

  /// Reads the first directory.
  init(_ bytes: [UInt8], from path: String) throws(Problem) {
    let source = Source(bytes)
    guard let options = TIFFOpenOptionsAlloc() else {
      throw Problem(.notEnoughMemory, at: path, "LibTIFF cannot start")
    }
    defer { TIFFOpenOptionsFree(options) }
    let client = Unmanaged.passUnretained(source).toOpaque()
    TIFFOpenOptionsSetMaxSingleMemAlloc(options, tmsize_t(Self.largestAllocation))
    TIFFOpenOptionsSetErrorHandlerExtR(options, Source.noteError, client)
    TIFFOpenOptionsSetWarningHandlerExtR(options, { _, _, _, _, _ in 1 }, client)
    // Read by calls alone, LibTIFF 4.5.0 as Debian 12 has it refuses uncompressed tiles whose size is no multiple of
    // 1024; so the bytes are "mapped", too.
    guard
      let tiff = TIFFClientOpenExt(
        path, "r", client, Source.read, { _, _, _ in -1 }, Source.seek, { _ in 0 }, Source.size, Source.map,
        { _, _, _ in }, options)
    else { throw Self.failure(source.errors.first ?? "", path) }
    // An invalid optional tag, such as an orientation of 0, is reported as an error and has its default.
    source.errors = []
    self.tiff = tiff
    self.path = path
    self.source = source
  }

  deinit { TIFFClose(tiff) }

  /// The problem of a file that cannot be decoded, for the first error that LibTIFF reported, or else for `reason`.
  func failure(_ reason: String) -> Problem { Self.failure(errors.first ?? reason, path) }

  private static func failure(_ reason: String, _ path: String) -> Problem {
    Problem(
      .badData, at: path,
      "the TIFF image cannot be decoded" + (reason.isEmpty ? "" : ": \(reason)"))
  }

  // MARK: - Tags

  /// The 16-bit value of a tag; nil if there is none, and no default.
  func short(_ tag: Int32) -> Int? {
    var value: UInt16 = 0
    return shim_tiff_get_short(tiff, UInt32(tag), &value) != 0 ? Int(value) : nil
  }

  /// The 32-bit value of a tag; nil if there is none, and no default.
  func long(_ tag: Int32) -> Int? {
    var value: UInt32 = 0
    return shim_tiff_get_long(tiff, UInt32(tag), &value) != 0 ? Int(value) : nil
  }

  /// The kinds of the samples beyond color.
  var extraSamples: [UInt16] {
    var count: UInt16 = 0
    var kinds: UnsafeMutablePointer<UInt16>?
    guard shim_tiff_get_extra_samples(tiff, &count, &kinds) != 0, let kinds else { return [] }
    return Array(UnsafeBufferPointer(start: kinds, count: Int(count)))
  }

  /// The palette's three curves of `count` values, which must be 2^BitsPerSample; nil if there is none.
  func palette(count: Int) -> [[UInt16]]? {
    typealias Curve = UnsafeMutablePointer<UInt16>
    var (red, green, blue) = (Curve?.none, Curve?.none, Curve?.none)
    guard shim_tiff_get_palette(tiff, &red, &green, &blue) != 0, let red, let green, let blue else {
      return nil
    }
    return [red, green, blue].map { Array(UnsafeMutableBufferPointer(start: $0, count: count)) }
  }
}

/// The bytes that LibTIFF reads, and the errors it reports.
private final class Source {
  /// A copy, since LibTIFF keeps pointers to it.
  private let bytes: UnsafeMutableRawBufferPointer
  private var position = 0
  fileprivate(set) var errors: [String] = []

  init(_ bytes: [UInt8]) {
    self.bytes = .allocate(byteCount: bytes.count, alignment: 16)
    self.bytes.copyBytes(from: bytes)
  }

  deinit { bytes.deallocate() }

  private static func of(_ client: UnsafeMutableRawPointer?) -> Source {
    guard let client else { preconditionFailure("LibTIFF lost its client data") }
    return Unmanaged<Source>.fromOpaque(client).takeUnretainedValue()
  }

  static let read: TIFFReadWriteProc = { client, target, count in
    let source = of(client)
    let available = max(0, min(Int(count), source.bytes.count - source.position))
    guard let target, available > 0 else { return 0 }
    UnsafeMutableRawBufferPointer(start: target, count: available)
      .copyMemory(from: UnsafeRawBufferPointer(rebasing: source.bytes[source.position...].prefix(available)))
    source.position += available
    return tmsize_t(available)
  }

  static let seek: TIFFSeekProc = { client, offset, origin in
    let source = of(client)
    let base = origin == SEEK_CUR ? source.position : origin == SEEK_END ? source.bytes.count : 0
    let (target, overflows) = base.addingReportingOverflow(Int(truncatingIfNeeded: offset))
    guard !overflows, target >= 0 else { return .max }
    source.position = target
    return toff_t(target)
  }

  static let size: TIFFSizeProc = { toff_t(of($0).bytes.count) }

  static let map: TIFFMapFileProc = { client, base, size in
    let source = of(client)
    base?.pointee = source.bytes.baseAddress
    size?.pointee = toff_t(source.bytes.count)
    return 1
  }

  static let noteError: TIFFErrorHandlerExtR = { _, client, module, format, arguments in
    var text = [CChar](repeating: 0, count: 512)
    if let format, let arguments { vsnprintf(&text, text.count, format, arguments) }
    let source = of(client)
    // A damaged file may cause an error for each of its rows.
    if source.errors.count < 8 {
      source.errors.append(
        String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
    }
    return 1
  }
}
