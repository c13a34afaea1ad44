import Foundation

/// Who carries out a run.
public struct ClaimOwner: Codable, Hashable, Sendable {
  /// A task of Slurm's: its job, and how often that was put back into the queue.
  public struct Task: Codable, Hashable, Sendable {
    /// A number of its own for each task of an array.
    public var job: String
    public var restarts: Int
    /// As Slurm's commands show it, such as `17_3`.
    public var title: String

    public init(job: String, restarts: Int, title: String) {
      self.job = job
      self.restarts = restarts
      self.title = title
    }
  }

  public var process: ProcessIdentity
  /// The process that sees to what the owner leaves behind when it ends, if there is one.
  public var supervisor: ProcessIdentity?
  public var task: Task?

  public init(process: ProcessIdentity, supervisor: ProcessIdentity? = nil, task: Task? = nil) {
    self.process = process
    self.supervisor = supervisor
    self.task = task
  }

  /// This process.
  ///
  /// - Parameter isSupervised: whether the process that started it sees to what it leaves behind.
  public static func current(
    isSupervised: Bool = false, environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> ClaimOwner {
    ClaimOwner(
      process: .current, supervisor: isSupervised ? .parent : nil, task: Task(environment: environment))
  }

  /// Whether the owner has come to its end; nil when only its heartbeat can tell.
  ///
  /// - Parameter reader: who asks.
  func hasEnded(askedBy reader: ClaimOwner) -> Bool? {
    // Slurm starts a task anew only after its end.
    if let task, let own = reader.task, task.job == own.job, task.restarts < own.restarts { return true }
    guard let isAlive = process.isAlive else { return nil }
    return !isAlive && supervisor?.isAlive != true
  }
}

extension ClaimOwner.Task {
  /// The task that Slurm's variables in the environment speak of, if they do.
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
