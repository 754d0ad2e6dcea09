package org.sluice.fdpass.internal;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.UnixChannel;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.sluice.api.http.BytesBody;
import org.sluice.api.http.Response;
import org.sluice.handoff.api.ClientSocket;
import org.sluice.handoff.api.Lease;
import org.sluice.handoff.api.Preamble;
import org.sluice.handoff.api.RequestRest;

/** A client's real socket, as the engine would give it; one connection, one request. */
final class LoopbackClient implements ClientSocket {
  private final Channel channel;
  private final byte[] unread;
  private final int sendBufferFree;
  private final CompletableFuture<Void> gone;
  private boolean started;
  private boolean over;

  /** How it ended; null while it has not. */
  volatile String end;

  LoopbackClient(Channel channel, byte[] unread, int sendBufferFree, CompletableFuture<Void> gone) {
    this.channel = channel;
    this.unread = unread;
    this.sendBufferFree = sendBufferFree;
    this.gone = gone;
  }

  private void check() {
    if (over || !channel.eventLoop().inEventLoop()) {
      throw new IllegalStateException("over: " + end + ", or not on the loop");
    }
  }

  @Override
  public int descriptor() {
    check();
    return ((UnixChannel) channel).fd().intValue();
  }

  @Override
  public ByteBuffer unread() {
    check();
    return ByteBuffer.wrap(unread).asReadOnlyBuffer();
  }

  @Override
  public RequestRest rest() {
    return RequestRest.NONE;
  }

  @Override
  public boolean mayPersist() {
    return false;
  }

  @Override
  public boolean mark() {
    return true;
  }

  @Override
  public boolean untouched() {
    return true;
  }

  @Override
  public Executor executor() {
    return channel.eventLoop();
  }

  @Override
  public int sendBufferFree() {
    check();
    return sendBufferFree;
  }

  @Override
  public CompletionStage<Void> send(Preamble preamble) {
    check();
    started = true;
    CompletableFuture<Void> sent = new CompletableFuture<>();
    channel
        .writeAndFlush(head(preamble.present()))
        .addListener(
            write -> {
              if (write.isSuccess()) {
                sent.complete(null);
              } else {
                sent.completeExceptionally(write.cause());
              }
            });
    return sent;
  }

  private static ByteBuf head(Response response) {
    StringBuilder head = new StringBuilder("HTTP/1.1 ").append(response.status()).append(" OK\r\n");
    response.headers().forEach((n, v) -> head.append(n).append(": ").append(v).append("\r\n"));
    head.append("Connection: close\r\n\r\n");
    return Unpooled.wrappedBuffer(
        head.toString().getBytes(StandardCharsets.ISO_8859_1),
        ((BytesBody) response.body()).bytes());
  }

  @Override
  public boolean started() {
    return started;
  }

  @Override
  public CompletionStage<Void> gone() {
    return gone;
  }

  @Override
  public void give() {
    finish("given");
    channel.close();
  }

  @Override
  public Lease lease() {
    throw new IllegalStateException("this client is only given away");
  }

  @Override
  public void putBack() {
    finish("put back");
  }

  @Override
  public void abort(String reason) {
    finish("aborted: " + reason);
    channel.config().setOption(ChannelOption.SO_LINGER, 0);
    channel.close();
  }

  private void finish(String how) {
    check();
    over = true;
    end = how;
  }
}
