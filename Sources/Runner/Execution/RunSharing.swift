import Foundation

/// How a process shares the runs of an experiment with others.
public struct RunSharing: Sendable, Equatable {
  /// One of several equal parts of what is to be run.
  public struct Part: Sendable, Equatable {
    /// From 0.
    public var index: Int
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
    /// Now and then, and at the end.
    case always
    /// At the end, if no run is missing then.
    case whenComplete
    /// Somebody else does it.
    case never
  }

  /// Where to begin, so that processes do not crowd; from the last run it goes on with the first.
  public var part = Part(index: 0, count: 1)
  /// Most runs to carry out; nil for as many as there are.
  public var limit: Int?
  /// Whether to wait in the end for the runs that others carry out, and to take over those whose owner ends.
  public var waitsForOthers = true
  public var collecting = Collecting.always
  /// Whether the process that started this one records what a sudden end leaves behind.
  public var isSupervised = false
  /// Failures of this moment and after it are results of this call, and never tried again in it; nil for all that
  /// were not there when it began.
  public var retriesFailuresBefore: Date?

  public init() {}

  /// The same in the order in which this process is to go through it.
  func ordered<Element>(_ elements: [Element]) -> [Element] {
    // In full width: the product of two large numbers of the command line overflows.
    let first = part.count.dividingFullWidth(elements.count.multipliedFullWidth(by: part.index)).quotient
    return Array(elements[first...] + elements[..<first])
  }
}
