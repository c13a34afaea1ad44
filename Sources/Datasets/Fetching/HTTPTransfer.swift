import CCurl
import Diagnostics
import Foundation

/// One HTTP request that appends its body to an open file.
///
/// It requests only what the file still lacks. If the server sends the whole file anyway, the file is started over.
final class HTTPTransfer {
  enum Ending: Equatable {
    /// The body ended where the server said it would.
    case complete
    /// The connection failed midway; what the file holds is good, and another request may continue it.
    case interrupted(String)
    /// The server does not offer this file.
    case refused(String)
    /// The data cannot be this file.
    case wrong(String)
    /// The server cannot continue from what the file holds.
    case rangeRefused
    /// The file cannot be written.
    case localFailure(String)
  }

  struct Limits: Sendable {
    var stallSeconds: Double
    var connectionSeconds: Double
  }

  /// libcurl must be initialized once, before any thread uses it.
  private static let isReady = curl_global_init(shim_CURL_GLOBAL_DEFAULT()) == CURLE_OK

  private let address: String
  private let file: Int32
  private let declaredSize: Int?
  private let limits: Limits
  private let report: (_ done: Int, _ total: Int?, _ bytesPerSecond: Double) -> Void
  private let curl: UnsafeMutableRawPointer

  private let firstByte: Int
  private var bytesDone: Int
  /// Bytes that were there before this request.
  private var bytesBefore: Int
  private var bytesTotal: Int?
  private var rangeStart: Int?
  private var bodyHasBegun = false
  /// Set when a callback stops the request.
  private var stopped: Ending?
  private let begin = ContinuousClock.now
  private var lastByte = ContinuousClock.now
  private var lastReport: ContinuousClock.Instant?

  /// - Parameters:
  ///   - file: a descriptor open for reading and writing.
  ///   - declaredSize: bytes of the whole file, if known; any other length is refused.
  init(
    _ address: String, to file: Int32, declaredSize: Int?, limits: Limits,
    report: @escaping (_ done: Int, _ total: Int?, _ bytesPerSecond: Double) -> Void
  ) {
    guard Self.isReady, let curl = curl_easy_init() else { preconditionFailure("libcurl cannot be started") }
    self.curl = curl
    self.address = address
    self.file = file
    self.declaredSize = declaredSize
    bytesTotal = declaredSize
    self.limits = limits
    self.report = report
    let end = Int(lseek(file, 0, SEEK_END))
    // Treating it as 0 would append the whole file to what is there.
    if end < 0 { stopped = .localFailure(String(cString: strerror(errno))) }
    firstByte = max(0, end)
    (bytesDone, bytesBefore) = (firstByte, firstByte)
  }

  deinit { curl_easy_cleanup(curl) }

  /// Makes the request and waits until it ends.
  func run() -> Ending {
    if let stopped { return stopped }
    let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    defer { errorText.deallocate() }
    setOptions()
    shim_curl_setopt_pointer(curl, CURLOPT_ERRORBUFFER, errorText)
    let code = curl_easy_perform(curl)
    shim_curl_setopt_pointer(curl, CURLOPT_ERRORBUFFER, nil)
    if code == CURLE_OK, !bodyHasBegun { beginBody() }
    if let stopped { return stopped }
    let words = errorText[0] == 0 ? String(cString: curl_easy_strerror(code)) : String(cString: errorText)
    return ending(code, words)
  }

  private func setOptions() {
    let context = Unmanaged.passUnretained(self).toOpaque()
    shim_curl_setopt_string(curl, CURLOPT_URL, address)
    shim_curl_setopt_string(curl, CURLOPT_USERAGENT, "ganomaly")
    shim_curl_allow_only_http(curl)
    shim_curl_setopt_long(curl, CURLOPT_FOLLOWLOCATION, 1)
    shim_curl_setopt_long(curl, CURLOPT_MAXREDIRS, 10)
    shim_curl_setopt_long(curl, CURLOPT_FAILONERROR, 1)
    // Without this, libcurl's timeouts use a signal, which is unsafe in multithreaded programs.
    shim_curl_setopt_long(curl, CURLOPT_NOSIGNAL, 1)
    shim_curl_setopt_long(curl, CURLOPT_CONNECTTIMEOUT_MS, Int(limits.connectionSeconds * 1000))
    // Not CURLOPT_RESUME_FROM, which treats a server's full response as an error.
    if firstByte > 0 { shim_curl_setopt_string(curl, CURLOPT_RANGE, "\(firstByte)-") }
    shim_curl_setopt_pointer(curl, CURLOPT_HEADERDATA, context)
    shim_curl_setopt_data_callback(curl, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      guard let bytes, let context else { return 0 }
      let line = String(decoding: UnsafeRawBufferPointer(start: bytes, count: size * count), as: UTF8.self)
      Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue().readHeader(line)
      return size * count
    }
    shim_curl_setopt_pointer(curl, CURLOPT_WRITEDATA, context)
    shim_curl_setopt_data_callback(curl, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
      guard let bytes, let context else { return 0 }
      let transfer = Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue()
      transfer.append(UnsafeRawBufferPointer(start: bytes, count: size * count))
      return transfer.stopped == nil ? size * count : 0
    }
    shim_curl_setopt_pointer(curl, CURLOPT_XFERINFODATA, context)
    shim_curl_setopt_long(curl, CURLOPT_NOPROGRESS, 0)
    shim_curl_setopt_progress_callback(curl) { context, _, _, _, _ in
      guard let context else { return 1 }
      let transfer = Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue()
      transfer.checkForStall()
      return transfer.stopped == nil ? 0 : 1
    }
  }

  // MARK: - libcurl callbacks

  private func readHeader(_ line: String) {
    let line = line.lowercased()
    // A redirect has headers of its own.
    if line.hasPrefix("http/") { rangeStart = nil }
    let prefix = "content-range: bytes "
    if line.hasPrefix(prefix) { rangeStart = Int(line.dropFirst(prefix.count).prefix { $0 != "-" }) }
  }

  /// Checks, once the headers are known, that this is the requested file, and at which byte it starts.
  private func beginBody() {
    bodyHasBegun = true
    if shim_curl_getinfo_long(curl, CURLINFO_RESPONSE_CODE) == 206 {
      guard rangeStart == firstByte else {
        stopped = .rangeRefused
        return
      }
    } else if firstByte > 0 {
      guard ftruncate(file, 0) == 0, lseek(file, 0, SEEK_SET) == 0 else {
        stopped = .localFailure(String(cString: strerror(errno)))
        return
      }
      (bytesDone, bytesBefore) = (0, 0)
    }
    let length = Int(shim_curl_getinfo_offset(curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T))
    let announced = length >= 0 ? bytesDone + length : nil
    if let announced, let declaredSize, announced != declaredSize {
      stopped = .refused("it offers \(announced) bytes, not \(declaredSize)")
    }
    bytesTotal = declaredSize ?? announced
  }

  private func append(_ bytes: UnsafeRawBufferPointer) {
    if !bodyHasBegun { beginBody() }
    if stopped != nil { return }
    if let declaredSize, bytesDone + bytes.count > declaredSize {
      stopped = .wrong("it sends more than \(declaredSize) bytes")
      return
    }
    let code = writeWhole(bytes, to: file)
    guard code == 0 else {
      stopped = .localFailure(String(cString: strerror(code)))
      return
    }
    bytesDone += bytes.count
    lastByte = .now
    let isLast = bytesDone == bytesTotal
    if isLast || lastReport.map({ lastByte - $0 >= .milliseconds(100) }) ?? true {
      lastReport = lastByte
      let seconds = max((lastByte - begin) / .seconds(1), 1e-3)
      report(bytesDone, bytesTotal, Double(bytesDone - bytesBefore) / seconds)
    }
  }

  private func checkForStall() {
    if stopped == nil, ContinuousClock.now - lastByte > .seconds(limits.stallSeconds) {
      stopped = .interrupted("it sent nothing for \(limits.stallSeconds.formatted()) s")
    }
  }

  private func ending(_ code: CURLcode, _ words: String) -> Ending {
    switch code {
    case CURLE_OK:
      if let declaredSize, bytesDone < declaredSize { return cutShort }
      return .complete
    case CURLE_PARTIAL_FILE: return cutShort
    case CURLE_HTTP_RETURNED_ERROR:
      let status = shim_curl_getinfo_long(curl, CURLINFO_RESPONSE_CODE)
      return status == 416 && firstByte > 0 ? .rangeRefused : .refused("HTTP status \(status)")
    case CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING, CURLE_OPERATION_TIMEDOUT:
      return .interrupted(words)
    default: return .refused(words)
    }
  }

  private var cutShort: Ending {
    .interrupted("it ended after \(bytesDone)\(bytesTotal.map { " of \($0)" } ?? "") bytes")
  }
}
