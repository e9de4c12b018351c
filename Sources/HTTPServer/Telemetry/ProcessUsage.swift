import Glibc

/// What the process takes from the system, read from /proc when somebody asks.
struct ProcessUsage {
  var cpuSeconds = 0.0
  var residentBytes = 0
  var virtualBytes = 0
  var threadCount = 0
  var openFileCount = 0
  var openFileMax = 0

  init() {
    var usage = rusage()
    if getrusage(RUSAGE_SELF.rawValue, &usage) == 0 {
      cpuSeconds = Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime)
    }
    for line in Self.status().split(separator: "\n") {
      let parts = line.split(whereSeparator: { $0 == ":" || $0 == "\t" || $0 == " " })
      guard parts.count > 1, let value = Int(parts[1]) else { continue }
      switch parts[0] {
      case "VmRSS": residentBytes = value << 10
      case "VmSize": virtualBytes = value << 10
      case "Threads": threadCount = value
      default: break
      }
    }
    if let folder = opendir("/proc/self/fd") {
      while readdir(folder) != nil { openFileCount += 1 }
      closedir(folder)
      openFileCount = max(0, openFileCount - 3)  // ".", ".." and the folder itself
    }
    var limit = rlimit()
    if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
      openFileMax = Int(clamping: limit.rlim_cur)
    }
  }

  private static func status() -> String {
    do throws(SmallFile.Failure) {
      return String(decoding: try SmallFile.read("/proc/self/status"), as: UTF8.self)
    } catch {
      return ""
    }
  }

  private static func seconds(_ time: timeval) -> Double {
    Double(time.tv_sec) + Double(time.tv_usec) / 1e6
  }

  /// Lets the process open as many files as the system allows: every connection is one.
  static func raiseOpenFileLimit() {
    var limit = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(resource, &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(resource, &limit)
  }
}
