// swift-tools-version: 6.2
import PackageDescription

// The floors of the house, from the ground up; a target imports only what is named here.
//
//   4   kangarood         kangaroo          kangaroo-benchmark     options, assembly, exit code
//   3             Pipeline <-- Evaluation                          one path | what it is worth
//   2   LinuxIO  LockFree  EventStream  Configuration  Simulator   the rim | pure
//   1              Thermoregulation  Captures  Journal             pure: judgement, recordings
//   0   CLinux  CUdev      Probes                                  C | pure: decoding, currency

let swift: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]
let c: [CSetting] = [.treatAllWarnings(as: .error)]
let cxx: [CXXSetting] = [.treatAllWarnings(as: .error)]

/// Tests keep every rule but strict memory safety, which the Swift Testing macros do not meet.
let testing: [SwiftSetting] = [
  .swiftLanguageMode(.v6), .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
]

let package = Package(
  name: "kangarood",
  products: [
    .executable(name: "kangarood", targets: ["kangarood"]),
    .executable(name: "kangaroo", targets: ["kangaroo"]),
  ],
  targets: [
    .target(name: "CLinux", cSettings: c),
    .systemLibrary(name: "CUdev", pkgConfig: "libudev", providers: [.apt(["libudev-dev"])]),

    .target(name: "Probes", swiftSettings: swift),
    .target(name: "LockFree", swiftSettings: swift),
    .target(name: "Thermoregulation", dependencies: ["Probes"], swiftSettings: swift),
    .target(name: "Captures", dependencies: ["Probes"], swiftSettings: swift),
    .target(name: "Journal", dependencies: ["Probes"], swiftSettings: swift),
    .target(
      name: "Configuration", dependencies: ["Probes", "Thermoregulation"], swiftSettings: swift),
    .target(
      name: "EventStream", dependencies: ["Probes", "Thermoregulation"], swiftSettings: swift),
    .target(name: "Simulator", dependencies: ["Probes", "Captures"], swiftSettings: swift),
    .target(name: "LinuxIO", dependencies: ["CLinux", "CUdev"], swiftSettings: swift),
    .target(
      name: "Pipeline",
      dependencies: [
        "Probes", "LockFree", "Thermoregulation", "Captures", "Configuration", "EventStream",
        "Journal", "LinuxIO",
      ],
      swiftSettings: swift),

    .target(
      name: "Evaluation",
      dependencies: ["Probes", "Thermoregulation", "Simulator", "LinuxIO", "Pipeline"],
      swiftSettings: swift),

    .executableTarget(
      name: "kangarood", dependencies: ["Pipeline", "Configuration", "LinuxIO"],
      swiftSettings: swift),
    .executableTarget(
      name: "kangaroo",
      dependencies: [
        "Pipeline", "Simulator", "Captures", "Configuration", "EventStream", "Thermoregulation",
        "Journal", "Probes", "LinuxIO", "Evaluation",
      ],
      swiftSettings: swift),

    .testTarget(
      name: "CapturesTests", dependencies: ["Captures", "Probes"], swiftSettings: testing),
    .testTarget(
      name: "JournalTests", dependencies: ["Journal", "LinuxIO", "Probes"], swiftSettings: testing),
    .testTarget(
      name: "SimulatorTests", dependencies: ["Simulator", "Captures", "Probes"],
      swiftSettings: testing),
    .target(name: "CPeers", cxxSettings: cxx),
    .executableTarget(
      name: "kangaroo-benchmark",
      dependencies: ["LockFree", "CPeers", "Probes", "Simulator", "LinuxIO"],
      swiftSettings: swift),

    .target(name: "AllocationCounter", path: "Tests/AllocationCounter", cSettings: c),
    .testTarget(
      name: "LockFreeTests", dependencies: ["LockFree", "AllocationCounter"],
      swiftSettings: testing),
    .testTarget(name: "ProbesTests", dependencies: ["Probes"], swiftSettings: testing),
    .testTarget(
      name: "PipelineTests",
      dependencies: [
        "Pipeline", "Captures", "Configuration", "EventStream", "LinuxIO", "LockFree", "Probes",
        "Simulator", "Thermoregulation", "AllocationCounter",
      ],
      swiftSettings: testing),
    .testTarget(
      name: "ThermoregulationTests",
      dependencies: ["Thermoregulation", "Probes", "AllocationCounter"], swiftSettings: testing),
    .target(
      name: "Programs", dependencies: ["LinuxIO", "EventStream"], path: "Tests/Programs",
      swiftSettings: testing),
    .testTarget(
      name: "LiveTests",
      dependencies: [
        "Programs", "kangarood", "kangaroo", "Captures", "EventStream", "LinuxIO", "Probes",
        "Simulator",
      ],
      swiftSettings: testing),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "Programs", "kangarood", "kangaroo", "Configuration", "EventStream", "LinuxIO", "Probes",
        "Simulator",
      ],
      swiftSettings: testing),
    .testTarget(
      name: "DialogueTests",
      dependencies: [
        "Programs", "kangarood", "kangaroo", "Captures", "EventStream", "LinuxIO", "Probes",
        "AllocationCounter",
      ],
      swiftSettings: testing),
    .testTarget(
      name: "SketchTests", dependencies: ["LinuxIO", "Probes"], exclude: ["kmc1_sketch.c"],
      swiftSettings: testing),
    .testTarget(
      name: "ProbePtyTests", dependencies: ["kangaroo", "LinuxIO", "Probes", "Simulator"],
      swiftSettings: testing),
    .testTarget(
      name: "LinuxIOTests", dependencies: ["LinuxIO", "Programs"], swiftSettings: testing),
    .testTarget(
      name: "EventStreamTests",
      dependencies: ["EventStream", "Probes", "Thermoregulation", "AllocationCounter"],
      swiftSettings: testing),
    .testTarget(
      name: "ConfigurationTests", dependencies: ["Configuration", "Probes", "Thermoregulation"],
      swiftSettings: testing),
    .testTarget(
      name: "EvaluationTests",
      dependencies: ["Evaluation", "Simulator", "Probes", "Thermoregulation"],
      swiftSettings: testing),
    .testTarget(
      name: "GuideTests",
      dependencies: [
        "Programs", "kangarood", "kangaroo", "EventStream", "LinuxIO", "Probes",
        "Thermoregulation",
      ],
      swiftSettings: testing),
    .testTarget(name: "TidyTests", swiftSettings: testing),
  ],
  cxxLanguageStandard: .cxx17
)

// The ring and its tests alone, for the thread sanitizer: unoptimised it sees no generic code, and
// all the rest, optimised once more for seconds of tests, would take minutes to build.
if Context.environment["KANGAROO_ONLY_LOCKFREE"] != nil {
  let kept: Set = ["LockFree", "LockFreeTests", "AllocationCounter"]
  package.targets.removeAll { !kept.contains($0.name) }
  package.products = []
}
