/// What the server wants of the heap, which belongs to the whole program.
package struct HeapHooks: Sendable {
  /// Bytes that are handed out, and those that are kept to be handed out again.
  package var usage: @Sendable () -> (used: Int, free: Int)
  /// Something large has been freed: what is free goes back to the system.
  package var giveBack: @Sendable () -> Void

  package init(
    usage: @escaping @Sendable () -> (used: Int, free: Int),
    giveBack: @escaping @Sendable () -> Void
  ) {
    self.usage = usage
    self.giveBack = giveBack
  }
}
