import Foundation
import FoundationXML
import Testing

@testable import Reports

/// The elements of an SVG document with their attributes, as an XML parser finds them.
final class SVGReading: NSObject, XMLParserDelegate {
  private(set) var elements: [(name: String, attributes: [String: String])] = []
  private(set) var text = ""

  /// - Throws: what the parser says of a document that is not well-formed.
  init(_ svg: String) throws {
    super.init()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = self
    if !parser.parse() { throw parser.parserError ?? CocoaError(.coderReadCorrupt) }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    elements.append((name, attributes))
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

  /// The attributes of the elements of a class.
  func marks(_ kind: String) -> [[String: String]] {
    elements.filter { $0.attributes["class"] == kind }.map(\.attributes)
  }
}

extension [String: String] {
  /// A number, without loss.
  func number(_ name: String) throws -> Double {
    let text = try #require(self[name])
    return try #require(Double(text))
  }

  /// Numbers separated by spaces or commas.
  func numbers(_ name: String) throws -> [Double] {
    let text = try #require(self[name])
    return try text.split { $0 == " " || $0 == "," }.map { try #require(Double($0)) }
  }
}

extension Report {
  /// The figures whose names begin so.
  func drawings(_ prefix: String) throws -> [SVGReading] {
    try figures.filter { $0.name.hasPrefix(prefix) }.map { try SVGReading($0.svg) }
  }
}
