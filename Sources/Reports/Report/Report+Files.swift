import Diagnostics
import Foundation
import Results

extension Report {
  /// Writes the page, completely or not at all.
  ///
  /// - Throws: `Problem` if it cannot be written.
  public func writePage(to path: String) throws {
    try writeFile(html, to: path, hint: "name another with --output")
  }

  /// Writes every figure as SVG and as PNG.
  ///
  /// - Throws: `Problem` if a file cannot be written, or if `rsvg-convert`, which makes the PNGs, is missing; the SVGs
  ///   are written by then.
  public func writeFigures(to folder: String) throws {
    let hint = "give another folder with --figures"
    try createFolders(to: folder, hint: hint)
    for figure in figures {
      try writeFile(figure.document, to: "\(folder)/\(figure.name).svg", hint: hint)
    }
    let converter = try PNGConverter()
    for figure in figures {
      try converter(svg: "\(folder)/\(figure.name).svg", png: "\(folder)/\(figure.name).png")
    }
  }

}

extension Figure {
  /// The drawing as an SVG file's text.
  fileprivate var document: String { "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + svg }

  /// Writes the drawing as SVG or PNG, by the path's extension. A PNG's colors cannot follow the page, so a second
  /// file, `…-dark.png`, is for dark pages.
  ///
  /// - Throws: `Problem` for another extension, if a file cannot be written, and if `rsvg-convert`, which makes the
  ///   PNGs, is missing.
  public func write(to path: String) throws {
    let hint = "name another file with --figure"
    switch (path as NSString).pathExtension.lowercased() {
    case "svg": try writeFile(document, to: path, hint: hint)
    case "png":
      let converter = try PNGConverter()
      try converter(text: document, png: path)
      let dark = (path as NSString).deletingPathExtension + "-dark.png"
      try converter(text: PlotFrame.dark(document), png: dark)
    default:
      throw Problem(.usage, at: path, "a figure is written as .svg or as .png", hint: hint)
    }
  }
}

extension ResultsPage {
  /// Writes the page, completely or not at all.
  ///
  /// - Throws: `Problem` if it cannot be written, or if the summary is damaged.
  public func write(to path: String) throws {
    try writeFile(try markdown(), to: path, hint: "name another with --output")
  }
}

private func writeFile(_ text: String, to path: String, hint: String) throws {
  do {
    try AtomicFile.write(path) { temporary in
      try Data(text.utf8).write(to: URL(fileURLWithPath: temporary))
    }
  } catch let error as CocoaError {
    throw Problem(.inputOutput, at: path, "cannot be written: \(systemReason(error))", hint: hint)
  } catch var problem as Problem {
    problem.hint = hint
    throw problem
  }
}

/// Runs librsvg's command-line program, so that librsvg need not be installed unless PNGs are wanted.
private struct PNGConverter {
  /// PNG pixels per SVG pixel: a figure 380 wide fills an 86 mm column at 300 dpi.
  private static let zoom = 3

  private let program: String

  /// - Throws: `Problem` if it is not installed.
  init() throws(Problem) {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    guard
      let program = folders.map({ "\($0)/rsvg-convert" }).first(where: {
        FileManager.default.isExecutableFile(atPath: $0)
      })
    else {
      throw Problem(
        .missingInput, at: "rsvg-convert", "needed to convert SVG to PNG, but not installed",
        hint: "Debian's package is librsvg2-bin; the figures are there as SVG")
    }
    self.program = program
  }

  /// Converts the text of an SVG file.
  func callAsFunction(text: String, png: String) throws {
    let svg = "\(png).tmp-\(ProcessInfo.processInfo.processIdentifier).svg"
    try writeFile(text, to: svg, hint: "name another file with --figure")
    defer { try? FileManager.default.removeItem(atPath: svg) }
    try self(svg: svg, png: png)
  }

  func callAsFunction(svg: String, png: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = ["--zoom", "\(Self.zoom)", "--output", png, "--", svg]
    let errors = Pipe()
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let message = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Problem(.inputOutput, at: png, "rsvg-convert failed: \(onOneLine(message))")
    }
  }
}
