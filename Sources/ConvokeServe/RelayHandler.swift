import NIOCore
import NIOTLS

/// Passes bytes on to the other channel, no faster than that one takes them.
///
/// Two of them, on one event loop, make a relay. Each half of the connection ends by itself.
final class RelayHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private var context: ChannelHandlerContext?
  private var partner: RelayHandler?
  private var wantsToRead = false

  /// Connects two channels of one event loop, on that loop.
  static func join(_ first: any Channel, _ second: any Channel) throws {
    let (left, right) = (RelayHandler(), RelayHandler())
    left.partner = right
    right.partner = left
    try first.pipeline.syncOperations.addHandler(left)
    try second.pipeline.syncOperations.addHandler(right)
  }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    self.partner = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard let other = self.partner?.context else { return }
    other.write(self.wrapOutboundOut(self.unwrapInboundIn(data)), promise: nil)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    guard let other = self.partner?.context else { return }
    other.flush()
    self.readOn(context, other)
  }

  private func readOn(_ context: ChannelHandlerContext, _ other: ChannelHandlerContext) {
    self.wantsToRead = !other.channel.isWritable
    if !self.wantsToRead { context.read() }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    guard context.channel.isWritable, let partner = self.partner, partner.wantsToRead,
      let other = partner.context
    else { return }
    partner.wantsToRead = false
    other.read()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .inputClosed? = event as? ChannelEvent {
      self.partner?.context?.close(mode: .output, promise: nil)
    }
    context.fireUserInboundEventTriggered(event)
  }

  func channelInactive(context: ChannelHandlerContext) {
    // What was read before is written before.
    if let other = self.partner?.context {
      let channel = other.channel
      channel.writeAndFlush(ByteBuffer()).whenComplete { _ in channel.close(promise: nil) }
    }
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}

/// Tells when the handshake of TLS is over; reads on until then.
final class HandshakeWait: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer

  private let done: EventLoopPromise<Void>
  private var isDone = false

  init(_ done: EventLoopPromise<Void>) { self.done = done }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted? = event as? TLSUserEvent {
      self.isDone = true
      self.done.succeed()
    }
    context.fireUserInboundEventTriggered(event)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    if !self.isDone { context.read() }
    context.fireChannelReadComplete()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    self.isDone = true
    self.done.fail(error)
    context.fireErrorCaught(error)
  }

  func channelInactive(context: ChannelHandlerContext) {
    self.isDone = true
    self.done.fail(ChannelError.eof)
    context.fireChannelInactive()
  }
}
