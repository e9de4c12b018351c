import LiveStore
import Server
import Storage

// Answers that are kept while blocks and configuration stay as they are.
extension TraceServer {
  func cachedAnswer(_ job: Job, _ active: Active) -> APIResponse? {
    // Live spans grow with every request: answers about them are not kept.
    guard resultCache.isOn, live.map({ $0.liveSpanCount == 0 }) ?? true,
      let key = ResultCache.Key(
        job, generation: blocks.snapshot.generation, configuration: active.number)
    else { return nil }
    let known = resultCache.response(key)
    telemetry.addResultCache(hit: known != nil)
    return known
  }

  func store(
    _ response: APIResponse, of job: Job, _ snapshot: BlockSource.Snapshot, _ active: Active
  ) {
    guard resultCache.isOn, response.status == 200, response.header("X-Traceql-Partial") == nil,
      snapshot.isImmutable,
      let key = ResultCache.Key(
        job, generation: snapshot.generation, configuration: active.number)
    else { return }
    resultCache.store(response, for: key)
  }
}

extension ResultCache.Key {
  /// nil for requests whose answer depends on more than the blocks: the time, or their body.
  init?(_ job: TraceServer.Job, generation: Int, configuration: Int) {
    guard
      let key = Self(
        job.request, job.kind, tenant: job.tenant, generation: generation,
        configuration: configuration)
    else { return nil }
    self = key
  }

  init?(
    _ request: APIRequest, _ kind: RequestKind, tenant: String, generation: Int, configuration: Int
  ) {
    guard !kind.readsBody, !kind.dependsOnTime(request) else { return nil }
    self.generation = generation
    self.configuration = configuration
    self.tenant = tenant
    target = request.target
    form = request.acceptedForm
  }
}
