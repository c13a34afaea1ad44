import Settings

/// One training and its evaluation: everything that determines its numbers, except the data themselves.
public struct Run: Sendable, Equatable {
  /// The data set.
  public var dataset: DatasetSettings
  /// The protocol: how images are split, scaled and scored.
  public var evaluation: ProtocolSettings
  /// The detector and its hyperparameters.
  public var detector: DetectorSettings
  /// The class that is the anomaly, or the normal one; "all" for an image folder.
  public var heldOut: String
  /// The seed of all random streams.
  public var seed: Int
  /// The kernels that compute convolutions. Since their bits differ, they enter the id unless they are the fast ones.
  public var kernels = Run.fastKernels

  /// The default kernels.
  public static let fastKernels = "fast"

  /// What computes the networks. Since its bits differ, it enters the id unless it is the processor.
  public var engine = ComputeEngine.cpu

  /// The SHA-256 of the file that the weights were imported from; nil for a training of our own, whose id it stays
  /// out of.
  public var imported: String?

  /// The role of the run's class.
  public var classRole: ClassRole { evaluation.split.classRole }

  /// The class and its role, as in `3 held out` or `3 normal`.
  public var classPhrase: String { classRole.phrase(heldOut) }

  /// A run with the given settings, class and seed.
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

  /// The passes over the test set, the headline's first; only one if the detector has no batch norm.
  public var passes: [ScoringPass] { detector.usesBatchNorm ? evaluation.allPasses : [.running] }

  /// The training's id: the first 16 hexadecimal digits of SHA-256 over everything that determines its weights.
  ///
  /// It covers the resolved values of scope `training`, the data's fingerprint, `numericsVersion`, the kernels unless
  /// they are the fast ones, the engine unless it is the processor, and the file of weights that were imported instead
  /// of trained. It excludes what does not affect the weights: the evaluation and what is shown of it; the experiment's
  /// name, description and preset; the order and spelling of the file; `dataset.folder`, `dataset.file` and
  /// `dataset.skip_unreadable` (the fingerprint covers the images read, wherever they are); and the experiment's other
  /// classes, seeds, detectors and configurations. A field added when there were already runs (`redraw_limit`,
  /// `test_samples`) is included only if it is not at its default, so that earlier ids remain valid.
  ///
  /// - Parameter numerics: the numerics version; another than this program's only for files of earlier ones.
  public func identifier(dataFingerprint: String, numerics: Int = numericsVersion) -> String {
    RunIdentity(self, dataFingerprint: dataFingerprint, numerics: numerics)
      .identifiers(heldOut: heldOut, seeds: [seed])[0]
  }

  /// The id of a training with its evaluations, as in file names of schema version 2.
  public func earlierIdentifier(dataFingerprint: String) -> String {
    RunIdentity(earlier: self, dataFingerprint: dataFingerprint, numerics: numericsVersion)
      .identifiers(heldOut: heldOut, seeds: [seed])[0]
  }

  /// A form shared by all runs with the same numbers: without the location of the data, and with the passes in a fixed
  /// order.
  var normalized: Run {
    var run = self
    run.dataset.folder = ""
    run.dataset.file = ""
    run.dataset.skipUnreadable = false
    run.evaluation.passes = ScoringPass.allCases.filter(evaluation.allPasses.contains)
    return run
  }
}

extension Experiment {
  /// A run for each configuration, class (in the data set's order) and seed (in the spec's order); for an image folder,
  /// for each configuration and seed. With successive halving, the runs of the first rung.
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

  /// The ids of `runs(of:)`, in the same order, at a fraction of the cost of computing each run's id.
  public func identifiers(
    of configuration: Configuration, dataFingerprint: String, numerics: Int = numericsVersion
  ) -> [String] {
    let some = Run(
      dataset: dataset, evaluation: configuration.evaluation, detector: configuration.detector, heldOut: "",
      seed: 0, kernels: kernels, engine: engine, imported: imported)
    let identity = RunIdentity(some, dataFingerprint: dataFingerprint, numerics: numerics)
    return heldOutClasses.flatMap { identity.identifiers(heldOut: $0, seeds: seeds) }
  }

  /// The held-out or normal classes of the runs: names in the data set's order, or just "all" for an image folder.
  public var heldOutClasses: [String] {
    switch heldOut {
    case .all: dataset.name.classNames ?? [SpecKey.allClasses]
    case .classes(let names): names
    }
  }
}
