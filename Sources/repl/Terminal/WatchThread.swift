import Glibc

/// A thread of its own, for what must go on while every worker is busy.
struct WatchThread {
  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  private var thread = pthread_t()
  private var isRunning = false

  /// Starts the thread; without threads to spare `body` is not run.
  init(_ body: @escaping @Sendable () -> Void) {
    let context = Unmanaged.passRetained(Body(body))
    isRunning = pthread_create(&thread, nil, watchThreadMain, context.toOpaque()) == 0
    if !isRunning { context.release() }
  }

  func join() {
    if isRunning { pthread_join(thread, nil) }
  }

  fileprivate static func runBody(_ context: UnsafeMutableRawPointer) {
    Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
  }
}

/// Not a closure: those of the main file would belong to the main actor.
private func watchThreadMain(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  if let context { WatchThread.runBody(context) }
  return nil
}
