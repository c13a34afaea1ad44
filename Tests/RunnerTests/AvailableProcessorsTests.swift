import Foundation
import TestSupport
import Testing

@testable import Runner

@Suite("The processors that a process may use")
struct AvailableProcessorsTests {
  /// Files below a folder that stands for `/`, and the processors that they leave of eight.
  struct Limits: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var files: [String: String]
    var count: Int
  }

  @Test(
    "are those of the affinity mask that the control groups leave",
    arguments: [
      Limits(testDescription: "no control group", files: [:], count: 8),
      Limits(
        testDescription: "a mask",
        files: [
          "proc/self/status": "Name:\tx\nCpus_allowed:\t5\nCpus_allowed_list:\t0,2\n",
          "sys/devices/system/cpu/online": "0-7\n",
        ], count: 2),
      Limits(
        testDescription: "a mask of all that the machine could have",
        files: [
          "proc/self/status": "Cpus_allowed_list:\t0-127\n", "sys/devices/system/cpu/online": "0-1,4\n",
        ], count: 3),
      Limits(
        testDescription: "a mask and a quota",
        files: [
          "proc/self/status": "Cpus_allowed_list:\t0-3\n", "sys/devices/system/cpu/online": "0-7\n",
          "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "250000 100000\n",
        ], count: 3),
      Limits(
        testDescription: "a mask that is none",
        files: [
          "proc/self/status": "Cpus_allowed_list:\t3-1,x,-\n", "sys/devices/system/cpu/online": "0-7\n",
        ], count: 8),
      Limits(
        testDescription: "version 2 without a limit",
        files: ["proc/self/cgroup": "0::/a\n", "sys/fs/cgroup/a/cpu.max": "max 100000\n"], count: 8),
      Limits(
        testDescription: "version 2, two processors",
        files: ["proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "200000 100000\n"], count: 2),
      Limits(
        testDescription: "version 2, a limit further up",
        files: [
          "proc/self/cgroup": "0::/a/b/c\n", "sys/fs/cgroup/a/cpu.max": "300000 100000\n",
          "sys/fs/cgroup/a/b/c/cpu.max": "max 100000\n",
        ], count: 3),
      Limits(
        testDescription: "version 2 in a container that sees its own mount alone",
        files: ["proc/self/cgroup": "0::/docker/0123\n", "sys/fs/cgroup/cpu.max": "150000 100000\n"], count: 2
      ),
      Limits(
        testDescription: "version 1",
        files: [
          "proc/self/cgroup": "5:memory:/d\n4:cpu,cpuacct:/d\n",
          "sys/fs/cgroup/cpu,cpuacct/d/cpu.cfs_quota_us": "400000\n",
          "sys/fs/cgroup/cpu,cpuacct/d/cpu.cfs_period_us": "100000\n",
        ], count: 4),
      Limits(
        testDescription: "version 1 without a limit",
        files: [
          "proc/self/cgroup": "4:cpu,cpuacct:/d\n", "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
          "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
        ], count: 8),
      Limits(
        testDescription: "a tenth of a processor",
        files: ["proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "10000 100000\n"], count: 1),
      Limits(
        testDescription: "more time than processors",
        files: ["proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "1e300 1\n"], count: 8),
      Limits(
        testDescription: "nonsense",
        files: [
          "proc/self/cgroup": "0::/\n\n1\nx:y\n4:cpu:/\n", "sys/fs/cgroup/cpu.max": "-1 0\n",
          "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "", "sys/fs/cgroup/cpu/cpu.cfs_period_us": "many",
        ], count: 8),
    ])
  func limits(_ limits: Limits) throws {
    try withTemporaryFolder { folder in
      for (name, text) in limits.files {
        let url = URL(fileURLWithPath: "\(folder)/\(name)")
        try FileManager.default.createDirectory(
          at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
      }
      #expect(AvailableProcessors(root: folder, machine: 8).count == limits.count)
    }
  }

  @Test("are at least one, and not more than the machine has")
  func current() {
    let count = AvailableProcessors.current.count
    #expect(count >= 1)
    #expect(count <= ProcessInfo.processInfo.processorCount)
  }
}
