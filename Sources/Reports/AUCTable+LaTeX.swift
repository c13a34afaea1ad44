extension AUCTable {
  /// The table as a LaTeX `table` float, for a document that loads `booktabs`.
  ///
  /// Laid out as in Markdown. Names in scripts that pdfLaTeX's fonts lack need XeLaTeX or LuaLaTeX.
  public var latex: String { document.latex }
}

/// `text` such that LaTeX shows it as it is.
///
/// `[` and `*` are put in braces, since at the start of a row they would be read as an argument of the `\\`
/// that ends the row before; so is a hyphen after a hyphen, which would join it to a dash.
func latexEscaped(_ text: String) -> String {
  onOneLine(text).reduce(into: "") { result, character in
    switch character {
    case "\\": result += "\\textbackslash{}"
    case "{", "}", "$", "&", "#", "_", "%": result += "\\" + String(character)
    case "^": result += "\\textasciicircum{}"
    case "~": result += "\\textasciitilde{}"
    case "<": result += "\\textless{}"
    case ">": result += "\\textgreater{}"
    case "|": result += "\\textbar{}"
    case "\"": result += "{''}"
    case "[", "]", "*": result += "{" + String(character) + "}"
    case "-": result += result.hasSuffix("-") ? "{-}" : "-"
    case "±": result += "$\\pm$"
    case "×": result += "$\\times$"
    case "—": result += "---"
    default: result.append(character)
    }
  }
}
