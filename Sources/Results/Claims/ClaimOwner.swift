import Foundation

/// The process that carries out a run.
public struct ClaimOwner: Codable, Hashable, Sendable {
  /// A Slurm task: its job, and how often it was requeued.
  public struct Task: Codable, Hashable, Sendable {
    /// The job id; each task of an array has its own.
    public var job: String
    /// How often the job was requeued.
    public var restarts: Int
    /// The id as Slurm's commands show it, such as `17_3`.
    public var title: String

    public init(job: String, restarts: Int, title: String) {
      self.job = job
      self.restarts = restarts
      self.title = title
    }
  }

  /// The process that holds the claim.
  public var process: ProcessIdentity
  /// The process that cleans up after the owner ends, if there is one.
  public var supervisor: ProcessIdentity?
  /// The Slurm task that it runs in, if any.
  public var task: Task?

  public init(process: ProcessIdentity, supervisor: ProcessIdentity? = nil, task: Task? = nil) {
    self.process = process
    self.supervisor = supervisor
    self.task = task
  }

  /// This process.
  ///
  /// - Parameter isSupervised: whether the parent process cleans up after this one.
  public static func current(
    isSupervised: Bool = false, environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> ClaimOwner {
    ClaimOwner(
      process: .current, supervisor: isSupervised ? .parent : nil, task: Task(environment: environment))
  }

  /// Whether the owner has ended; nil if only its heartbeat can tell.
  ///
  /// - Parameter reader: the process that asks.
  func hasEnded(askedBy reader: ClaimOwner) -> Bool? {
    // Slurm restarts a task only after it has ended.
    if let task, let own = reader.task, task.job == own.job, task.restarts < own.restarts { return true }
    guard let isAlive = process.isAlive else { return nil }
    return !isAlive && supervisor?.isAlive != true
  }
}

extension ClaimOwner.Task {
  /// The task that Slurm's environment variables describe; nil outside Slurm.
  init?(environment: [String: String]) {
    guard let job = environment["SLURM_JOB_ID"] else { return nil }
    var title = job
    if let array = environment["SLURM_ARRAY_JOB_ID"], let index = environment["SLURM_ARRAY_TASK_ID"] {
      title = "\(array)_\(index)"
    }
    let restarts = environment["SLURM_RESTART_COUNT"].flatMap { Int($0) } ?? 0
    self.init(job: job, restarts: restarts, title: title)
  }
}
