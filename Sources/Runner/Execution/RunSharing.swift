import Foundation

/// How a process shares the runs of an experiment with others.
public struct RunSharing: Sendable, Equatable {
  /// One of several equal parts of the runs to execute.
  public struct Part: Sendable, Equatable {
    /// From 0.
    public var index: Int
    /// The number of parts.
    public var count: Int

    /// - Precondition: `0 <= index < count`.
    public init(index: Int, count: Int) {
      precondition((0..<count).contains(index), "part \(index) of \(count)")
      self.index = index
      self.count = count
    }
  }

  /// When the summary is written.
  public enum Collecting: Sendable, Equatable {
    /// Periodically, and at the end.
    case always
    /// At the end, if no run is missing.
    case whenComplete
    /// Another process does it.
    case never
  }

  /// Where to start, so that processes do not crowd; after the last run, the first follows.
  public var part = Part(index: 0, count: 1)
  /// The most runs to execute; nil for no limit.
  public var limit: Int?
  /// Whether to wait at the end for runs that others hold, and to take over those whose owner ends.
  public var waitsForOthers = true
  /// When to write the summary.
  public var collecting = Collecting.always
  /// Whether the process that started this one records what a sudden end leaves behind.
  public var isSupervised = false
  /// Failures from this moment on are results of this call and not retried; nil to retry all failures in the plan.
  public var retriesFailuresBefore: Date?

  /// The default: execute all runs, wait for those of other processes, and write the summary.
  public init() {}

  /// The elements in the order in which this process visits them.
  func ordered<Element>(_ elements: [Element]) -> [Element] {
    // In full width, since the product of two large command-line numbers overflows.
    let first = part.count.dividingFullWidth(elements.count.multipliedFullWidth(by: part.index)).quotient
    return Array(elements[first...] + elements[..<first])
  }
}
