import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Runner

@Suite("A process that this one has started")
struct ChildProcessTests {
  private func shell(_ script: String) throws -> ChildProcess {
    try ChildProcess(executable: "/bin/sh", name: "sh", arguments: ["-c", script])
  }

  /// Waits for the first word that it says.
  private func waitForWord(_ child: ChildProcess) throws {
    let end = ContinuousClock.now + .seconds(20)
    while try child.read()?.isEmpty ?? false, .now < end { _ = readable([child.output], milliseconds: 100) }
  }

  @Test("is ended by SIGTERM where it heeds that")
  func orderly() throws {
    let child = try shell("trap 'exit 7' TERM; echo ready; while :; do sleep 0.05; done")
    try waitForWord(child)
    ChildProcess.stop([child], grace: .seconds(60))
    #expect(try child.wait() == .exited(status: 7))
  }

  @Test(
    "is killed after the grace time where it does not, whether its output is open or closed",
    arguments: ["", "exec 1>&-;"])
  func stubborn(closing: String) throws {
    let child = try shell("trap '' TERM; echo ready; \(closing) while :; do sleep 0.05; done")
    try waitForWord(child)
    let begin = ContinuousClock.now
    ChildProcess.stop([child], grace: .milliseconds(300))
    #expect(.now - begin < .seconds(20))
    #expect(try child.wait() == .signalled(SIGKILL))
    #expect(kill(child.number, 0) != 0)
  }

  @Test("shares the grace time with others, and what it writes then is read")
  func together() throws {
    let stubborn = try (0..<3).map { _ in
      try shell("trap '' TERM; echo ready; while :; do sleep 0.05; done")
    }
    // More than a pipe holds.
    let talkative = try shell(
      "trap 'head -c 300000 /dev/zero; exit 7' TERM; echo ready; while :; do sleep 0.05; done")
    let all = stubborn + [talkative]
    for child in all { try waitForWord(child) }
    let begin = ContinuousClock.now
    ChildProcess.stop(all, grace: .seconds(5))
    #expect(.now - begin < .seconds(10))
    for child in stubborn { #expect(try child.wait() == .signalled(SIGKILL)) }
    #expect(try talkative.wait() == .exited(status: 7))
  }

  @Test("leaves its status also where this process was started with SIGCHLD ignored")
  func ignoredChildren() throws {
    signal(SIGCHLD, SIG_IGN)
    let child = try shell("exit 3")
    #expect(try child.wait() == .exited(status: 3))
  }
}
