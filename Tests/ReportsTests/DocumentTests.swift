import Testing

@testable import Reports

@Suite("Tables for documents")
struct DocumentTests {
  @Test("Markdown of one detector and several seeds")
  func markdownOfSeeds() {
    #expect(
      AUCTable.gaps.markdown == ##"""
        **CIFAR-10: AUROC, GANomaly**

        | held out | seed 0 | seed 1 | seed 2 |    mean | s.d. |
        | -------- | -----: | -----: | -----: | ------: | ---: |
        | bird     |   .500 |   .520 |   .540 |    .520 | .020 |
        | car      |   .625 |      — |   .635 |  .630\* | .007 |
        | truck    |  1.000 |      — |      — | 1.000\* |    — |
        | mean     |   .708 |      — |      — |       — |    — |

        - mean and sample standard deviation over 3 seeds (0, 1, 2)
        - \* mean over the finished seeds, fewer than 3
        - 3 of 9 values are missing (—); no mean over classes without all of them

        """##)
  }

  @Test("Markdown shows awkward names as they are")
  func markdownEscapes() {
    #expect(
      AUCTable.awkward.markdown == ##"""
        **50 % of {all} \#1\_a: AU\|ROC**

        | detector    | 飞机 | x\|y &amp; &lt;z&gt; |  \[\\\]\* | mean |
        | ----------- | ---: | -------------------: | --------: | ---: |
        | a "b", c    | .500 |             **.250** | **1.000** | .583 |
        | line  break |    — |                 .125 |      .333 |    — |

        - one seed (7)
        - bold: the best detector of each class and of the mean, all of them where several print the same
        - 1 of 6 values is missing (—); no mean over classes without all of them

        """##)
  }

  @Test("LaTeX of several detectors and seeds")
  func latexOfDetectors() {
    #expect(
      AUCTable.two.latex == ##"""
        % \usepackage{booktabs}
        \begin{table}
          \centering
          \caption{CIFAR-10: AUROC}
          \begin{tabular}{lrr}
            \toprule
            held out & GANomaly & Autoencoder \\
            \midrule
            bird & \textbf{.510 $\pm$ .014} & .400 $\pm$ .000 \\
            car & .600 $\pm$ .000 & \textbf{1.000 $\pm$ .000} \\
            truck & \textbf{.720 $\pm$ .028} & .030 $\pm$ .001 \\
            \midrule
            mean & \textbf{.610 $\pm$ .014} & .477 $\pm$ .000 \\
            \bottomrule
          \end{tabular}
          \par{\footnotesize mean and sample standard deviation over 2 seeds (3, 4)}
          \par{\footnotesize bold: the best detector of each class and of the mean, all of them where several print the same}
        \end{table}

        """##)
  }

  @Test("LaTeX shows awkward names as they are, and no row starts with what ends the one before")
  func latexEscapes() {
    #expect(
      AUCTable.awkward.latex == ##"""
        % \usepackage{booktabs}
        \begin{table}
          \centering
          \caption{50 \% of \{all\} \#1\_a: AU\textbar{}ROC}
          \begin{tabular}{lrrrr}
            \toprule
            detector & 飞机 & x\textbar{}y \& \textless{}z\textgreater{} & {[}\textbackslash{}{]}{*} & mean \\
            \midrule
            a {''}b{''}, c & .500 & \textbf{.250} & \textbf{1.000} & .583 \\
            line  break & --- & .125 & .333 & --- \\
            \bottomrule
          \end{tabular}
          \par{\footnotesize one seed (7)}
          \par{\footnotesize bold: the best detector of each class and of the mean, all of them where several print the same}
          \par{\footnotesize 1 of 6 values is missing (---); no mean over classes without all of them}
        \end{table}

        """##)
    #expect(latexEscaped("a-b--c $^~\u{1B}") == #"a-b-{-}c \$\textasciicircum{}\textasciitilde{} "#)
  }

  @Test(
    "every Markdown row has as many unescaped pipes as the header",
    arguments: [AUCTable.paper, .gaps, .two, .awkward])
  func markdownPipes(table: AUCTable) {
    let rows = table.markdown.split(separator: "\n").filter { $0.hasPrefix("|") }
    let counts = rows.map { row in
      row.replacing(#"\\"#, with: "").replacing(#"\|"#, with: "").count { $0 == "|" }
    }
    #expect(Set(counts).count == 1)
    #expect(Set(rows.map { displayWidth(String($0)) }).count == 1)
  }
}
