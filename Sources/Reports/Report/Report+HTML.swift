extension Report {
  /// Figures beyond this many bytes are left out, so that the page stays small enough to send around.
  private static let mostFigureBytes = 4_300_000

  /// A self-contained HTML page: no network access, no scripts.
  public var html: String {
    var bytes = 0
    var isFull = false
    var parts: [Markup] = []
    for (index, section) in sections.enumerated() {
      var drawn: [Figure] = []
      for figure in section.figures {
        isFull = isFull || bytes + figure.svg.utf8.count > Self.mostFigureBytes
        guard !isFull else { break }
        bytes += figure.svg.utf8.count
        drawn.append(figure)
      }
      parts.append(HTMLSection(section, anchor: Self.anchor(index), drawn: drawn).markup)
    }
    let head = Markup.element(
      "head", [:],
      [
        .element("meta", ["charset": "utf-8"]),
        .element("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
        .element("meta", ["name": "color-scheme", "content": "light dark"]),
        // Whatever a class is called, nothing is loaded and no script runs.
        .element(
          "meta",
          [
            "http-equiv": "Content-Security-Policy",
            "content": "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
          ]),
        .element("title", [:], [.text(title)]),
        .element("style", [:], [.text(pageStyle)]),
      ])
    let body = Markup.element("body", [:], [header, .element("main", [:], parts)])
    return "<!DOCTYPE html>\n"
      + Markup.element("html", ["lang": "en"], [head, body]).rendered
  }

  private static func anchor(_ index: Int) -> String { "section-\(index + 1)" }

  private var header: Markup {
    let links = sections.enumerated().map { index, section in
      Markup.element("li", [:], [.element("a", ["href": "#\(Self.anchor(index))"], [.text(section.title)])])
    }
    return .element(
      "header", [:],
      [.element("h1", [:], [.text(title)]), .element("p", ["class": "subtitle"], [.text(subtitle)])]
        + cautions.map { .element("p", ["class": "note"], [.text($0)]) }
        + [.element("nav", [:], [.element("ul", [:], links)])])
  }
}

/// A section of the page.
private struct HTMLSection {
  let section: ReportSection
  let anchor: String
  /// The figures that the page has room for.
  let drawn: [Figure]

  init(_ section: ReportSection, anchor: String, drawn: [Figure]) {
    self.section = section
    self.anchor = anchor
    self.drawn = drawn
  }

  var markup: Markup {
    var content: [Markup] = [.element("h2", [:], [.text(section.title)])]
    content += section.text.map { .element("p", [:], [.text($0)]) }
    let left = section.figures.count - drawn.count
    if left > 0 {
      content.append(
        .element(
          "p", ["class": "note"],
          ["\(left) figures are left out to keep the page small; --figures writes them all."]))
    }
    var parts: [Markup] = []
    if !section.tables.isEmpty {
      parts.append(.element("div", ["class": "tables"], section.tables.map(table)))
    }
    if !drawn.isEmpty {
      parts.append(
        .element(
          "div", ["class": section.isOfSmallFigures ? "figures small" : "figures"], drawn.map(figure)))
    }
    content += parts.count == 2 ? [.element("div", ["class": "beside"], parts)] : parts
    for listing in section.listings {
      content.append(.element("h3", [:], [.text(listing.title)]))
      content.append(.element("pre", [:], [.text(listing.text)]))
    }
    return .element("section", ["id": anchor], content)
  }

  private func figure(_ figure: Figure) -> Markup {
    .element(
      "figure", ["id": figure.name],
      [.drawing(figure.svg), .element("figcaption", [:], [.text(onOneLine(figure.title))])])
  }

  /// With more columns than this besides those that name the rows, long headings are rotated to fit on a phone.
  private static let mostFlatColumns = 4
  private static let longestFlatHeading = 5
  /// With still more columns, the table is split.
  private static let mostColumns = 8

  private func table(_ table: ReportTable) -> Markup {
    let grid = table.grid
    let isWide = grid.header.count - grid.nameColumns > Self.mostFlatColumns
    let parts = grid.parts(ofColumns: Self.mostColumns).map { body($0, isWide: isWide) }
    return .element(
      "div", ["class": parts.count > 1 ? "table whole" : "table"],
      [
        .element("p", ["class": "caption"], [.text(onOneLine(table.caption))]),
        .element("div", ["class": "scroll"], parts),
      ] + table.notes.map { .element("p", ["class": "note"], [.text(onOneLine($0))]) })
  }

  private func body(_ grid: Grid, isWide: Bool) -> Markup {
    let header = grid.header.map { name in
      let text = Markup.text(onOneLine(name))
      let isUpright = isWide && displayWidth(name) > Self.longestFlatHeading
      return Markup.element("th", ["scope": "col"], [isUpright ? .element("span", [:], [text]) : text])
    }
    let rows = grid.rows.enumerated().map { index, cells in
      let isSummary = grid.lastRowIsSummary && index == grid.rows.count - 1
      return Markup.element(
        "tr", isSummary ? ["class": "summary"] : [:],
        cells.enumerated().map { column, cell in
          let text = Markup.text(onOneLine(cell.textForBold))
          let content = cell.isBest ? Markup.element("strong", [:], [text]) : text
          return column == 0
            ? .element("th", ["scope": "row"], [content]) : .element("td", [:], [content])
        })
    }
    return .element(
      "table", isWide ? ["class": "wide"] : [:],
      [.element("thead", [:], [.element("tr", [:], header)]), .element("tbody", [:], rows)])
  }
}

/// Contains no character that HTML would have to escape.
private let pageStyle = """
  :root { --ink: #1a1a1a; --faint: #5a5f66; --ground: #ffffff; --panel: #f4f5f7; --rule: #c9ced6; }
  @media (prefers-color-scheme: dark) {
    :root { --ink: #e8e8e8; --faint: #a7adb5; --ground: #15181c; --panel: #20242a; --rule: #434a54; }
    .bar, .line, .histogram, .scatter, .legend { filter: brightness(1.35); }
  }
  * { box-sizing: border-box; }
  html { -webkit-text-size-adjust: 100%; }
  body { margin: 0 auto; max-width: 76rem; padding: 1rem; background: var(--ground); color: var(--ink);
    font: 16px/1.5 system-ui, Helvetica, Arial, sans-serif; }
  h1 { margin: 0; overflow-wrap: anywhere; }
  h2 { margin: 2.5rem 0 0.5rem; border-bottom: 1px solid var(--rule); }
  p { margin: 0.4rem 0; overflow-wrap: anywhere; }
  .subtitle { font-size: 1.1rem; }
  .note { color: var(--faint); font-size: 0.85rem; }
  .caption { font-weight: 600; }
  nav ul { display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; margin: 1rem 0; padding: 0; list-style: none; }
  a { color: inherit; }
  .table { margin: 1rem 0; min-width: 0; }
  .tables { display: grid; gap: 0 2.5rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); }
  .beside { display: flex; flex-wrap: wrap; gap: 0 2.5rem; align-items: start; }
  .beside .tables { flex: 1 1 17rem; display: block; min-width: 0; }
  .beside .figures { flex: 2 1 28rem; display: block; min-width: 0; margin-top: 1rem; }
  .scroll { overflow-x: auto; }
  table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.92rem; }
  th, td { padding: 0.2rem 0.7rem; text-align: right; vertical-align: top; }
  td { overflow-wrap: anywhere; min-width: 3.2rem; }
  th { font-weight: 600; }
  th[scope=row], th[scope=col]:first-child { text-align: left; padding-left: 0; overflow-wrap: break-word; }
  thead th { border-bottom: 1px solid var(--rule); }
  table.wide { font-size: 0.85rem; }
  .wide th, .wide td { padding: 0.2rem 0.28rem; min-width: 0; }
  .wide td { overflow-wrap: normal; white-space: nowrap; }
  .wide thead th { vertical-align: bottom; }
  .wide thead th:not(:first-child) span { writing-mode: vertical-rl; transform: rotate(180deg); }
  .whole { grid-column: 1 / -1; }
  .whole .scroll { display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; align-items: end; }
  tr.summary th, tr.summary td { border-top: 1px solid var(--rule); }
  .figures { display: grid; gap: 1.5rem;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 30rem), 1fr)); }
  .figures.small { grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); }
  figure { margin: 0; min-width: 0; break-inside: avoid; }
  figure svg { display: block; width: 100%; height: auto; max-width: 48rem; }
  figure svg .drawing { color: var(--ink); }
  figure svg .ground { fill: none; }
  figcaption { color: var(--faint); font-size: 0.85rem; overflow-wrap: anywhere; }
  pre { overflow-x: auto; padding: 0.8rem; background: var(--panel); font-size: 0.8rem; line-height: 1.4; }
  @media (max-width: 30rem) {
    table, table.wide { font-size: 0.82rem; }
    th, td { padding: 0.2rem 0.35rem; min-width: 0; }
    pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  }
  @media print {
    :root { --ink: #000000; --faint: #333333; --ground: #ffffff; --panel: #ffffff; --rule: #888888; }
    html { font-size: 10pt; }
    body { max-width: none; padding: 0; font-size: 1rem; }
    nav { display: none; }
    pre { white-space: pre-wrap; overflow-wrap: anywhere; }
    .scroll { overflow: visible; }
    tr { break-inside: avoid; }
    .table { break-inside: avoid; }
    .beside { display: block; }
    .beside .figures { max-width: 30rem; }
    .figures { grid-template-columns: 1fr 1fr; }
    .figures.small { grid-template-columns: 1fr 1fr 1fr; }
    h2, .caption { break-after: avoid; }
  }
  """
