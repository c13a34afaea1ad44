import Foundation
import Testing

@testable import Reports

@Suite("Tables as data")
struct DataTests {
  @Test("CSV has one row a value, all digits, and a status where a value is missing")
  func csvOfFailure() {
    let expected = """
      detector,held_out,seed,metric,value,status
      GANomaly,bird,0,AUROC,0.5,done
      GANomaly,bird,1,AUROC,0.52,done
      GANomaly,bird,2,AUROC,0.54,done
      GANomaly,car,0,AUROC,0.625,done
      GANomaly,car,1,AUROC,,missing
      GANomaly,car,2,AUROC,0.635,done
      GANomaly,truck,0,AUROC,1.0,done
      GANomaly,truck,1,AUROC,,missing
      GANomaly,truck,2,AUROC,,failed

      """
    #expect(AUCTable.withFailure.csv == expected.replacing("\n", with: "\r\n"))
  }

  @Test(
    "CSV read back by the rules of RFC 4180 is the table",
    arguments: [AUCTable.paper, .gaps, .withFailure, .two, .awkward])
  func csvRoundTrip(table: AUCTable) throws {
    var rows = try parseCSV(table.csv)
    #expect(rows.removeFirst() == ["detector", "held_out", "seed", "metric", "value", "status"])
    var expected: [[String]] = []
    for (detector, name) in table.detectors.enumerated() {
      for (heldOut, heldOutName) in table.heldOut.enumerated() {
        for (seed, number) in table.seeds.enumerated() {
          let row = rows[expected.count]
          let isThere = table.values[detector][heldOut][seed] != nil
          expected.append([name, heldOutName, "\(number)", table.metric, row[4], isThere ? "done" : row[5]])
          #expect(Double(row[4]) == table.values[detector][heldOut][seed])
        }
      }
    }
    #expect(rows == expected)
  }

  @Test("JSON of one detector with one value missing")
  func jsonOfOne() {
    let table = AUCTable(
      title: "T/\"x\"", detectors: ["d"], heldOut: ["飞"], seeds: [0, 1], values: [[[0.1, nil]]],
      failures: [AUCTable.Failure(detector: 0, heldOut: [0], seed: 1, cause: "c")], notes: ["n"])
    #expect(
      table.json == #"""
        {
          "detector" : [
            "d"
          ],
          "failures" : [
            {
              "cause" : "c",
              "detector" : "d",
              "held_out" : [
                "飞"
              ],
              "seed" : 1
            }
          ],
          "held_out" : [
            "飞"
          ],
          "mean" : [
            [
              0.1
            ]
          ],
          "mean_over_held_out" : [
            [
              0.1,
              null
            ]
          ],
          "metric" : "AUROC",
          "notes" : [
            "n"
          ],
          "seed" : [
            0,
            1
          ],
          "standard_deviation" : [
            [
              null
            ]
          ],
          "title" : "T/\"x\"",
          "values" : [
            [
              [
                0.1,
                null
              ]
            ]
          ]
        }

        """#)
  }

  @Test(
    "JSON read back is the table, to the last digit",
    arguments: [AUCTable.paper, .gaps, .withFailure, .two, .awkward])
  func jsonRoundTrip(table: AUCTable) throws {
    let decoded = try JSONDecoder().decode(JSONTable.self, from: Data(table.json.utf8))
    #expect(decoded == JSONTable(table))
    #expect(decoded.values == table.values)
  }
}

/// A reader of RFC 4180 that accepts nothing else: rows end with CR LF, quotes are doubled within quotes.
private func parseCSV(_ text: String) throws -> [[String]] {
  struct NotRFC4180: Error { let offset: Int }
  let bytes = Array(text.utf8)
  let (quote, comma, carriageReturn, lineFeed) = (UInt8(ascii: "\""), UInt8(ascii: ","), UInt8(13), UInt8(10))
  var rows: [[String]] = []
  var row: [String] = []
  var index = 0
  while index < bytes.count {
    var field: [UInt8] = []
    if bytes[index] == quote {
      index += 1
      while index < bytes.count {
        if bytes[index] != quote {
          field.append(bytes[index])
          index += 1
        } else if index + 1 < bytes.count, bytes[index + 1] == quote {
          field.append(quote)
          index += 2
        } else {
          break
        }
      }
      index += 1
    } else {
      while index < bytes.count, ![comma, carriageReturn].contains(bytes[index]) {
        guard bytes[index] != quote, bytes[index] != lineFeed else { throw NotRFC4180(offset: index) }
        field.append(bytes[index])
        index += 1
      }
    }
    row.append(String(decoding: field, as: UTF8.self))
    guard index < bytes.count else { throw NotRFC4180(offset: index) }
    if bytes[index] == comma {
      index += 1
    } else if bytes[index] == carriageReturn, index + 1 < bytes.count, bytes[index + 1] == lineFeed {
      rows.append(row)
      row = []
      index += 2
    } else {
      throw NotRFC4180(offset: index)
    }
  }
  return rows
}
