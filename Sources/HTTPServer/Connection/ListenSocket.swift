import Glibc

/// A socket that listens, bound before the server starts so that a port in use is an error at once.
struct ListenSocket {
  struct Failure: Error { var message: String }

  let descriptor: Int32
  /// The port it has; the system chooses one for port 0.
  let port: Int

  /// Binds `host`, a numeric address or a name, and listens.
  init(host: String, port: Int) throws(Failure) {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_PASSIVE
    var list: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(host.isEmpty ? nil : host, String(port), &hints, &list)
    guard status == 0, let first = list else {
      throw Failure(message: "\(host): \(String(cString: gai_strerror(status)))")
    }
    defer { freeaddrinfo(list) }
    let address = first.pointee
    let descriptor = socket(
      address.ai_family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw Self.failure("socket", host, port) }
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    guard bind(descriptor, address.ai_addr, address.ai_addrlen) == 0,
      listen(descriptor, Self.backlog) == 0
    else {
      let failure = Self.failure("listen", host, port)
      close(descriptor)
      throw failure
    }
    self.descriptor = descriptor
    self.port = Self.port(of: descriptor) ?? port
  }

  private static let backlog: Int32 = 1024

  private static func failure(_ what: String, _ host: String, _ port: Int) -> Failure {
    let place = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    return Failure(message: "cannot \(what) on \(place): \(String(cString: strerror(errno)))")
  }

  private static func port(of descriptor: Int32) -> Int? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutablePointer(to: &storage) { storage in
      storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { address -> Int? in
        guard getsockname(descriptor, address, &length) == 0 else { return nil }
        let raw = UnsafeRawPointer(address)
        // The port stands at the same place in both families.
        return Int(UInt16(bigEndian: raw.load(fromByteOffset: 2, as: UInt16.self)))
      }
    }
  }
}
