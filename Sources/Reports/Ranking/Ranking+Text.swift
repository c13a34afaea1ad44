import Metrics

/// Human-readable renderings.
extension Ranking: RenderedTable {
  /// The names in the order of the experiments, not of the ranks; nil if there is only one training.
  func names(isShort: Bool) -> TrainingNames? {
    var ordered: [RankedTraining] = []
    for training in sections.flatMap(\.trainings) where !ordered.contains(training) {
      ordered.append(training)
    }
    return ordered.count > 1 ? TrainingNames(ordered, isShort: isShort) : nil
  }

  private func documents(names: TrainingNames?) -> [GridDocument] {
    (overview.map { [$0] } ?? []) + sections.flatMap { documents(of: $0, names: names) }
      + protocols.flatMap { documents(of: $0) }
  }

  public func text(width: Int, bold: Bool) -> String {
    var names = names(isShort: false)
    // The columns that name a row must leave room for a number.
    let isTooWide = documents(names: names).contains { document in
      textWidth(of: document.grid.parts(fitting: width, repeated: 1)[0]) > width
    }
    if isTooWide { names = self.names(isShort: true) }
    var lines: [String] = []
    for document in documents(names: names) {
      if !lines.isEmpty { lines.append("") }
      lines += wrapped(document.caption, to: width) + [""]
      for (index, part) in document.grid.parts(fitting: width, repeated: 1).enumerated() {
        lines += (index > 0 ? [""] : []) + textLines(of: part, bold: bold)
      }
      if !document.notes.isEmpty { lines.append("") }
      lines += document.notes.flatMap { wrapped($0, to: width) }
    }
    lines +=
      [""] + (notes + (isTooWide ? [names?.note].compactMap { $0 } : [])).flatMap { wrapped($0, to: width) }
    return lines.map { $0 + "\n" }.joined()
  }

  private var completeDocuments: [GridDocument] {
    var documents = documents(names: names(isShort: false))
    documents[documents.count - 1].notes += notes
    return documents
  }

  public var markdown: String { completeDocuments.map(\.markdown).joined(separator: "\n") }
  public var latex: String { completeDocuments.map(\.latex).joined(separator: "\n") }

  /// How to read the columns, and what the numbers measure.
  var notes: [String] {
    let candidates = sections.flatMap(\.candidates)
    var notes = [
      "off by: the mean over classes of |ours − published|; bias: the mean of ours − published; within: classes "
        + "within ±\(threeDecimals(RankedEvaluation.margin)); largest: the largest difference and its class; ρ: "
        + "Spearman's rank correlation over classes."
    ]
    notes += aboutPublished
    if candidates.contains(where: \.isOwn) {
      notes.append("own: the experiment's own pass, score and choice of epoch.")
    }
    notes.append(aboutSeeds(candidates))
    if candidates.contains(where: { !$0.hasAllSeeds }) {
      notes.append("* a class has fewer seeds than the experiment.")
    }
    notes += aboutEpochs(candidates)
    if sections.count > Set(sections.map(\.published.dataset)).count {
      notes.append("Candidates with different sets of classes are ranked separately.")
    }
    return notes + omissions
  }

  private var aboutPublished: [String] {
    var lines: [String] = []
    for section in sections {
      let published = section.published
      let line =
        "\(published.method) on \(published.dataset), published: \(published.notes.joined(separator: ". "))"
      if !lines.contains(line) { lines.append(line) }
    }
    return lines.map { $0.hasSuffix(".") ? $0 : $0 + "." }
  }

  private func aboutSeeds(_ candidates: [RankedEvaluation]) -> String {
    guard candidates.contains(where: { $0.values.contains { $0.count > 1 } }) else {
      return "One seed: no interval; ranks may be due to the seed."
    }
    return
      "Means over seeds. Interval: Student's t over seeds of the mean difference, each class with the sign that it has "
      + "in the mean; too narrow where a class is near its published value."
  }

  private func aboutEpochs(_ candidates: [RankedEvaluation]) -> [String] {
    guard candidates.contains(where: { Int($0.epoch) != nil }) else { return [] }
    let counts = Set(candidates.filter { Int($0.epoch) != nil }.map(\.training.epochSamples)).sorted()
    let words = counts.map { $0 == 0 ? "the whole test set" : "\($0) random test images" }
    return [
      counts == [0]
        ? "Every epoch is measured on the whole test set."
        : "Single epochs (by number) and the mean of the last three are measured on \(words.joined(separator: " or ")), "
          + "the last and the best on the whole test set.",
      "best-on-test: the best epoch of each class on the test set itself, optimistic; a single epoch that is nearest "
        + "is chosen by the published values.",
    ]
  }
}
