import Testing

@testable import Runner

@Suite("The pace of checkpoints")
struct CheckpointPaceTests {
  private let start = ContinuousClock.now
  private func time(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

  @Test("is one in each interval of training")
  func interval() {
    var pace = CheckpointPace(interval: .seconds(300), start: start)
    #expect(!pace.isDueAfterStep(at: time(299)))
    #expect(pace.isDueAfterStep(at: time(300)))
    pace.wrote(from: time(300), to: time(302))
    #expect(!pace.isDueAfterStep(at: time(601)))
    #expect(pace.isDueAfterStep(at: time(602)))
  }

  @Test("is one at an epoch's end where it costs at most 2 % of the time since the last")
  func epochs() {
    var pace = CheckpointPace(interval: .seconds(300), start: start)
    #expect(!pace.isDueAfterEpoch(at: time(1)), "a run of a second leaves none")
    #expect(pace.isDueAfterEpoch(at: time(5)))
    #expect(!pace.isDueAfterStep(at: time(5)))
    pace.wrote(from: time(5), to: time(7))
    #expect(!pace.isDueAfterEpoch(at: time(106)))
    #expect(pace.isDueAfterEpoch(at: time(107)))
    pace.wrote(from: time(107), to: time(107.001))
    #expect(pace.isDueAfterEpoch(at: time(107.06)))
  }

  @Test("is one at an epoch's end when the interval is over, whatever it costs")
  func slowDisk() {
    var pace = CheckpointPace(interval: .seconds(60), start: start)
    pace.wrote(from: time(0), to: time(10))
    #expect(!pace.isDueAfterEpoch(at: time(69)))
    #expect(pace.isDueAfterEpoch(at: time(70)))
  }
}
