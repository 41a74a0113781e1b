/// Why a worker does not do what it is asked, in one sentence.
struct WorkerError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
