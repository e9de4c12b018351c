import Dispatch
import Server
import Synchronization
import TestSupport
import Testing

@testable import HTTPServer

@Suite("Credentials")
struct CredentialsTests {
  /// Hashes of "Hello world!" as OpenSSL makes them: `openssl passwd -5 -salt saltstring`, `-6`.
  private static let sha256 = "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5"
  private static let sha512 =
    "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3u"
    + "BnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1"

  private func credentials(_ text: String) throws -> Credentials {
    try Credentials(Array(text.utf8), name: "file")
  }

  /// The status that refuses it, or nil.
  private func verified(
    _ credentials: Credentials, _ header: String?, _ tenants: [String], peer: String = "1"
  ) async -> Int? {
    await withCheckedContinuation { continuation in
      credentials.verify(header, tenants: tenants, peer: peer) {
        continuation.resume(returning: $0?.status)
      }
    }
  }

  // "alice:Hello world!" in Base64.
  private static let alice = "Basic YWxpY2U6SGVsbG8gd29ybGQh"

  @Test("users and tokens open their tenants, and no others")
  func tenants() async throws {
    let known = try credentials(
      """
      # who may what
      team-a alice \(Self.sha512)

      team-b - \(Self.sha256)
      """)
    #expect(await verified(known, Self.alice, ["team-a"]) == nil)
    #expect(await verified(known, Self.alice, ["team-b"]) == 403)
    #expect(await verified(known, Self.alice, ["team-a", "team-b"]) == 403)
    #expect(await verified(known, "Bearer Hello world!", ["team-b"]) == nil)
    #expect(await verified(known, "bearer Hello world!", ["team-b"]) == nil)
    #expect(await verified(known, "Bearer Hello world?", ["team-b"]) == 401)
    #expect(await verified(known, "Bearer Hello world!", ["*"]) == 403)
    // "bob:Hello world!", "alice:x", "alice", and what is no Base64.
    for header in [
      "Basic Ym9iOkhlbGxvIHdvcmxkIQ==", "Basic YWxpY2U6eA==", "Basic YWxpY2U=", "Basic ???",
      "Digest x", "Bearer", nil,
    ] {
      #expect(await verified(known, header, ["team-a"]) == 401, "\(header ?? "none")")
    }
  }

  @Test("what was verified once is known, what was refused is not")
  func known() async throws {
    let known = try credentials("* alice \(Self.sha512)")
    guard case .unknown = known.check(Self.alice, tenants: ["x"]) else {
      Issue.record("nobody looked yet")
      return
    }
    #expect(await verified(known, Self.alice, ["x"]) == nil)
    guard case .allowed = known.check(Self.alice, tenants: ["anything"]) else {
      Issue.record("it was verified")
      return
    }
    #expect(await verified(known, "Basic YWxpY2U6eA==", ["x"]) == 401)
    guard case .unknown = known.check("Basic YWxpY2U6eA==", tenants: ["x"]) else {
      Issue.record("a wrong one is never remembered")
      return
    }
  }

  @Test("an address that guesses does not fill the line; the same secret waits once")
  func guesses() throws {
    let queue = DispatchQueue(label: "hashes")
    let file = "* - \(Self.sha256)"
    let credentials = try Credentials(Array(file.utf8), name: "file", hashing: queue)
    let refused = Mutex(0)
    let wrong = Mutex(0)
    func ask(_ token: String, _ peer: String) {
      credentials.verify("Bearer \(token)", tenants: ["a"], peer: peer) { answer in
        if answer?.status == 429 { refused.withLock { $0 += 1 } }
        if answer?.status == 401 { wrong.withLock { $0 += 1 } }
      }
    }
    // Nothing is hashed meanwhile.
    queue.suspend()
    for i in 0..<Credentials.waitingPerPeerMax { ask("guess\(i)", "1") }
    #expect(refused.withLock { $0 } == 0)
    ask("one more", "1")
    #expect(refused.withLock { $0 } == 1)
    for _ in 0..<100 { ask("the same", "2") }
    #expect(refused.withLock { $0 } == 1)
    for peer in 3..<20 { for i in 0..<9 { ask("guess \(peer) \(i)", "\(peer)") } }
    #expect(refused.withLock { $0 } == 1 + 17 * 9 - (Credentials.waitingMax - 33))
    #expect(wrong.withLock { $0 } == 0)
    queue.resume()
    queue.sync {}
    // All who waited are told, those with the same secret too.
    #expect(wrong.withLock { $0 } == Credentials.waitingMax + 99)
    ask("guess0", "1")
    queue.sync {}
    #expect(wrong.withLock { $0 } == Credentials.waitingMax + 100, "there is room again")
  }

  @Test(
    "lines that are none are named",
    arguments: ["a b", "a b c d", "team-a alice plain", "# fine\n\nteam-a alice"])
  func malformed(_ text: String) throws {
    let line = text.split(separator: "\n", omittingEmptySubsequences: false).count
    do throws(ConfigurationError) {
      _ = try Credentials(Array(text.utf8), name: "file")
      Issue.record("it was taken")
    } catch {
      #expect(error.message.hasPrefix("file:\(line): "))
    }
  }

  @Test("comparison")
  func comparison() {
    #expect(Credentials.areEqual([1, 2], [1, 2]))
    #expect(!Credentials.areEqual([1, 2], [1, 3]))
    #expect(!Credentials.areEqual([1, 2], [1]))
    #expect(!Credentials.areEqual([1, 2], [0, 2]))
    #expect(Credentials.areEqual([], []))
  }
}
