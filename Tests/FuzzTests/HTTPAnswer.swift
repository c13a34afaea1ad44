import Foundation

@testable import Datasets

/// A server on 127.0.0.1 that answers each connection with the bytes of the moment, and the client that reads them.
final class HTTPAnswer: @unchecked Sendable {
  static let shared = Result { try HTTPAnswer() }

  private let listener: Int32
  private let port: UInt16
  private let lock = NSLock()
  private var answer: [UInt8] = []

  private init() throws {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let socket = listener
    let isBound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(socket, address, length) == 0 && listen(socket, 64) == 0
          && getsockname(socket, address, &length) == 0
      }
    }
    guard isBound else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    port = UInt16(bigEndian: address.sin_port)
    Thread.detachNewThread { [self] in while true { serve() } }
  }

  private func serve() {
    let connection = accept(listener, nil, nil)
    guard connection >= 0 else { return }
    defer { close(connection) }
    var request = [UInt8](repeating: 0, count: 4096)
    _ = recv(connection, &request, request.count, 0)
    let answer = lock.withLock { self.answer }
    _ = send(connection, answer, answer.count, Int32(MSG_NOSIGNAL))
    shutdown(connection, Int32(SHUT_WR))
  }

  /// Reads an answer into a file that holds two bytes already.
  func fetch(_ answer: [UInt8], beside path: String) throws {
    lock.withLock { self.answer = answer }
    let name = "\(path).part"
    let file = open(name, O_RDWR | O_CREAT | O_TRUNC, 0o600)
    defer {
      close(file)
      unlink(name)
    }
    _ = write(file, "ab", 2)
    let transfer = HTTPTransfer(
      "http://127.0.0.1:\(port)/a", to: file, declaredSize: answer.count % 2 == 0 ? 4 : nil,
      limits: HTTPTransfer.Limits(stallSeconds: 2, connectionSeconds: 2), report: { _, _, _ in })
    _ = transfer.run()
  }
}
