// swift-tools-version: 6.3
import PackageDescription

let package = Package(
  name: "Benchmarks",
  dependencies: [.package(name: "convoke", path: "..")],
  targets: [
    .executableTarget(
      name: "GatewayBenchmark",
      dependencies: [
        .product(name: "ConvokeGateway", package: "convoke"),
        .product(name: "ConvokeWire", package: "convoke"),
      ],
      path: "gateways",
      exclude: ["counter.c"]
    ),
    .executableTarget(
      name: "HostSetBenchmark",
      dependencies: [.product(name: "ConvokeHosts", package: "convoke")],
      path: "hosts"
    ),
    .executableTarget(
      name: "ProcessBenchmark",
      dependencies: [
        .product(name: "ConvokeGateway", package: "convoke"),
        .product(name: "ConvokeProcess", package: "convoke"),
        .product(name: "ConvokeServices", package: "convoke"),
      ],
      path: "processes"
    ),
    .executableTarget(
      name: "SweepBenchmark",
      dependencies: [.product(name: "ConvokeSweep", package: "convoke")],
      path: "sweeps"
    ),
    .executableTarget(
      name: "SwiftWorkerBenchmark",
      dependencies: [
        .product(name: "ConvokeActors", package: "convoke"),
        .product(name: "ConvokeGateway", package: "convoke"),
        .product(name: "ConvokeWire", package: "convoke"),
        .product(name: "ConvokeWorker", package: "convoke"),
      ],
      path: "swift-workers",
      exclude: ["floor.c"]
    ),
    .executableTarget(
      name: "SyncBenchmark",
      dependencies: [
        .product(name: "ConvokeGateway", package: "convoke"),
        .product(name: "ConvokeServices", package: "convoke"),
      ],
      path: "sync"
    ),
    .executableTarget(
      name: "WarmFanout",
      dependencies: [
        .product(name: "Convoke", package: "convoke"),
        .product(name: "ConvokeHosts", package: "convoke"),
        .product(name: "ConvokeProcess", package: "convoke"),
        .product(name: "ConvokeSSH", package: "convoke"),
      ],
      path: "fanout"
    ),
    .executableTarget(
      name: "WireBenchmark",
      dependencies: [.product(name: "ConvokeWire", package: "convoke")],
      path: "wire"
    ),
  ]
)

for target in package.targets {
  target.swiftSettings = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
  ]
}
