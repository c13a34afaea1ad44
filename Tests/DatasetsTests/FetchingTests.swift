import Datasets
import Diagnostics
import Foundation
import Hashing
import TestSupport
import Testing

/// A quarter of a megabyte that compresses into no pattern of its own.
private let content = (0..<250_000).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
private let sha256 = SHA256.hexadecimal(of: content)

/// The machine's proxy is no part of these tests.
private let withoutProxy: Void = {
  setenv("no_proxy", "127.0.0.1", 1)
}()

@Suite struct FetchingTests {
  private let fetcher: Fetcher

  init() {
    withoutProxy
    fetcher = Fetcher(stallSeconds: 1, connectionSeconds: 2)
  }

  /// A folder, a server and the declaration of a file with a mirror for each path.
  private func withServer(
    _ answers: [String: [LoopbackServer.Answer]], mirrors: [String] = ["/a"],
    _ body: (_ folder: String, LoopbackServer, Download) throws -> Void
  ) throws {
    let server = try LoopbackServer(content: content, answers: answers)
    defer { server.stop() }
    let download = Download(
      fileName: "file.gz", mirrors: mirrors.map(server.address), size: content.count, sha256: sha256)
    try withTemporaryFolder { folder in try body(folder + "/data/new", server, download) }
  }

  private func put(_ bytes: some Sequence<UInt8>, _ name: String, in folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
  }

  private func isFetched(in folder: String) throws -> Bool {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/file.gz"))
    return names == ["file.gz"] && Array(bytes) == content
  }

  private func partSize(in folder: String) -> Int? {
    (try? Data(contentsOf: URL(fileURLWithPath: folder + "/file.gz.part")))?.count
  }

  private func problem(_ body: () throws(Problem) -> Fetcher.Outcome) throws -> Problem {
    do throws(Problem) {
      let outcome = try body()
      Issue.record("nothing was thrown: \(outcome)")
      throw Problem(.usage, "nothing was thrown")
    } catch {
      return error
    }
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let answers: [String: [LoopbackServer.Answer]]
    var mirrors = ["/a"]
    let requests: [String]
    var part = 0..<0

    init(
      _ description: String, _ answers: [String: [LoopbackServer.Answer]], mirrors: [String] = ["/a"],
      part: Range<Int> = 0..<0, requests: [String]
    ) {
      testDescription = description
      self.answers = answers
      self.mirrors = mirrors
      self.part = part
      self.requests = requests
    }
  }

  @Test(
    "the right file is there in the end, after just the requests that are needed",
    arguments: [
      Case("plain", ["/a": [.serve]], requests: ["/a"]),
      Case("no length announced", ["/a": [.withoutLength]], requests: ["/a"]),
      Case("redirected", ["/a": [.redirect("/b")], "/b": [.serve]], requests: ["/a", "/b"]),
      Case("continued", ["/a": [.serve]], part: 0..<1000, requests: ["/a@1000"]),
      Case(
        "continued behind a redirection", ["/a": [.redirect("/b")], "/b": [.serve]], part: 0..<1000,
        requests: ["/a@1000", "/b@1000"]),
      Case("range ignored", ["/a": [.ignoreRange]], part: 0..<1000, requests: ["/a@1000"]),
      Case("range refused", ["/a": [.refuseRange]], part: 0..<1000, requests: ["/a@1000", "/a"]),
      Case("all there but the name", [:], part: 0..<250_000, requests: []),
      Case(
        "another file's beginning", ["/a": [.serve]], part: 5..<1000, requests: ["/a@995", "/a"]),
      Case("closed early", ["/a": [.truncate(after: 7000), .serve]], requests: ["/a", "/a@7000"]),
      Case("reset", ["/a": [.reset(after: 7000), .serve]], requests: ["/a", "/a@7000"]),
      Case("stalled", ["/a": [.stall(after: 7000), .serve]], requests: ["/a", "/a@7000"]),
      Case(
        "stalled at once", ["/a": [.stall(after: 0)], "/b": [.serve]], mirrors: ["/a", "/b"],
        requests: ["/a", "/b"]),
      Case(
        "continued from the second mirror", ["/a": [.truncate(after: 7000), .status(503)], "/b": [.serve]],
        mirrors: ["/a", "/b"], requests: ["/a", "/a@7000", "/b@7000"]),
      Case(
        "not found", ["/b": [.serve]], mirrors: ["/a", "/b"], requests: ["/a", "/b"]),
      Case(
        "corrupt", ["/a": [.corrupt], "/b": [.serve]], mirrors: ["/a", "/b"],
        requests: ["/a", "/b"]),
      Case(
        "too long", ["/a": [.oversize], "/b": [.serve]], mirrors: ["/a", "/b"],
        requests: ["/a", "/b"]),
    ])
  func fetches(_ situation: Case) throws {
    try withServer(situation.answers, mirrors: situation.mirrors) { folder, server, download in
      // Byte i of the part is not byte i of the file unless the range begins at 0.
      if !situation.part.isEmpty { try put(content[situation.part], "file.gz.part", in: folder) }
      var most = 0
      #expect(try fetcher.fetch(download, into: folder) { most = max(most, $0.bytesDone) } == .fetched)
      #expect(try isFetched(in: folder))
      #expect(server.requests == situation.requests)
      #expect(most <= content.count)
    }
  }

  @Test("a file that is there and right is not asked for")
  func alreadyThere() throws {
    try withServer([:]) { folder, server, download in
      try put(content, "file.gz", in: folder)
      #expect(try fetcher.fetch(download, into: folder) == .alreadyThere)
      #expect(try isFetched(in: folder))
      #expect(server.requests.isEmpty)
    }
  }

  @Test("another file of the name is refused and left as it is", arguments: [250_000, 3])
  func anotherFile(size: Int) throws {
    try withServer(["/a": [.serve]]) { folder, server, download in
      let other = [UInt8](repeating: 7, count: size)
      try put(other, "file.gz", in: folder)
      let problem = try problem { () throws(Problem) in try fetcher.fetch(download, into: folder) }
      #expect(problem.kind == .badData)
      #expect(problem.place == folder + "/file.gz")
      #expect(problem.cause.contains(size == 3 ? "it has 3 bytes, not 250000" : "not \(sha256)"))
      let left = try Data(contentsOf: URL(fileURLWithPath: folder + "/file.gz"))
      #expect(Array(left) == other)
      #expect(server.requests.isEmpty)
    }
  }

  @Test("when no mirror helps, each is named with its reason, and what to put where")
  func nothingHelps() throws {
    let answers: [String: [LoopbackServer.Answer]] = [
      "/corrupt": [.corrupt], "/stall": [.stall(after: 0)], "/short": [.truncate(after: 0)],
    ]
    let mirrors = ["/missing", "/corrupt", "/stall", "/short"]
    try withServer(answers, mirrors: mirrors) { folder, server, declared in
      var download = declared
      // Port 9 of the loopback: nothing listens there.
      download.mirrors += ["http://127.0.0.1:9/closed", "http://mirror.invalid/", "file:///etc/hostname"]
      let problem = try problem { () throws(Problem) in try fetcher.fetch(download, into: folder) }
      #expect(problem.kind == .inputOutput)
      #expect(problem.place == folder + "/file.gz")
      for text in [
        "\(server.address("/missing")): HTTP status 404", "\(server.address("/corrupt")): its SHA-256 is",
        "\(server.address("/stall")): it sent nothing for 1 s",
        "\(server.address("/short")): it ended after 0 of 250000 bytes", "127.0.0.1:9/closed: ",
        "http://mirror.invalid/: ", "file:///etc/hostname: Protocol \"file\"",
      ] {
        #expect(problem.cause.contains(text), "\(problem)")
      }
      #expect(
        problem.hint.contains(
          "get file.gz, 250000 bytes, SHA-256 \(sha256), elsewhere and put it at \(folder)/file.gz"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
    }
  }

  @Test("what came before all mirrors failed is kept and continued")
  func kept() throws {
    try withServer(["/a": [.truncate(after: 5000), .status(500), .serve]]) { folder, server, download in
      let problem = try problem { () throws(Problem) in try fetcher.fetch(download, into: folder) }
      #expect(problem.cause.contains("HTTP status 500"))
      #expect(partSize(in: folder) == 5000)
      #expect(try fetcher.fetch(download, into: folder) == .fetched)
      #expect(server.requests.last == "/a@5000")
      #expect(try isFetched(in: folder))
    }
  }

  @Test("a mirror that offers another size is given up before its body")
  func announcedSize() throws {
    try withServer(["/a": [.serve]]) { folder, _, declared in
      var download = declared
      download.size = 1000
      let problem = try problem { () throws(Problem) in try fetcher.fetch(download, into: folder) }
      #expect(problem.cause.contains("it offers 250000 bytes, not 1000"))
      #expect(partSize(in: folder) == nil)
    }
  }

  @Test("without declared size and checksum, the announced length and the file's own check decide")
  func undeclared() throws {
    try withServer(["/a": [.truncate(after: 10), .serve], "/b": [.serve]]) { folder, server, declared in
      var download = Download(fileName: "file.gz", mirrors: declared.mirrors)
      #expect(try fetcher.fetch(download, into: folder) == .fetched)
      #expect(try isFetched(in: folder))
      #expect(try fetcher.fetch(download, into: folder) == .alreadyThere)
      download.verify = { path throws(Problem) in throw Problem(.badData, at: path, "is no archive") }
      let existing = try problem { () throws(Problem) in try fetcher.fetch(download, into: folder) }
      #expect(existing.cause.contains("is no archive"))
      download.fileName = "other.gz"
      let fetched = try problem { () throws(Problem) in try fetcher.fetch(download, into: folder) }
      #expect(fetched.cause.contains("\(server.address("/a")): is no archive"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file.gz"])
    }
  }

  @Test("progress rises to the whole, beginning with what was there")
  func progress() throws {
    try withServer(["/a": [.serve]]) { folder, _, download in
      try put(content[..<1000], "file.gz.part", in: folder)
      var steps: [DownloadProgress] = []
      try fetcher.fetch(download, into: folder) { steps.append($0) }
      let last = try #require(steps.last)
      #expect(last.bytesDone == content.count && last.bytesTotal == content.count)
      #expect(last.fileName == "file.gz" && last.bytesPerSecond > 0)
      #expect(steps.allSatisfy { $0.bytesDone > 1000 && $0.bytesTotal == content.count })
      #expect(zip(steps, steps.dropFirst()).allSatisfy { $0.bytesDone < $1.bytesDone })
    }
  }

  @Test("two at once fetch the file once")
  func atOnce() throws {
    try withServer(["/a": [.serve]]) { folder, server, download in
      let fetcher = fetcher
      DispatchQueue.concurrentPerform(iterations: 4) { _ in
        do { try fetcher.fetch(download, into: folder) } catch { Issue.record(error) }
      }
      let isFetched = try isFetched(in: folder)
      #expect(isFetched)
      #expect(server.requests.count == 1)
    }
  }

  @Test("a full disk is the end at once, and no mirror's fault")
  func fullDisk() throws {
    try withServer(["/a": [.serve], "/b": [.serve]], mirrors: ["/a", "/b"]) { folder, server, download in
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      symlink("/dev/full", folder + "/file.gz.part")
      let problem = try problem { () throws(Problem) in try fetcher.fetch(download, into: folder) }
      #expect(problem.kind == .inputOutput)
      #expect(problem.description.contains("file.gz.part: cannot be written: No space left on device"))
      #expect(server.requests == ["/a"])
    }
  }

  @Test("a folder that cannot be made is named")
  func noFolder() throws {
    try withServer(["/a": [.serve]]) { folder, _, download in
      try put([1], "blocked", in: folder)
      let problem = try problem { () throws(Problem) in
        try fetcher.fetch(download, into: folder + "/blocked/below")
      }
      #expect(problem.kind == .inputOutput)
      #expect(problem.place == folder + "/blocked")
      #expect(problem.cause == "the folder cannot be created: there is a file of this name")
    }
  }
}
