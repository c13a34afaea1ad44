import Foundation

/// The limit on this process's mapped memory, as set by `ulimit -v` and by clusters such as SGE (`h_vmem`).
public enum AddressSpace {
  /// The limit in bytes; nil if there is none.
  public static var limit: Int? {
    var limits = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limits) == 0 else { return nil }
    return limits.rlim_cur < rlim_t(Int.max) ? Int(limits.rlim_cur) : nil
  }

  /// Bytes currently left under the limit; nil if there is no limit or the usage is unknown.
  public static var left: Int? {
    guard let limit, let used else { return nil }
    return max(0, limit - used)
  }

  /// Bytes currently mapped; nil if unknown.
  private static var used: Int? {
    let pages = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8).prefix { $0 != " " }
    return pages.flatMap { Int($0) }.map { $0 * sysconf(Int32(_SC_PAGESIZE)) }
  }
}
