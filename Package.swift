// swift-tools-version: 6.3
import PackageDescription

let package = Package(
  name: "convoke",
  products: [
    .library(name: "Convoke", targets: ["Convoke"]),
    .library(name: "ConvokeWire", targets: ["ConvokeWire"]),
    .library(name: "ConvokeHosts", targets: ["ConvokeHosts"]),
    .library(name: "ConvokeGroupFiles", targets: ["ConvokeGroupFiles"]),
    .library(name: "ConvokeGateway", targets: ["ConvokeGateway"]),
    .library(name: "ConvokeServices", targets: ["ConvokeServices"]),
    .library(name: "ConvokeServe", targets: ["ConvokeServe"]),
    .library(name: "ConvokeProcess", targets: ["ConvokeProcess"]),
    .library(name: "ConvokeSSH", targets: ["ConvokeSSH"]),
    .library(name: "ConvokeWorker", targets: ["ConvokeWorker"]),
    .library(name: "ConvokeActors", targets: ["ConvokeActors"]),
    .library(name: "ConvokeSweep", targets: ["ConvokeSweep"]),
    .library(name: "ConvokeSweepServer", targets: ["ConvokeSweepServer"]),
    .executable(name: "convoke", targets: ["ConvokeCommand"]),
    .executable(name: "convoke-worker", targets: ["ConvokeWorkerCommand"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(
      url: "https://github.com/hummingbird-project/hummingbird",
      from: "2.28.1",
      traits: []
    ),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // Floor 0: values and system calls.
    .target(name: "CConvokeSystem"),
    .target(name: "ConvokeWire"),
    .target(name: "ConvokeHosts"),
    .target(
      name: "ConvokeGroupFiles",
      dependencies: ["ConvokeHosts", .product(name: "Yams", package: "Yams")]
    ),
    // Floor 1: one process on this machine.
    .target(
      name: "ConvokeProcess",
      dependencies: ["CConvokeSystem", .product(name: "Logging", package: "swift-log")]
    ),
    // Floor 2: one process on another machine, over the user's ssh.
    .target(
      name: "ConvokeSSH",
      dependencies: ["CConvokeSystem", "ConvokeHosts", "ConvokeProcess"]
    ),
    .target(
      name: "ConvokeGateway",
      dependencies: [
        "ConvokeHosts", "ConvokeProcess", "ConvokeWire",
        .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "Instrumentation", package: "swift-distributed-tracing"),
        .product(name: "Logging", package: "swift-log"),
      ],
      exclude: ["Workers/python", "Workers/javascript"]
    ),
    // The worker's half, without Foundation: it is linked into one static file.
    .target(
      name: "ConvokeWorker",
      dependencies: [
        "CConvokeSystem", "ConvokeGateway", "ConvokeProcess", "ConvokeWire",
        .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "Logging", package: "swift-log"),
      ]
    ),
    .executableTarget(name: "ConvokeWorkerCommand", dependencies: ["ConvokeWorker"]),
    // Distributed actors over gateways.
    .target(
      name: "ConvokeActors",
      dependencies: ["ConvokeGateway", "ConvokeWire", "ConvokeWorker"]
    ),
    .target(
      name: "ConvokeServices",
      dependencies: ["ConvokeGateway", "ConvokeProcess", "ConvokeWire"],
      exclude: ["Process/python"]
    ),
    // The socket server, and TLS for both its ends: the only place of SwiftNIO.
    .target(
      name: "ConvokeServe",
      dependencies: [
        "CConvokeSystem",
        "ConvokeGateway",
        "ConvokeProcess",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "NIOTLS", package: "swift-nio"),
      ]
    ),
    // Floor 3: many hosts.
    .target(
      name: "ConvokeFleet",
      dependencies: [
        "ConvokeGateway", "ConvokeHosts", "ConvokeProcess", "ConvokeServices", "ConvokeSSH",
        .product(name: "Logging", package: "swift-log"),
      ]
    ),
    // Floor 4: parameter sweeps, in a store on SQLite.
    .target(
      name: "ConvokeSweep",
      dependencies: [
        "CConvokeSystem", "ConvokeFleet", "ConvokeGateway", "ConvokeHosts", "ConvokeProcess",
        "ConvokeSSH", "ConvokeWire",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ]
    ),
    // The page of a sweep over HTTP, for the command alone: the only place of Hummingbird.
    .target(
      name: "ConvokeSweepServer",
      dependencies: [
        "ConvokeServe", "ConvokeSweep",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ]
    ),
    // Floor 5: what a user imports, and the command.
    .target(
      name: "Convoke",
      dependencies: [
        "ConvokeActors", "ConvokeFleet", "ConvokeGateway", "ConvokeGroupFiles", "ConvokeHosts",
        "ConvokeProcess", "ConvokeServices", "ConvokeSSH", "ConvokeSweep", "ConvokeWire",
        "ConvokeWorker",
      ]
    ),
    .executableTarget(
      name: "ConvokeCommand",
      dependencies: [
        "Convoke",
        "ConvokeFleet",
        "ConvokeGateway",
        "ConvokeGroupFiles",
        "ConvokeHosts",
        "ConvokeProcess",
        "ConvokeSSH",
        "ConvokeServices",
        "ConvokeSweep",
        "ConvokeSweepServer",
        "ConvokeWire",
        "ConvokeServe",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Yams", package: "Yams"),
      ]
    ),
    // Programs to learn from.
    .executableTarget(
      name: "primes",
      dependencies: ["ConvokeActors", "ConvokeWorker"],
      path: "Examples/primes"
    ),
    .executableTarget(
      name: "word-count",
      dependencies: ["ConvokeGateway", "ConvokeWire", "ConvokeWorker"],
      path: "Examples/word-count"
    ),
    .target(
      name: "ExampleTerminal",
      dependencies: ["ConvokeGateway"],
      path: "Examples/terminal"
    ),
    .executableTarget(
      name: "follow-logs",
      dependencies: [
        "ConvokeGateway", "ConvokeProcess", "ConvokeWire", "ConvokeWorker", "ExampleTerminal",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Examples/follow-logs"
    ),
    .executableTarget(
      name: "supervise",
      dependencies: [
        "ConvokeGateway", "ConvokeProcess", "ConvokeServices", "ExampleTerminal",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Examples/supervise"
    ),
    .testTarget(
      name: "ExampleTests",
      dependencies: [
        "ConvokeProcess", "Testbed", "follow-logs", "primes", "supervise", "word-count",
      ]
    ),
    // A program that is its own worker, for the tests: what it can do, and the program.
    .target(
      name: "WorkerFixtures",
      dependencies: [
        "ConvokeActors", "ConvokeGateway", "ConvokeWire", "ConvokeWorker",
        .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "Instrumentation", package: "swift-distributed-tracing"),
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Tests/WorkerFixtures"
    ),
    .executableTarget(
      name: "WorkerFixture",
      dependencies: [
        "ConvokeActors", "ConvokeWorker", "WorkerFixtures",
        .product(name: "Instrumentation", package: "swift-distributed-tracing"),
      ],
      path: "Tests/WorkerFixture"
    ),
    .testTarget(
      name: "ConvokeActorsTests",
      dependencies: [
        "ConvokeActors", "ConvokeGateway", "ConvokeWire", "ConvokeWorker", "Testbed",
        "WorkerFixture", "WorkerFixtures",
        .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "Instrumentation", package: "swift-distributed-tracing"),
        .product(name: "MetricsTestKit", package: "swift-metrics"),
      ]
    ),
    // Real sshd servers for the tests.
    .target(
      name: "Testbed",
      dependencies: ["ConvokeProcess"],
      path: "Tests/Testbed",
      exclude: ["browser.mjs"]
    ),
    .testTarget(
      name: "ConvokeGatewayTests",
      dependencies: ["ConvokeGateway", "ConvokeProcess", "ConvokeWire", "Testbed"]
    ),
    .testTarget(
      name: "Interop",
      dependencies: [
        "ConvokeCommand", "ConvokeGateway", "ConvokeProcess", "ConvokeServe", "ConvokeServices",
        "ConvokeWire", "ConvokeWorker", "Testbed", "WorkerFixtures",
      ],
      exclude: ["serve.py", "wire.py"]
    ),
    .testTarget(
      name: "Chaos",
      dependencies: ["ConvokeCommand", "ConvokeProcess", "Testbed"],
      path: "Tests/Chaos"
    ),
    .testTarget(
      name: "ConvokeWorkerTests",
      dependencies: [
        "ConvokeGateway", "ConvokeProcess", "ConvokeServices", "ConvokeWire", "ConvokeWorker",
        "Testbed",
        .product(name: "Logging", package: "swift-log"),
      ]
    ),
    .testTarget(
      name: "ConvokeServicesTests",
      dependencies: [
        "ConvokeGateway", "ConvokeProcess", "ConvokeServices", "ConvokeWire", "Testbed",
      ]
    ),
    .testTarget(
      name: "ConvokeServeTests",
      dependencies: [
        "ConvokeCommand", "ConvokeGateway", "ConvokeProcess", "ConvokeServe", "ConvokeWire",
        "Testbed",
      ]
    ),
    .testTarget(name: "ConvokeWireTests", dependencies: ["ConvokeWire", "Testbed"]),
    .testTarget(
      name: "ConvokeHostsTests",
      dependencies: ["ConvokeGroupFiles", "ConvokeHosts", "Testbed"]
    ),
    .testTarget(name: "ConvokeProcessTests", dependencies: ["ConvokeProcess"]),
    .testTarget(
      name: "ProcessContract",
      dependencies: [
        "ConvokeGateway", "ConvokeHosts", "ConvokeProcess", "ConvokeSSH", "ConvokeServices",
        "ConvokeWire", "ConvokeWorker", "Testbed",
      ]
    ),
    .testTarget(
      name: "ConvokeSSHTests",
      dependencies: ["ConvokeSSH", "ConvokeHosts", "ConvokeProcess", "Testbed"]
    ),
    .testTarget(
      name: "ConvokeFleetTests",
      dependencies: [
        "Convoke", "ConvokeFleet", "ConvokeGateway", "ConvokeHosts", "ConvokeProcess", "ConvokeSSH",
        "Testbed", .product(name: "Logging", package: "swift-log"),
      ]
    ),
    // An experiment that is a program, for the tests.
    .executableTarget(
      name: "ExperimentFixture",
      dependencies: ["ConvokeHosts", "ConvokeSweep"],
      path: "Tests/ExperimentFixture"
    ),
    .testTarget(
      name: "ConvokeSweepTests",
      dependencies: [
        "ConvokeCommand", "ConvokeFleet", "ConvokeGateway", "ConvokeHosts", "ConvokeProcess",
        "ConvokeSSH", "ConvokeSweep", "ConvokeWire", "ExperimentFixture", "Testbed",
      ],
      exclude: ["kill.py"]
    ),
    .testTarget(
      name: "ConvokeSweepServerTests",
      dependencies: [
        "ConvokeCommand", "ConvokeProcess", "ConvokeSweep", "Testbed",
      ],
      exclude: ["clients.py"]
    ),
    .testTarget(
      name: "ConvokeCommandTests",
      dependencies: ["ConvokeCommand", "ConvokeProcess", "Testbed"]
    ),
  ]
)

// Documentation tools are only fetched by those who build the documentation.
if Context.environment["BUILD_DOCS"] != nil {
  package.dependencies.append(
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0")
  )
}

// One set of rules for every Swift target.
for target in package.targets where target.name != "CConvokeSystem" {
  target.swiftSettings = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .treatWarning("ExplicitSendable", as: .error),
  ]
}
