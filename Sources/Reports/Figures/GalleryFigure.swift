import Foundation
import Images
import Results

/// Samples of a gallery side by side: input, reconstruction and error map, with the score of each (the
/// paper's figure 7).
struct GalleryFigure {
  /// Samples shown, at most.
  static let columns = 8
  private static let tile = 37.0
  private static let left = 80.0
  private static let width = 380.0
  private static let rows = ["input", "reconstruction", "error map"]

  var title: String
  let gallery: Gallery
  /// Position, score and class of each sample shown.
  private let samples: [(position: Int, score: Float, className: String, name: String)]

  init(title: String, gallery: Gallery, scores: RunScores) {
    self.title = title
    self.gallery = gallery
    samples = zip(gallery.samples, gallery.scores).prefix(Self.columns).map {
      ($0, $1, scores.className($0), scores.name($0))
    }
  }

  var drawing: Markup {
    let count = samples.count
    let height = 3 * Self.tile + 22
    var content: [Markup] = []
    for (row, name) in Self.rows.enumerated() {
      content.append(PlotFrame.text(name, 4, (Double(row) + 0.5) * Self.tile + 4))
    }
    content.append(PlotFrame.text("score", 4, 3 * Self.tile + 15))
    content.append(
      .element(
        "image",
        [
          "x": coordinate(Self.left), "y": "0", "width": coordinate(Double(count) * Self.tile),
          "height": coordinate(3 * Self.tile), "preserveAspectRatio": "none",
          "style": "image-rendering:pixelated",
          "href": "data:image/png;base64,\(Data(montage).base64EncodedString())",
        ]))
    for (column, sample) in samples.enumerated() {
      content.append(self.column(column, sample))
    }
    return PlotFrame.drawing(title: title, width: Self.width, height: height, content)
  }

  private func column(
    _ column: Int, _ sample: (position: Int, score: Float, className: String, name: String)
  ) -> Markup {
    let x = Self.left + Double(column) * Self.tile
    let words = "class \(sample.className), score \(sample.score), \(sample.name)"
    return .element(
      "g",
      [
        "class": "sample", "data-sample": "\(sample.position)", "data-score": "\(sample.score)",
        "data-class": sample.className, "data-name": onOneLine(sample.name),
      ],
      [
        .element("title", [:], [.text(onOneLine(words))]),
        .element(
          "rect",
          [
            "x": coordinate(x), "y": "0", "width": coordinate(Self.tile), "height": coordinate(3 * Self.tile),
            "fill": "#000", "fill-opacity": "0", "stroke": SeriesStyle.ink, "stroke-opacity": "0.5",
            "stroke-width": "0.5",
          ]),
        PlotFrame.text(Self.short(sample.score), x + Self.tile / 2, 3 * Self.tile + 15, anchor: "middle"),
      ])
  }

  /// At most six characters, to fit below a tile.
  private static func short(_ score: Float) -> String {
    let value = Double(score)
    for digits in [3, 2, 1] {
      let text = String(format: "%.\(digits)g", value)
      if text.count <= 6 { return text }
    }
    return String(format: "%.0e", value)
  }

  /// Inputs, reconstructions and error maps as one image, one row each.
  private var montage: [UInt8] {
    let shape = ImageShape(
      channels: gallery.imageShape[0], height: gallery.imageShape[1], width: gallery.imageShape[2])
    let length = samples.count * shape.count
    let inputs = ImageStore(shape: shape, bytes: Array(gallery.inputs.prefix(length)))
    let rebuilt = ImageStore(shape: shape, bytes: Array(gallery.reconstructions.prefix(length)))
    let maps = samples.indices.flatMap {
      ErrorMap(image: inputs[$0], reconstruction: rebuilt[$0], shape: shape).colored
    }
    let images = [inputs, rebuilt].flatMap { $0.repeatingPlane(channels: 3).bytes }
    return ImageStore(
      shape: ImageShape(channels: 3, height: shape.height, width: shape.width), bytes: images + maps
    ).png(columns: samples.count)
  }
}
