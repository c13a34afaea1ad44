import Diagnostics
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Results

@Suite("A claim")
struct ClaimTests {
  private static let run = "0123456789abcdef"

  @Test("is given to one of many who ask at the same time, and to the next when it is given back")
  func exclusive() throws {
    try withClaims { claims in
      for _ in 0..<50 {
        let taken = takers(8) { try claims.take(Self.run) }
        #expect(taken.count == 1)
        #expect(try claims.take(Self.run) == nil)
        #expect(try !claims.isFree(Self.run))
        try taken[0].release()
        #expect(try claims.isFree(Self.run))
        #expect(try claims.all().isEmpty)
      }
    }
  }

  @Test("says who holds it and since when")
  func owner() throws {
    try withClaims { claims in
      let claim = try #require(try claims.take(Self.run))
      let found = try #require(try claims.all().first)
      #expect(found.identifier == Self.run)
      #expect(found.owner?.process.number == getpid())
      #expect(found.owner?.process.isAlive == true)
      let since = try #require(found.since)
      #expect(abs(since.timeIntervalSinceNow) < 10)
      let silence = try #require(claims.silence(of: found))
      #expect(silence < .seconds(10))
      try claim.release()
    }
  }

  @Test("of a process that was killed passes to exactly one of many who wait for it")
  func takeover() throws {
    try withClaims { claims in
      for _ in 0..<20 {
        let dead = try endedProcess()
        _ = try lasting(claims.with(ClaimOwner(process: dead)))
        let taken = takers(8) { try claims.take(Self.run) }
        #expect(taken.count == 1)
        #expect(try claims.all().map(\.owner?.process.number) == [getpid()])
        try taken[0].release()
      }
    }
  }

  @Test("of a process that was killed takes along what that was writing, and nothing else")
  func remains() throws {
    try withClaims { claims in
      let (dead, other) = (try endedProcess(), try endedProcess())
      _ = try lasting(claims.with(ClaimOwner(process: dead)))
      let start = claims.path(of: Self.run).replacing(".claim", with: "")
      let (own, others) = ("\(start).checkpoint.h5.tmp-\(dead.number)", "\(start).h5.tmp-\(other.number)")
      for path in [own, others] { try Data().write(to: URL(fileURLWithPath: path)) }
      try lasting(claims).release()
      #expect(!FileManager.default.fileExists(atPath: own))
      #expect(FileManager.default.fileExists(atPath: others))
    }
  }

  @Test("of a process whose number has been given to another is expired")
  func reusedNumber() throws {
    try withClaims { claims in
      var earlier = ProcessIdentity.current
      earlier.start -= 1
      #expect(earlier.isAlive == false)
      _ = try lasting(claims.with(ClaimOwner(process: earlier)))
      #expect(try claims.isFree(Self.run))
    }
  }

  @Test("of another machine is kept while its heartbeat is seen, and expires a minute after the last")
  func otherMachine() throws {
    try withClaims { claims in
      var elsewhere = ProcessIdentity.current
      elsewhere.machine = "another"
      #expect(elsewhere.isAlive == nil)
      _ = try lasting(claims.with(ClaimOwner(process: elsewhere)))
      try age(claims.path(of: Self.run), by: 50)
      #expect(try claims.take(Self.run) == nil)
      try age(claims.path(of: Self.run), by: 70)
      let claim = try #require(try claims.take(Self.run))
      #expect(try claims.all().first?.owner?.process == .current)
      try claim.release()
    }
  }

  @Test("whose owner was killed while he wrote it expires by its age")
  func incomplete() throws {
    try withClaims { claims in
      try Data("{\"owner\"".utf8).write(to: URL(fileURLWithPath: claims.path(of: Self.run)))
      #expect(try claims.take(Self.run) == nil)
      #expect(try claims.all().first?.owner == nil)
      try age(claims.path(of: Self.run), by: 70)
      #expect(try claims.take(Self.run) != nil)
    }
  }

  @Test("of a job that was killed is left to the process that started it, as long as that is there")
  func supervised() throws {
    try withClaims { claims in
      let dead = try endedProcess()
      _ = try lasting(claims.with(ClaimOwner(process: dead, supervisor: .current)))
      #expect(try claims.take(Self.run) == nil)
      try claims.removeClaims(ofProcess: dead.number + 1)
      #expect(try !claims.isFree(Self.run), "another process's")
      try claims.removeClaims(ofProcess: dead.number)
      #expect(try claims.all().isEmpty)
      _ = try lasting(claims.with(ClaimOwner(process: dead, supervisor: try endedProcess())))
      #expect(try claims.take(Self.run) != nil)
    }
  }

  @Test("of a Slurm task passes to the same task at its next start, and to no other")
  func slurm() throws {
    try withClaims { claims in
      var elsewhere = ProcessIdentity.current
      elsewhere.machine = "another"
      func owner(job: String, restarts: Int) -> ClaimOwner {
        ClaimOwner(
          process: elsewhere, task: ClaimOwner.Task(job: job, restarts: restarts, title: "1_\(job)"))
      }
      _ = try lasting(claims.with(owner(job: "17", restarts: 0)))
      #expect(try claims.with(owner(job: "18", restarts: 1)).take(Self.run) == nil)
      #expect(try claims.with(owner(job: "17", restarts: 0)).take(Self.run) == nil)
      #expect(try claims.with(owner(job: "17", restarts: 1)).take(Self.run) != nil)
    }
  }

  @Test("knows its Slurm task from the environment")
  func task() {
    let variables = [
      "SLURM_JOB_ID": "21", "SLURM_ARRAY_JOB_ID": "17", "SLURM_ARRAY_TASK_ID": "3",
      "SLURM_RESTART_COUNT": "2",
    ]
    #expect(
      ClaimOwner.current(environment: variables).task
        == ClaimOwner.Task(job: "21", restarts: 2, title: "17_3"))
    #expect(ClaimOwner.current(environment: ["SLURM_JOB_ID": "4"]).task?.title == "4")
    #expect(ClaimOwner.current(environment: [:]).task == nil)
  }

  @Test("that has passed to another is not taken from him by its former owner")
  func lateRelease() throws {
    try withClaims { claims in
      var elsewhere = ProcessIdentity.current
      elsewhere.machine = "another"
      let suspended = try lasting(claims.with(ClaimOwner(process: elsewhere)))
      try age(claims.path(of: Self.run), by: 70)
      let claim = try #require(try claims.take(Self.run))
      try suspended.release()
      #expect(try claims.all().first?.owner?.process == .current)
      try claim.release()
      #expect(try claims.all().isEmpty)
    }
  }

  @Test("shows again and again that its owner is alive")
  func heartbeat() throws {
    try withClaims(heartbeat: .milliseconds(20)) { claims in
      let claim = try #require(try claims.take(Self.run))
      try age(claims.path(of: Self.run), by: 1000)
      func silence() throws -> Duration {
        let found = try #require(try claims.all().first)
        return try #require(claims.silence(of: found))
      }
      let deadline = ContinuousClock.now + .seconds(10)
      while ContinuousClock.now < deadline {
        if try silence() < .seconds(500) { break }
        usleep(10_000)
      }
      #expect(try silence() < .seconds(500))
      try claim.release()
    }
  }

  @Test("cannot be made in a folder that is not there, which is said")
  func noFolder() throws {
    try withTemporaryFolder { folder in
      let claims = Claims(results: folder, experiment: "missing")
      expectProblem(.inputOutput, "the claim cannot be made") { _ = try claims.take(Self.run) }
      let all = try claims.all()
      #expect(all.isEmpty)
    }
  }

  // MARK: Helpers

  /// Claims that a test has made in another's name: their heartbeat is none.
  private func lasting(_ claims: Claims) throws -> RunClaim { try #require(try claims.take(Self.run)) }

  private func withClaims(heartbeat: Duration = .seconds(1000), _ body: (Claims) throws -> Void) throws {
    try withTemporaryFolder { folder in
      try FileManager.default.createDirectory(
        atPath: "\(folder)/tiny/runs", withIntermediateDirectories: true)
      try body(Claims(results: folder, experiment: "tiny", heartbeatInterval: heartbeat))
    }
  }

  /// The claims of those who get one, of so many who ask at the same time.
  private func takers(_ count: Int, _ take: @escaping @Sendable () throws -> RunClaim?) -> [RunClaim] {
    // Only ever used under the lock.
    nonisolated(unsafe) var taken: [RunClaim] = []
    let lock = NSLock()
    DispatchQueue.concurrentPerform(iterations: count) { _ in
      do {
        guard let claim = try take() else { return }
        lock.withLock { taken.append(claim) }
      } catch {
        Issue.record(error)
      }
    }
    return taken
  }

  /// A process that was there.
  private func endedProcess() throws -> ProcessIdentity {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sleep")
    process.arguments = ["100"]
    try process.run()
    let identity = try #require(ProcessIdentity(number: process.processIdentifier))
    #expect(identity.isAlive == true)
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    #expect(identity.isAlive == false)
    return identity
  }

  /// Sets a file's time stamp back.
  private func age(_ path: String, by seconds: Double) throws {
    try FileManager.default.setAttributes([.modificationDate: Date.now - seconds], ofItemAtPath: path)
  }
}

extension Claims {
  /// The same folder, in another's name.
  fileprivate func with(_ owner: ClaimOwner) -> Claims {
    Claims(
      results: results, experiment: experiment, owner: owner, heartbeatInterval: heartbeatInterval,
      expiry: expiry)
  }
}
