import LiveStore
import Server
import Storage

// Who may ask; and whom the server counts.
extension TraceServer {
  /// Goes on with `then` if the request may ask for these tenants, else answers it. Where a hash
  /// has to be made, both happen later and elsewhere: the exchange is suspended then.
  func authorize(
    _ exchange: Exchange, tenants: [String], route: String, _ active: Active,
    then: @escaping @Sendable () -> Void
  ) {
    guard let credentials = active.credentials else { return then() }
    let header = exchange.header("Authorization")
    switch credentials.check(header, tenants: tenants) {
    case .allowed: then()
    case .refused(let response): finish(exchange, route: route, response, active)
    case .unknown:
      exchange.suspend()
      credentials.verify(header, tenants: tenants, peer: exchange.peer) { refusal in
        if let refusal {
          self.finish(exchange, route: route, refusal, active)
        } else {
          then()
        }
      }
    }
  }

  /// What metrics call the tenants of a request. Names that clients make up do not make the list
  /// of label values grow.
  func tenantLabel(_ joined: String) -> String {
    let known = blocks.snapshot.tenants
    let isKnown = joined.split(separator: "|").allSatisfy {
      known.contains(String($0)) || live?.knows(tenant: String($0)) == true
    }
    return isKnown || !current.configuration.multitenancyEnabled ? joined : Self.unknownTenant
  }

  static let unknownTenant = "unknown"
}
