import Glibc

/// A thread of its own, for what must go on while every worker is busy.
struct BackgroundThread {
  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  private var thread = pthread_t()
  private var isRunning = false

  /// Starts the thread; without threads to spare `body` is not run.
  init(_ body: @escaping @Sendable () -> Void) {
    let context = Unmanaged.passRetained(Body(body))
    let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
      if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
      return nil
    }
    isRunning = pthread_create(&thread, nil, main, context.toOpaque()) == 0
    if !isRunning { context.release() }
  }

  func join() {
    if isRunning { pthread_join(thread, nil) }
  }
}
