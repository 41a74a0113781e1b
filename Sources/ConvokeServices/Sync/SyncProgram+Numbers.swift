extension SyncProgram {
  /// What this side says.
  enum Order {
    static let list = 0
    static let ready = 1
    static let start = 2
    static let end = 3
    static let same = 4
    static let drop = 5
    static let finish = 6
    static let delete = 7
    static let whole = 8
  }

  /// What the far side says.
  enum Reply {
    static let want = 0
    static let listed = 1
    static let received = 2
    static let written = 3
    static let failed = 4
    static let done = 5
    static let alive = 6
    static let extras = 7
  }

  /// Kinds of entries.
  enum Kind {
    static let directory = 0
    static let file = 1
    static let link = 2
    static let kept = 3
  }
}
