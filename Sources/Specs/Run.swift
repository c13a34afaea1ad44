import Settings

/// One training and how it is evaluated: all that decides its numbers, but for the data themselves.
public struct Run: Sendable, Equatable {
  public var dataset: DatasetSettings
  public var evaluation: ProtocolSettings
  public var detector: DetectorSettings
  /// The class that plays the anomaly, or with one class normal that one; "all" for an image folder.
  public var heldOut: String
  public var seed: Int
  /// The kernels that compute convolutions, of which only the fast ones stay out of the id: the bits differ.
  public var kernels = Run.fastKernels

  public static let fastKernels = "fast"

  /// What computes the networks, of which only the processor stays out of the id: the bits differ.
  public var engine = ComputeEngine.cpu

  /// The SHA-256 of the file that the weights were imported from; nil for a training of our own, whose id it stays
  /// out of.
  public var imported: String?

  /// What the class is in the run.
  public var classRole: ClassRole { evaluation.split.classRole }

  /// As in `3 held out` or `3 normal`.
  public var classPhrase: String { classRole.phrase(heldOut) }

  public init(
    dataset: DatasetSettings, evaluation: ProtocolSettings, detector: DetectorSettings, heldOut: String,
    seed: Int, kernels: String = Run.fastKernels, engine: ComputeEngine = .cpu, imported: String? = nil
  ) {
    self.dataset = dataset
    self.evaluation = evaluation
    self.detector = detector
    self.heldOut = heldOut
    self.seed = seed
    self.kernels = kernels
    self.engine = engine
    self.imported = imported
  }

  /// The passes over the test set, the headline's first; one for a detector that batch norm has no say in.
  public var passes: [ScoringPass] { detector.usesBatchNorm ? evaluation.allPasses : [.running] }

  /// The training's id: the first 16 hexadecimal digits of SHA-256 over all that decides its weights.
  ///
  /// In it are the resolved values of scope `training`, the data's fingerprint and `numericsVersion`, and the kernels
  /// where they are not the fast ones, the engine where it is not the processor, and the file of weights that were
  /// imported instead of trained. Not in it is what leaves the weights alone: how they are evaluated and what of
  /// it is shown, the experiment's name, description and preset, the order and spelling of the file, `dataset.folder`
  /// and `dataset.skip_unreadable` (the fingerprint covers the images that were read, wherever they lie), the other
  /// classes, seeds, detectors and configurations of a sweep. A field that came after there were runs (`redraw_limit`,
  /// `test_samples`) is in it only with another value than its default, so that their ids hold.
  ///
  /// - Parameter numerics: the version of the numerics; another than this program's only to ask what would be.
  public func identifier(dataFingerprint: String, numerics: Int = numericsVersion) -> String {
    RunIdentity(self, dataFingerprint: dataFingerprint, numerics: numerics)
      .identifiers(heldOut: heldOut, seeds: [seed])[0]
  }

  /// What is hashed.
  func identityText(dataFingerprint: String, numerics: Int = numericsVersion) -> String {
    RunIdentity(self, dataFingerprint: dataFingerprint, numerics: numerics).text(heldOut: heldOut, seed: seed)
  }

  /// The id of a training with its evaluations, as files of schema version 2 name it.
  public func earlierIdentifier(dataFingerprint: String, numerics: Int = numericsVersion) -> String {
    RunIdentity(earlier: self, dataFingerprint: dataFingerprint, numerics: numerics)
      .identifiers(heldOut: heldOut, seeds: [seed])[0]
  }

  /// The same for all runs of the same numbers: without where the data lie, and with the passes in their order.
  var normalized: Run {
    var run = self
    run.dataset.folder = ""
    run.dataset.skipUnreadable = false
    run.evaluation.passes = ScoringPass.allCases.filter(evaluation.allPasses.contains)
    return run
  }
}

extension Experiment {
  /// A run for each configuration, each class in the data set's order, and each seed in the spec's order;
  /// for an image folder one for each configuration and seed. With successive halving those of the first rung.
  public var runs: [Run] {
    configurations.flatMap { configuration in
      var configuration = configuration
      if let first = rungs.first { configuration.detector.epochs = first.epochs }
      return runs(of: configuration)
    }
  }

  /// The runs of one configuration.
  public func runs(of configuration: Configuration) -> [Run] {
    heldOutClasses.flatMap { heldOut in
      seeds.map { seed in
        Run(
          dataset: dataset, evaluation: configuration.evaluation, detector: configuration.detector,
          heldOut: heldOut, seed: seed, kernels: kernels, engine: engine, imported: imported)
      }
    }
  }

  /// The ids of `runs(of:)`, in the same order, at a fraction of the cost of asking each run.
  public func identifiers(
    of configuration: Configuration, dataFingerprint: String, numerics: Int = numericsVersion
  ) -> [String] {
    let some = Run(
      dataset: dataset, evaluation: configuration.evaluation, detector: configuration.detector, heldOut: "",
      seed: 0, kernels: kernels, engine: engine, imported: imported)
    let identity = RunIdentity(some, dataFingerprint: dataFingerprint, numerics: numerics)
    return heldOutClasses.flatMap { identity.identifiers(heldOut: $0, seeds: seeds) }
  }

  /// The experiment that gives this one run, every value written out.
  ///
  /// - Parameter holdsClassOut: whether the run's class is one of the data set's, not a kind of anomaly.
  public func alone(_ run: Run, holdsClassOut: Bool) -> Experiment {
    var single = self
    single.evaluation = run.evaluation
    single.detector = run.detector
    single.detectors = []
    single.sweep = nil
    if holdsClassOut { single.heldOut = .classes([run.heldOut]) }
    single.seeds = [run.seed]
    return single
  }

  /// The classes of the runs, held out or normal: names in the data set's order, or "all" alone for an image folder.
  public var heldOutClasses: [String] {
    switch heldOut {
    case .all: dataset.name.classNames ?? [SpecKey.allClasses]
    case .classes(let names): names
    }
  }
}
