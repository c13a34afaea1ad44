import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite("A transfer whose file refuses a system call")
struct TransferFailureTests {
  @Test("ends before it asks for anything where the file has no end to append to")
  func noPosition() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    defer { for end in ends { close(end) } }
    let limits = HTTPTransfer.Limits(stallSeconds: 1, connectionSeconds: 1)
    let transfer = HTTPTransfer("http://127.0.0.1:9/", to: ends[1], declaredSize: nil, limits: limits) {
      _, _, _ in
    }
    #expect(transfer.run() == .localFailure("Illegal seek"))
  }

  @Test("waits for no partial file that is a folder, or cannot be made")
  func partialFile() throws {
    try withTemporaryFolder { folder in
      expectProblem(.inputOutput, "cannot be written") { _ = try PartialFile(at: folder) }
      expectProblem(.inputOutput, "cannot be written") { _ = try PartialFile(at: "\(folder)/a/b.part") }
      let part = try PartialFile(at: "\(folder)/b.part")
      #expect(try part.size() == 0)
    }
  }
}
