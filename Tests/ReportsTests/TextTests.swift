import Testing

@testable import Reports

@Suite("Aligned columns")
struct AlignedColumnsTests {
  @Test("begin or end at one place, whatever the script")
  func columns() {
    #expect(
      alignedColumns([["run", "", "ETA"], ["犬", "ab", "1:00"], ["cat\u{7}", "b", "10:00"]], names: 2)
        == ["run         ETA", "犬    ab   1:00", "cat   b   10:00"])
  }
}

@Suite("Tables for the terminal")
struct TextTests {
  @Test("one seed of one detector is one row, which fits 80 columns")
  func oneRow() {
    #expect(
      AUCTable.paper.text() == """
        MNIST, digit held out: AUROC

        detector     0     1     2     3     4     5     6     7     8     9  mean
        ──────────────────────────────────────────────────────────────────────────
        GANomaly  .881  .661  .951  .796  .809  .868  .859  .671  .653  .533  .768

        one seed (0)
        last epoch

        """)
  }

  @Test("several seeds of one detector are columns, with gaps shown and marked")
  func seedsAsColumns() {
    #expect(
      AUCTable.gaps.text() == """
        CIFAR-10: AUROC, GANomaly

        held out  seed 0  seed 1  seed 2   mean   s.d.
        ──────────────────────────────────────────────
        bird        .500    .520    .540   .520   .020
        car         .625       —    .635   .630*  .007
        truck      1.000       —       —  1.000*     —
        ──────────────────────────────────────────────
        mean        .708       —       —      —      —

        mean and sample standard deviation over 3 seeds (0, 1, 2)
        * mean over the finished seeds, fewer than 3
        3 of 9 values are missing (—); no mean over classes without all of them

        """)
  }

  @Test("several detectors are rows, with their deviations below")
  func detectorsAsRows() {
    #expect(
      AUCTable.two.text(width: 41) == """
        CIFAR-10: AUROC

        detector     bird     car   truck   mean
        ─────────────────────────────────────────
        GANomaly     .510•   .600    .720•  .610•
          ±          .014    .000    .028   .014
        Autoencoder  .400   1.000•   .030   .477
          ±          .000    .000    .001   .000

        mean and sample standard deviation over 2 seeds (3, 4)
        • the best detector of each class and of the mean, all of them where several print the same

        """)
  }

  @Test("where a row per detector is too wide, detectors are columns; widths count wide characters twice")
  func detectorsAsColumns() {
    #expect(
      AUCTable.awkward.text(width: 35) == #"""
        50 % of {all} #1_a: AU|ROC

        held out   a "b", c   line  break
        ─────────────────────────────────
        飞机           .500             —
        x|y & <z>      .250•         .125
        [\]*          1.000•         .333
        ─────────────────────────────────
        mean           .583             —

        one seed (7)
        • the best detector of each class and of the mean, all of them where several print the same
        1 of 6 values is missing (—); no mean over classes without all of them

        """#)
  }

  @Test("where nothing fits, the detectors follow each other without their seeds")
  func detectorsBelowEachOther() {
    #expect(
      AUCTable.two.text(width: 26) == """
        CIFAR-10: AUROC, GANomaly

        held out  mean   s.d.
        ─────────────────────
        bird      .510•  .014
        car       .600   .000
        truck     .720•  .028
        ─────────────────────
        mean      .610•  .014

        CIFAR-10: AUROC, Autoencoder

        held out   mean   s.d.
        ──────────────────────
        bird       .400   .000
        car       1.000•  .000
        truck      .030   .001
        ──────────────────────
        mean       .477   .000

        mean and sample standard deviation over 2 seeds (3, 4)
        • the best detector of each class and of the mean, all of them where several print the same

        """)
  }

  @Test("no row is wider than the terminal as long as the narrowest layout fits", arguments: 26...100)
  func widthIsKept(width: Int) {
    for table in [AUCTable.paper, .gaps, .two, .awkward] {
      var isRow = false
      for line in table.text(width: width).split(separator: "\n", omittingEmptySubsequences: false) {
        if line.hasPrefix("detector") || line.hasPrefix("held out") { isRow = true }
        if line.isEmpty { isRow = false }
        if isRow { #expect(displayWidth(String(line)) <= width) }
      }
    }
  }

  @Test("a table without detectors, classes or seeds is still a table")
  func emptyTable() {
    let table = AUCTable(title: "", detectors: [], heldOut: [], seeds: [], values: [])
    #expect(table.text() == "AUROC\n\ndetector\n────────\n")
    #expect(table.csv == "detector,held_out,seed,metric,value,status\r\n")
  }

  @Test(
    "the width on a terminal",
    arguments: [
      ("", 0), ("ganomaly", 8), ("é", 1), ("e\u{301}", 1), ("飞机", 4), ("한국", 4), ("ｶﾅ", 2), ("ＡＢ", 4),
      ("±—", 2), ("✈️", 2), ("👩‍🚀", 2), ("a\u{200B}b", 2),
    ])
  func widths(text: String, width: Int) { #expect(displayWidth(text) == width) }

  @Test(
    "three decimals without the leading zero",
    arguments: [
      (0.8814, ".881"), (0.9996, "1.000"), (1, "1.000"), (0, ".000"), (0.0005, ".000"), (0.0626, ".063"),
      (-0.25, "-.250"), (-0.0001, ".000"), (12.3456, "12.346"),
    ])
  func decimals(value: Double, text: String) { #expect(threeDecimals(value) == text) }

  @Test("control characters, escape sequences among them, do not reach the terminal")
  func controlCharacters() {
    let table = AUCTable(
      title: "a\u{1B}[2J", detectors: ["b\u{7}"], heldOut: ["c\n\u{2028}d"], seeds: [0], values: [[[0.5]]])
    let text = table.text()
    #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control })
    #expect(text.contains("c  d"))
  }
}
