import ConvokeActors
import Distributed

/// The actor that is called.
distributed actor Echo: SpawnableActor {
  typealias ActorSystem = ConvokeActorSystem

  init(actorSystem: ConvokeActorSystem, start: Nothing) { self.actorSystem = actorSystem }

  distributed func echo(_ number: Int) -> Int { number }
}
