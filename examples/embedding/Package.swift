// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "embedding",
  dependencies: [.package(name: "traceql", path: "../..")],
  targets: [
    .executableTarget(
      name: "slowest", dependencies: [.product(name: "Engine", package: "traceql")])
  ]
)
