/// A value that travels between interpreters.
public indirect enum WireValue: Sendable, Hashable { case none }
