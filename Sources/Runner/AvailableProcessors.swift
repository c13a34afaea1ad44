import Foundation

/// The processors this process may use: those in its affinity mask (`taskset`, Slurm), limited by the CPU time its
/// control groups grant (`docker run --cpus`, Kubernetes, systemd).
public struct AvailableProcessors: Sendable, Equatable {
  /// Processors in the affinity mask.
  public let inMask: Int
  /// The CPU quota in processors; nil without a limit.
  public let quota: Double?

  /// The number of threads that can run at once; a fraction of a processor counts as one.
  public var count: Int {
    guard let quota else { return inMask }
    return min(inMask, max(1, Int(min(quota, 1e6).rounded(.up))))
  }

  /// The processors this process may use now.
  public static var current: AvailableProcessors {
    AvailableProcessors(root: "", machine: ProcessInfo.processInfo.activeProcessorCount)
  }

  /// - Parameters:
  ///   - root: replaces `/` in tests.
  ///   - machine: the machine's processor count, used when the mask cannot be read.
  init(root: String, machine: Int) {
    inMask = max(1, Self.maskCount(root: root) ?? machine)
    quota = Self.quota(root: root)
  }

  // MARK: - Affinity

  /// Online processors in the affinity mask; nil if the system does not report them.
  private static func maskCount(root: String) -> Int? {
    let name = "Cpus_allowed_list:"
    guard let status = text("\(root)/proc/self/status"),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix(name) }),
      let allowed = processors(line.dropFirst(name.count))
    else { return nil }
    // An unrestricted mask names every processor the machine could have.
    guard let online = text("\(root)/sys/devices/system/cpu/online").flatMap({ processors($0[...]) }) else {
      return nil
    }
    return allowed.intersection(online).count
  }

  /// Parses a list such as `0-3,8`; nil if malformed.
  private static func processors(_ list: Substring) -> Set<Int>? {
    var numbers: Set<Int> = []
    for range in list.trimmingCharacters(in: .whitespacesAndNewlines).split(separator: ",") {
      let ends = range.split(separator: "-").map { Int($0) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, (1...2).contains(ends.count),
        0 <= first, first <= last, last < 1 << 20
      else { return nil }
      numbers.formUnion(first...last)
    }
    return numbers
  }

  // MARK: - Control groups

  /// The smallest quota of the process's control group and its ancestors, in version 1 or 2.
  private static func quota(root: String) -> Double? {
    guard let groups = text("\(root)/proc/self/cgroup") else { return nil }
    var quotas: [Double] = []
    for line in groups.split(separator: "\n") {
      // Lines such as `0::/user.slice` and `4:cpu,cpuacct:/docker/0123`.
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      let path = String(fields[2])
      if fields[1].isEmpty {
        // Where both versions are in use, version 2 has its own mount.
        for mount in ["cgroup", "cgroup/unified"] {
          quotas += foldersUpward(of: path, below: "\(root)/sys/fs/\(mount)").compactMap(quotaOfVersion2)
        }
      } else if fields[1].split(separator: ",").contains("cpu") {
        for mount in [String(fields[1]), "cpu"] {
          quotas += foldersUpward(of: path, below: "\(root)/sys/fs/cgroup/\(mount)")
            .compactMap(quotaOfVersion1)
        }
      }
    }
    return quotas.min()
  }

  /// The folder of a control group, then its ancestors'. In a container the path may be the host's; only the mount
  /// itself is visible then.
  private static func foldersUpward(of path: String, below mount: String) -> [String] {
    var components = path.split(separator: "/")
    var folders: [String] = []
    while !components.isEmpty {
      folders.append("\(mount)/\(components.joined(separator: "/"))")
      components.removeLast()
    }
    return folders + [mount]
  }

  /// `cpu.max` holds the quota and the period in microseconds, or `max` and the period.
  private static func quotaOfVersion2(_ folder: String) -> Double? {
    guard let words = text("\(folder)/cpu.max")?.split(whereSeparator: \.isWhitespace), words.count == 2
    else { return nil }
    return ratio(String(words[0]), String(words[1]))
  }

  /// A quota of −1 means no limit.
  private static func quotaOfVersion1(_ folder: String) -> Double? {
    guard let quota = text("\(folder)/cpu.cfs_quota_us"), let period = text("\(folder)/cpu.cfs_period_us")
    else { return nil }
    return ratio(quota, period)
  }

  private static func ratio(_ quota: String, _ period: String) -> Double? {
    func number(_ text: String) -> Double? { Double(text.trimmingCharacters(in: .whitespacesAndNewlines)) }
    guard let quota = number(quota), let period = number(period), quota > 0, period > 0 else { return nil }
    return quota / period
  }

  private static func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
}
