extension AUCTable {
  /// The table as a LaTeX `table` float, for a document that loads `booktabs`.
  ///
  /// Laid out as in Markdown. Names in scripts that pdfLaTeX's fonts lack need XeLaTeX or LuaLaTeX.
  public var latex: String { document.latex }
}

/// `text` escaped so that LaTeX prints it literally.
///
/// `[` and `*` are put in braces: at the start of a row LaTeX would read them as an argument of the `\\` that ends the
/// row before. So is a hyphen after a hyphen, since the two would join to a dash.
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
