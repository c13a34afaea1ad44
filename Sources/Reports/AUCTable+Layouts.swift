/// Layouts of the three axes on paper. All keep the table's order of classes, detectors and seeds.
extension AUCTable {
  /// One row per detector, one column per class and one for their mean, as in the paper's Figure 4.
  ///
  /// With several seeds, a cell holds the mean over seeds, and a second row the standard deviation.
  func gridOfDetectors() -> Grid {
    var grid = Grid(header: ["detector"] + heldOut + (hasMeanOverHeldOut ? ["mean"] : []), rows: [])
    let best = bestDetectors()
    for detector in detectors.indices {
      let summaries = summariesWithMean(detector: detector)
      let means = summaries.enumerated().map { row, summary in
        Grid.Cell(
          mean: summary, isFailed: hasFailure(detector: detector, heldOut: row),
          isBest: best[row].contains(detector))
      }
      grid.rows.append([Grid.Cell(detectors[detector])] + means)
      guard seeds.count > 1 else { continue }
      grid.rows.append([Grid.Cell("  ±")] + summaries.map { Grid.Cell($0.standardDeviation) })
    }
    return grid
  }

  /// One row per class and one for their mean, one column per detector.
  func gridOfHeldOutByDetectors() -> Grid {
    let best = bestDetectors()
    let columns = detectors.indices.map { detector in
      summariesWithMean(detector: detector).enumerated().map { row, summary in
        let isFailed = hasFailure(detector: detector, heldOut: row)
        let isBest = best[row].contains(detector)
        return seeds.count > 1
          ? Grid.Cell(meanAndDeviation: summary, isFailed: isFailed, isBest: isBest)
          : Grid.Cell(mean: summary, isFailed: isFailed, isBest: isBest)
      }
    }
    return Grid(
      header: [classRole.heading] + detectors,
      rows: rowNames.enumerated().map { row, name in [Grid.Cell(name)] + columns.map { $0[row] } },
      lastRowIsSummary: hasMeanOverHeldOut)
  }

  /// For one detector: one row per class and one for their mean, one column per seed and, with several seeds, their
  /// mean and standard deviation.
  func gridOfHeldOutBySeeds(detector: Int, showsSeeds: Bool = true) -> Grid {
    let showsSummary = seeds.count > 1
    let seedHeader = showsSeeds ? seeds.map { "seed \($0)" } : []
    let bySeed = values[detector] + (hasMeanOverHeldOut ? [meansOverHeldOut(detector: detector)] : [])
    let summaries = summariesWithMean(detector: detector)
    let best = bestDetectors()
    let rows = rowNames.indices.map { row in
      let isBest = best[row].contains(detector)
      let seedCells =
        showsSeeds
        ? bySeed[row].enumerated().map { seed, value in
          Grid.Cell(
            value, isFailed: hasFailure(detector: detector, heldOut: row, seed: seed),
            isBest: isBest && !showsSummary)
        } : []
      let mean = Grid.Cell(
        mean: summaries[row], isFailed: hasFailure(detector: detector, heldOut: row), isBest: isBest)
      let summaryCells = [mean, Grid.Cell(summaries[row].standardDeviation)]
      return [Grid.Cell(rowNames[row])] + seedCells + (showsSummary ? summaryCells : [])
    }
    return Grid(
      detector: detectors[detector],
      header: [classRole.heading] + seedHeader + (showsSummary ? ["mean", "s.d."] : []),
      rows: rows, lastRowIsSummary: hasMeanOverHeldOut)
  }

  /// The layout for a page: detectors as rows for one seed; classes as rows for several, since a row of ten means and
  /// deviations fits no page.
  var preferredGrid: Grid {
    if isOfOneDetectorWithSeeds { return gridOfHeldOutBySeeds(detector: 0) }
    return seeds.count > 1 ? gridOfHeldOutByDetectors() : gridOfDetectors()
  }

  /// The most readable layout that fits; if none does, one narrow grid per detector.
  func grids(whichFit fits: (Grid) -> Bool) -> [Grid] {
    let candidates =
      isOfOneDetectorWithSeeds
      ? [gridOfHeldOutBySeeds(detector: 0)]
      : [gridOfDetectors(), gridOfHeldOutByDetectors()]
    if let grid = candidates.first(where: fits) { return [grid] }
    return detectors.indices.map { detector in
      let grid = gridOfHeldOutBySeeds(detector: detector)
      return fits(grid) || seeds.count == 1
        ? grid : gridOfHeldOutBySeeds(detector: detector, showsSeeds: false)
    }
  }

  private var isOfOneDetectorWithSeeds: Bool { detectors.count == 1 && seeds.count > 1 }

  private var rowNames: [String] { heldOut + (hasMeanOverHeldOut ? ["mean"] : []) }

  /// Summaries over seeds: of each class, then of the mean over classes.
  func summariesWithMean(detector: Int) -> [SeedSummary] {
    heldOut.indices.map { summary(detector: detector, heldOut: $0) }
      + (hasMeanOverHeldOut ? [meanSummary(detector: detector)] : [])
  }
}

extension AUCTable {
  /// The lines below the table: how to read it, what is missing, then the table's own notes.
  ///
  /// - Parameter bestMark: how the best detector of each class is marked, in words; nil if it is not.
  func notesBelow(bestMark: String?) -> [String] {
    var lines: [String] = []
    let list = listed(seeds)
    if seeds.count > 1 {
      lines.append("mean and sample standard deviation over \(seeds.count) seeds (\(list))")
    } else if seeds.count == 1 {
      lines.append("one seed (\(list))")
    }
    return lines + (bestMark.map(noteOnBest) ?? []) + notesOnAbsence + notes
  }

  /// What is missing, and why.
  var notesOnAbsence: [String] {
    var lines: [String] = []
    if hasPartialSummaries { lines.append("* mean over the finished seeds, fewer than \(seeds.count)") }
    let all = detectors.count * heldOut.count * seeds.count
    func counted(_ count: Int, _ state: String) -> String {
      "\(count) of \(all) values \(count == 1 ? "is" : "are") \(state)"
    }
    if missingCount > 0, expectsValues {
      let caution = hasMeanOverHeldOut ? "; no mean over classes without all of them" : ""
      let (failedCount, absentCount) = (failedCount, missingCount - failedCount)
      let states = [
        absentCount > 0 ? counted(absentCount, "missing (\(missing))") : nil,
        failedCount > 0 ? counted(failedCount, "missing because the run failed (\(failed))") : nil,
      ]
      lines.append(states.compactMap { $0 }.joined(separator: ", ") + caution)
    }
    return lines + causesOfFailure
  }

  /// The title, the measure and, for a grid of one detector, its name.
  func caption(of grid: Grid) -> String {
    let byClass = classRole == .heldOut ? metric : "\(metric) by \(classRole.heading)"
    let measure = [byClass, grid.detector].compactMap { $0 }.joined(separator: ", ")
    return title.isEmpty ? measure : "\(title): \(measure)"
  }
}

/// Integers separated by commas; more than ten consecutive ones become a range, such as `0 to 19`.
func listed(_ integers: [Int]) -> String {
  var parts: [String] = []
  var start = 0
  while start < integers.count {
    var end = start
    while end + 1 < integers.count, integers[end + 1] == integers[end] + 1 { end += 1 }
    parts +=
      end - start >= 10
      ? ["\(integers[start]) to \(integers[end])"] : integers[start...end].map(String.init)
    start = end + 1
  }
  return parts.joined(separator: ", ")
}
