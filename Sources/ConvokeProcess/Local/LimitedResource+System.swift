internal import CConvokeSystem
import Glibc

extension LimitedResource {
  /// The number of the resource on this machine.
  fileprivate var number: UInt32 {
    switch self {
    case .addressSpace: RLIMIT_AS.rawValue
    case .coreSize: RLIMIT_CORE.rawValue
    case .processorTime: RLIMIT_CPU.rawValue
    case .dataSize: RLIMIT_DATA.rawValue
    case .fileSize: RLIMIT_FSIZE.rawValue
    case .lockedMemory: __RLIMIT_MEMLOCK.rawValue
    case .openFiles: RLIMIT_NOFILE.rawValue
    case .processes: __RLIMIT_NPROC.rawValue
    case .stackSize: RLIMIT_STACK.rawValue
    }
  }
}

extension convoke_limit {
  init(_ resource: LimitedResource, _ limit: ResourceLimit) {
    self.init(
      resource: Int32(bitPattern: resource.number),
      soft: limit.soft ?? .max,
      hard: limit.hard ?? .max
    )
  }
}
