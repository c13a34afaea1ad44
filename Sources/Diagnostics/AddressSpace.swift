import Foundation

/// How much memory this process may have mapped: what `ulimit -v` and clusters such as SGE (`h_vmem`) limit.
public enum AddressSpace {
  /// Bytes; nil where there is no limit.
  public static var limit: Int? {
    var limits = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limits) == 0 else { return nil }
    return limits.rlim_cur < rlim_t(Int.max) ? Int(limits.rlim_cur) : nil
  }

  /// Bytes that the limit leaves at the moment; nil where there is no limit or the system does not tell.
  public static var left: Int? {
    guard let limit, let used else { return nil }
    return max(0, limit - used)
  }

  /// Bytes that are mapped; nil where the system does not tell.
  private static var used: Int? {
    let pages = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8).prefix { $0 != " " }
    return pages.flatMap { Int($0) }.map { $0 * sysconf(Int32(_SC_PAGESIZE)) }
  }
}
