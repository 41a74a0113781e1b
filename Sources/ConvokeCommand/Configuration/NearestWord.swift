/// Finds what was probably meant by a misspelt word.
enum NearestWord {
  /// The known word with the fewest edits, if they are few for its length.
  static func find(_ word: String, among known: [String]) -> String? {
    let best = known.map { ($0, NearestWord.distance(word, $0)) }.min { $0.1 < $1.1 }
    guard let (candidate, edits) = best, edits <= max(1, candidate.count / 3) else { return nil }
    return candidate
  }

  // The number of single-character edits (Levenshtein 1966), by rows.
  private static func distance(_ left: String, _ right: String) -> Int {
    let right = Array(right)
    var row = Array(0...right.count)
    for (line, character) in left.enumerated() {
      var diagonal = row[0]
      row[0] = line + 1
      for column in right.indices {
        let cost = diagonal + (right[column] == character ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(cost, row[column] + 1, diagonal + 1)
      }
    }
    return row[right.count]
  }
}
