import CCrypt
import Dispatch
import Server
import Synchronization
import Wire

/// Who may ask for which tenant's data: a file of hashes.
///
/// A line is `tenant user hash`, with blanks between; `*` as tenant is every one, and `-` as user
/// makes the hash that of a bearer token. Hashes are crypt(3)'s: `mkpasswd -m sha-512`.
final class Credentials: Sendable {
  enum Decision: Sendable {
    case allowed
    case refused(APIResponse)
    /// Never seen: `verify` has to look.
    case unknown
  }

  private struct Entry: Sendable {
    var tenant: String
    /// nil for a token.
    var user: String?
    var hash: String
  }

  private let entries: [Entry]
  /// Secrets that were verified, with the tenants they open. Kept in memory only, as hashing each
  /// time takes as long as a query.
  private let known = Mutex<[(secret: [UInt8], tenants: Set<String>)]>([])
  /// One hash at a time and on a thread of its own: guesses must not take the processors, nor the
  /// threads, from queries.
  private let hashing: DispatchQueue
  private let waiting = Mutex<[Waiting]>([])

  /// A secret that waits for its hash, with all requests that present it.
  private struct Waiting {
    var secret: [UInt8]
    var peer: String
    var then: [@Sendable (Set<String>) -> Void]
  }

  private static let knownMax = 256
  static let waitingMax = 128
  /// An address that guesses leaves room for others.
  static let waitingPerPeerMax = 32

  init(
    _ text: [UInt8], name: String, hashing: DispatchQueue = DispatchQueue(label: "credentials")
  ) throws(ConfigurationError) {
    self.hashing = hashing
    var entries: [Entry] = []
    let lines = String(decoding: text, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() {
      let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\r" })
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      guard words.count == 3, words[2].hasPrefix("$") else {
        throw ConfigurationError(
          message: "\(name):\(number + 1): a line is a tenant, a user and a hash of crypt(3), "
            + "with blanks between")
      }
      entries.append(
        Entry(
          tenant: String(words[0]), user: words[1] == "-" ? nil : String(words[1]),
          hash: String(words[2])))
    }
    self.entries = entries
  }

  /// What can be said without hashing.
  func check(_ authorization: String?, tenants: [String]) -> Decision {
    guard let authorization, let secret = Presented(authorization) else {
      return .refused(Self.unauthorized)
    }
    let opened = known.withLock { known in
      // Every known secret is compared, each in a time that does not depend on its bytes.
      known.reduce(into: Set<String>?.none) { found, one in
        if Self.areEqual(one.secret, secret.bytes) { found = one.tenants }
      }
    }
    guard let opened else { return .unknown }
    return Self.permits(opened, tenants) ? .allowed : .refused(Self.forbidden)
  }

  /// Hashes what was presented, elsewhere; `then` is told the answer that refuses it, or nil.
  func verify(
    _ authorization: String?, tenants: [String], peer: String,
    then: @escaping @Sendable (APIResponse?) -> Void
  ) {
    guard let authorization, let secret = Presented(authorization) else {
      return then(Self.unauthorized)
    }
    let told: @Sendable (Set<String>) -> Void = { opened in
      then(
        opened.isEmpty
          ? Self.unauthorized : Self.permits(opened, tenants) ? nil : Self.forbidden)
    }
    enum Place { case first, joined, none }
    let place = waiting.withLock { waiting -> Place in
      if let same = waiting.firstIndex(where: { Self.areEqual($0.secret, secret.bytes) }) {
        waiting[same].then.append(told)
        return .joined
      }
      guard waiting.count < Self.waitingMax,
        waiting.count(where: { $0.peer == peer }) < Self.waitingPerPeerMax
      else { return .none }
      waiting.append(Waiting(secret: secret.bytes, peer: peer, then: [told]))
      return .first
    }
    switch place {
    case .none: then(.busy("too many credentials to verify", status: 429))
    case .joined: break
    case .first: hashing.async { self.hash(secret) }
    }
  }

  private func hash(_ secret: Presented) {
    let opened = openedTenants(secret)
    if !opened.isEmpty {
      known.withLock { known in
        if known.count >= Self.knownMax { known.removeFirst() }
        known.append((secret.bytes, opened))
      }
    }
    let told = waiting.withLock { waiting -> [@Sendable (Set<String>) -> Void] in
      guard let index = waiting.firstIndex(where: { $0.secret == secret.bytes }) else { return [] }
      return waiting.remove(at: index).then
    }
    for tell in told { tell(opened) }
  }

  private func openedTenants(_ secret: Presented) -> Set<String> {
    let candidates = entries.filter { $0.user == secret.user }
    // Somebody who is not in the file waits as long as somebody who is.
    if candidates.isEmpty, let any = entries.first { _ = Self.matches(secret.phrase, any.hash) }
    return Set(candidates.filter { Self.matches(secret.phrase, $0.hash) }.map(\.tenant))
  }

  private static func permits(_ opened: Set<String>, _ tenants: [String]) -> Bool {
    opened.contains("*") || tenants.allSatisfy { opened.contains($0) }
  }

  private static func matches(_ phrase: String, _ hash: String) -> Bool {
    var made = [CChar](repeating: 0, count: 384)
    guard ccrypt_hash(phrase, hash, &made) == nil else { return false }
    return areEqual(made.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, Array(hash.utf8))
  }

  /// Takes the same time whatever the bytes are.
  static func areEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard a.count == b.count else { return false }
    var difference: UInt8 = 0
    for i in a.indices { difference |= a[i] ^ b[i] }
    return difference == 0
  }

  private static let unauthorized: APIResponse = {
    var response = APIResponse.text("unauthorized\n", status: 401)
    response.headers.append(
      APIResponse.Header(name: "WWW-Authenticate", value: "Basic realm=\"traceql\", Bearer"))
    return response
  }()
  private static let forbidden = APIResponse.text("no access to this tenant\n", status: 403)
}

/// What an `Authorization` header presents.
private struct Presented: Sendable {
  var user: String?
  var phrase: String
  /// Both together: what is remembered.
  var bytes: [UInt8]

  /// nil for a scheme that is neither Basic nor Bearer.
  init?(_ header: String) {
    let parts = header.split(separator: " ", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    let text = parts[1].drop { $0 == " " }
    switch parts[0].lowercased() {
    case "bearer":
      user = nil
      phrase = String(text)
    case "basic":
      guard let decoded = Base64.decode(String(text)) else { return nil }
      let pair = String(decoding: decoded, as: UTF8.self)
      guard let colon = pair.firstIndex(of: ":") else { return nil }
      user = String(pair[..<colon])
      phrase = String(pair[pair.index(after: colon)...])
    default: return nil
    }
    // A phrase ends at its first NUL for crypt(3): one with more behind it is not the same.
    guard !phrase.utf8.contains(0) else { return nil }
    bytes = Array(((user.map { "u" + $0 } ?? "-") + "\u{0}" + phrase).utf8)
  }
}
