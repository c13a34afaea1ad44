import Diagnostics

/// How runs are carried out, as far as it changes none of their numbers.
public struct RunnerOptions: Sendable {
  /// The longest that a run trains between two checkpoints.
  public var checkpointInterval: Duration
  /// Whether runs that failed before are tried again.
  public var retriesFailed: Bool
  /// Asked between two steps and between two batches: whether to stop.
  public var stopRequest: @Sendable () -> StopRequest?
  /// Of which epochs the weights are kept.
  public var keptWeights = KeptWeights.best
  /// Whether to emit `.epochEvaluated`.
  public var showsEpochs = false
  /// How the runs are shared with other processes.
  public var sharing = RunSharing()

  public init(
    checkpointInterval: Duration = .seconds(300), retriesFailed: Bool = false,
    stopRequest: @escaping @Sendable () -> StopRequest? = { nil }
  ) {
    self.checkpointInterval = checkpointInterval
    self.retriesFailed = retriesFailed
    self.stopRequest = stopRequest
  }

  /// - Throws: the problem that ends the process, when it is to stop.
  func requireNotStopped() throws(Problem) {
    if let request = stopRequest() { throw request.problem }
  }
}
