import Foundation

/// A small HTTP/1.1 server on 127.0.0.1 that misbehaves on demand; it answers one request per connection.
///
/// It runs on its own thread and ends with `stop`, with its last reference, or after a minute.
public final class LoopbackServer: Sendable {
  /// How the server answers a request.
  public enum Answer: Sendable {
    /// The content, or the requested range of it.
    case serve
    /// The whole content with status 200, whatever range is requested.
    case ignoreRange
    /// Status 416 if a range is requested, else the content.
    case refuseRange
    /// The content without its length; it ends where the connection closes.
    case withoutLength
    /// The content or range with its full length, but closed after this many bytes.
    case truncate(after: Int)
    /// Like `truncate`, but with a TCP reset instead of an orderly close.
    case reset(after: Int)
    /// Like `truncate`, but then silence until the client disconnects.
    case stall(after: Int)
    /// The content or range with its last byte changed.
    case corrupt
    /// The content and, a moment later, as much again, without a length.
    case oversize
    /// An empty response with this status.
    case status(Int)
    /// A redirect to this path or address.
    case redirect(String)
  }

  /// The port on 127.0.0.1.
  public let port: UInt16
  private let state: State

  /// - Parameter answers: for each path, its answers in order; the last one repeats. Other paths get status 404.
  public init(content: [UInt8], answers: [String: [Answer]]) throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, length) == 0 && listen(listener, 16) == 0
          && getsockname(listener, address, &length) == 0
      }
    }
    guard listener >= 0, status else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    port = UInt16(bigEndian: address.sin_port)
    let state = State(content: content, answers: answers)
    self.state = state
    Thread.detachNewThread { state.run(listener) }
  }

  deinit { stop() }

  /// The URL of a path.
  public func address(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

  /// The requests so far: the path, plus "@" and the first byte of the range if one was requested.
  public var requests: [String] { state.locked { state.requests } }

  /// Stops the server.
  public func stop() { state.locked { state.isStopped = true } }
}

/// The state that the server's thread and its owner share.
private final class State: @unchecked Sendable {
  private let lock = NSLock()
  private let content: [UInt8]
  private var answers: [String: [LoopbackServer.Answer]]
  var requests: [String] = []
  var isStopped = false

  init(content: [UInt8], answers: [String: [LoopbackServer.Answer]]) {
    self.content = content
    self.answers = answers
  }

  func locked<Result>(_ body: () -> Result) -> Result { lock.withLock(body) }

  func run(_ listener: Int32) {
    let end = Date().addingTimeInterval(60)
    while !locked({ isStopped }), Date() < end {
      guard isReadable(listener, milliseconds: 50) else { continue }
      let client = accept(listener, nil, nil)
      if client < 0 { continue }
      answer(client)
      close(client)
    }
    close(listener)
  }

  private func isReadable(_ descriptor: Int32, milliseconds: Int32) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, milliseconds) > 0
  }

  private func answer(_ client: Int32) {
    guard let (path, start) = readRequest(client) else { return }
    let answer = locked { () -> LoopbackServer.Answer in
      requests.append(start.map { "\(path)@\($0)" } ?? path)
      guard let list = answers[path], let first = list.first else { return .status(404) }
      if list.count > 1 { answers[path] = Array(list.dropFirst()) }
      return first
    }
    switch answer {
    case .serve: sendContent(client, from: start)
    case .ignoreRange: sendContent(client, from: nil)
    case .refuseRange: start == nil ? sendContent(client, from: nil) : sendHead(client, 416, length: 0)
    case .withoutLength:
      sendHead(client, 200, length: nil)
      send(client, content[...])
    case .oversize:
      sendHead(client, 200, length: nil)
      send(client, content[...])
      // Long enough for a client to report what it has so far.
      usleep(200_000)
      send(client, content[...])
    case .truncate(let count): sendContent(client, from: start, atMost: count)
    case .reset(let count):
      sendContent(client, from: start, atMost: count)
      // A reset would overtake data that the client has not read yet.
      usleep(200_000)
      var linger = linger(l_onoff: 1, l_linger: 0)
      setsockopt(client, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
    case .stall(let count):
      sendContent(client, from: start, atMost: count)
      for _ in 0..<200 where !locked({ isStopped }) {
        if isReadable(client, milliseconds: 50) { break }
      }
    case .corrupt:
      var content = content
      content[content.count - 1] ^= 1
      sendContent(client, from: start, of: content)
    case .status(let status): sendHead(client, status, length: 0)
    case .redirect(let location): sendHead(client, 302, length: 0, "Location: \(location)\r\n")
    }
  }

  private func readRequest(_ client: Int32) -> (path: String, rangeStart: Int?)? {
    var bytes: [UInt8] = []
    while !bytes.suffix(4).elementsEqual("\r\n\r\n".utf8), bytes.count < 10_000 {
      guard isReadable(client, milliseconds: 2000) else { return nil }
      var byte: UInt8 = 0
      guard recv(client, &byte, 1, 0) == 1 else { return nil }
      bytes.append(byte)
    }
    let lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n")
    let words = lines[0].split(separator: " ")
    guard words.count == 3 else { return nil }
    let prefix = "range: bytes="
    let range = lines.first { $0.lowercased().hasPrefix(prefix) }
    let start = range.flatMap { Int($0.dropFirst(prefix.count).prefix { $0 != "-" }) }
    return (String(words[1]), start)
  }

  private func sendContent(
    _ client: Int32, from start: Int?, of other: [UInt8]? = nil, atMost limit: Int = .max
  ) {
    let content = other ?? content
    guard let start else {
      sendHead(client, 200, length: content.count)
      return send(client, content.prefix(limit))
    }
    guard start < content.count else { return sendHead(client, 416, length: 0) }
    let range = "Content-Range: bytes \(start)-\(content.count - 1)/\(content.count)\r\n"
    sendHead(client, 206, length: content.count - start, range)
    send(client, content[start...].prefix(limit))
  }

  private func sendHead(_ client: Int32, _ status: Int, length: Int?, _ more: String = "") {
    let length = length.map { "Content-Length: \($0)\r\n" } ?? ""
    send(client, Array("HTTP/1.1 \(status) X\r\n\(length)\(more)Connection: close\r\n\r\n".utf8)[...])
  }

  private func send(_ client: Int32, _ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    while !rest.isEmpty {
      let sent = rest.withUnsafeBytes {
        Glibc.send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if sent <= 0 { return }
      rest = rest.dropFirst(sent)
    }
  }
}
