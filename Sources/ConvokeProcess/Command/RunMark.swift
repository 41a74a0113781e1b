/// The mark of a run: a variable that all its processes have, and what they start in their turn.
///
/// A process that leaves its group, as with setsid(2), keeps its environment, and is found by it.
package enum RunMark {
  /// The name of the variable, which holds the identifier of the run.
  package static let name = "CONVOKE_RUN"
}
