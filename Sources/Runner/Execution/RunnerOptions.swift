import Diagnostics

/// How runs are executed; no option changes their results.
public struct RunnerOptions: Sendable {
  /// The longest training time between two checkpoints of a run.
  public var checkpointInterval: Duration
  /// Whether to retry runs that failed before.
  public var retriesFailed: Bool
  /// Polled between steps and between batches: whether to stop.
  public var stopRequest: @Sendable () -> StopRequest?
  /// Which epochs' weights are kept.
  public var keptWeights = KeptWeights.best
  /// Whether to emit `.epochEvaluated`.
  public var showsEpochs = false
  /// How runs are shared with other processes.
  public var sharing = RunSharing()

  /// Options with the default sharing that keep the weights of the best epochs.
  public init(
    checkpointInterval: Duration = .seconds(300), retriesFailed: Bool = false,
    stopRequest: @escaping @Sendable () -> StopRequest? = { nil }
  ) {
    self.checkpointInterval = checkpointInterval
    self.retriesFailed = retriesFailed
    self.stopRequest = stopRequest
  }

  /// - Throws: the problem that ends the process, if a stop is requested.
  func requireNotStopped() throws(Problem) {
    if let request = stopRequest() { throw request.problem }
  }
}
