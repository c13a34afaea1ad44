import Foundation
import Testing

@testable import Reports

@Suite("Figures")
struct FigureTests {
  @Test("text and attributes are escaped, and what XML cannot hold is replaced")
  func escaping() throws {
    let text = "a<b>&\"c\u{1}\u{FFFE}é飞"
    let markup = Markup.element("g", ["data-name": text], [.text(text)])
    #expect(markup.rendered == "<g data-name=\"\(escaped(text))\">\(escaped(text))</g>\n")
    #expect(escaped(text) == "a&lt;b&gt;&amp;&quot;c\u{FFFD}\u{FFFD}é飞")
    let read = try SVGReading("<svg>\(markup.rendered)</svg>")
    #expect(read.elements[1].attributes["data-name"] == "a<b>&\"c\u{FFFD}\u{FFFD}é飞")
  }

  @Test(
    "coordinates have two decimals at most",
    arguments: [
      (0, "0"), (1.005, "1"), (-0.004, "0"), (12.3, "12.3"), (-7.25, "-7.25"), (3.07, "3.07"), (.nan, "0"),
    ] as [(Double, String)])
  func coordinates(value: Double, text: String) { #expect(coordinate(value) == text) }

  @Test("an axis of whole numbers has no tick between them", arguments: [2, 3, 5, 15])
  func wholeTicks(epochs: Int) throws {
    let points = (1...epochs).map { LineChart.Point(Double($0), 0.5) }
    func labels(isWhole: Bool) -> [Double] {
      let chart = LineChart(
        title: "t", x: LineChart.Axis(name: "epoch", isWhole: isWhole),
        y: LineChart.Axis(name: "y", domain: 0...5), series: [.init(name: "s", points: points)])
      return chart.drawing.rendered.matches(of: /<text[^>]*>([0-9.]+)<\/text>/).compactMap { Double($0.1) }
    }
    let ticks = labels(isWhole: true)
    #expect(ticks.count >= 8 && ticks.allSatisfy { $0.rounded() == $0 }, "\(ticks)")
    if epochs == 2 { #expect(labels(isWhole: false).contains { $0.rounded() != $0 }) }
  }

  @Test("ticks are round numbers within the axis")
  func ticks() {
    #expect(
      Scale(0...1, from: 0, to: 1).ticks(about: 5).map(Scale.label) == ["0", "0.2", "0.4", "0.6", "0.8", "1"])
    #expect(Scale(0.21...0.87, from: 0, to: 1).ticks(about: 4).map(Scale.label) == ["0.4", "0.6", "0.8"])
    #expect(
      Scale(0.002...40, from: 0, to: 1, kind: .logarithmic).ticks(about: 5).map(Scale.label)
        == ["0.01", "0.1", "1", "10"])
    #expect(
      Scale(3...30, from: 0, to: 1, kind: .logarithmic).ticks(about: 5).map(Scale.label)
        == ["5", "10", "20"])
  }

  @Test("values stand where the axis says, also where all are equal")
  func scale() {
    let down = Scale(0...4, from: 100, to: 20)
    #expect([0, 1, 4].map { down($0) } == [100, 80, 20])
    let logarithmic = Scale(1...100, from: 0, to: 10, kind: .logarithmic)
    #expect(abs(logarithmic(10) - 5) < 1e-12)
    #expect(abs(Scale(2...2, from: 0, to: 10)(2) - 5) < 1e-9)
    #expect(abs(Scale(2...2, from: 0, to: 10, kind: .logarithmic)(2) - 5) < 1e-12)
  }

  @Test("no two of 35 series look alike without color and marker, or without color")
  func styles() {
    let styles = (0..<35).map { SeriesStyle(index: $0) }
    #expect(Set(styles.map { "\($0.color) \($0.dashes)" }).count == 35)
    #expect(Set(styles.prefix(5).map(\.dashes)).count == 5)
    #expect(Set(styles.prefix(5).map { "\($0.hatching)" }).count == 5)
  }

  @Test("a simplified line stays within the tolerance of every point")
  func simplification() {
    let points = (0...400).map { LineChart.Point(Double($0) / 400, sin(Double($0) / 40)) }
    let kept = simplified(points, tolerance: 0.01)
    #expect(kept.count < 150)
    #expect(kept.first?.x == 0 && kept.last?.x == 1)
    for point in points {
      let right = kept.firstIndex { $0.x >= point.x } ?? 0
      let (a, b) = (kept[max(0, right - 1)], kept[right])
      let share = b.x > a.x ? (point.x - a.x) / (b.x - a.x) : 0
      // The distance across is at most that along the axis, on a slope of at most 10.
      #expect(abs(a.y + share * (b.y - a.y) - point.y) < 0.01 * 101.0.squareRoot())
    }
    #expect(simplified(Array(points.prefix(2)), tolerance: 1).count == 2)
  }

  @Test("long names of groups are slanted and stay in the picture")
  func slantedNames() throws {
    let names = ["metal nut with a thread", "transistor", "toothbrush with bristles that bend"]
    let bars = names.map { _ in BarChart.Bar(value: 0.5, deviation: nil) }
    let chart = BarChart(
      title: "t", identifier: "t", groups: names + names, groupsName: "held out", valueName: "AUROC",
      series: [BarChart.Series(name: "a", bars: bars + bars)])
    let drawing = try SVGReading(chart.drawing.rendered)
    let slanted = drawing.elements.filter { $0.attributes["transform"]?.hasPrefix("rotate(-40") == true }
    #expect(slanted.count == 6)
    for name in slanted {
      // The text ends here and comes from the lower left.
      let (x, y) = (try name.attributes.number("x"), try name.attributes.number("y"))
      let height = try drawing.elements[0].attributes.number("height")
      #expect(y + 22 * PlotFrame.characterWidth * 0.64 < height)
      #expect(x - 22 * PlotFrame.characterWidth * 0.766 > 0)
    }
  }

  @Test("bars that one panel has no room for stand in several, as wide as a phone can show")
  func panels() throws {
    let groups = (0..<10).map(String.init)
    let bars = groups.map { _ in BarChart.Bar(value: 0.5, deviation: 0.1) }
    func drawing(series: Int) throws -> SVGReading {
      try SVGReading(
        BarChart(
          title: "t", identifier: "t", groups: groups, groupsName: "held out", valueName: "AUROC",
          series: (0..<series).map { BarChart.Series(name: "\($0)", bars: bars) }
        ).drawing.rendered)
    }
    #expect(try drawing(series: 1).marks("panel").count == 1)
    let drawing = try drawing(series: 8)
    #expect(drawing.marks("panel").count == 2)
    #expect(drawing.marks("bar").count == 80)
    let width = try drawing.elements[0].attributes.number("width")
    #expect(width <= 420)
    let filled = drawing.elements.filter { $0.attributes["fill"]?.hasPrefix("url(#t-") == true }
    #expect(filled.count >= 80)
    for bar in filled {
      #expect(try bar.attributes.number("x") + bar.attributes.number("width") <= width)
      #expect(try bar.attributes.number("width") > 4)
    }
  }

  @Test("figures of one name never share a file")
  func names() {
    var names = FigureNames()
    let given = [
      names.next("roc", "Ganomaly é", "飞机"), names.next("roc", "Ganomaly é", "飞机"), names.next("pca", "../x"),
    ]
    #expect(given == ["roc-01-ganomaly", "roc-02-ganomaly", "pca-01-x"])
  }
}
