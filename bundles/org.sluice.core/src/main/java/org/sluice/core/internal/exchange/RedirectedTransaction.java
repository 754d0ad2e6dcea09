package org.sluice.core.internal.exchange;

import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.sluice.api.engine.Refusal;
import org.sluice.api.engine.Transaction;
import org.sluice.api.engine.TransferLimits;
import org.sluice.api.http.Connection;
import org.sluice.api.http.Duplex;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Outcome;
import org.sluice.api.http.Request;
import org.sluice.api.http.Response;

/**
 * The client's own transaction with another request: what answers here answers the client, so that
 * conditions, ranges, upgrades and hand-offs of the new target need nothing special. The fields
 * that the first handler gave are added to the answer.
 */
final class RedirectedTransaction implements Transaction {
  /** Fields that describe the content of the first answer, or what it was. */
  private static final Set<String> LEFT_OUT =
      Set.of("location", "etag", "last-modified", "accept-ranges", "transfer-encoding", "trailer");

  private final Transaction client;
  private final Request request;
  private final Headers fields;

  RedirectedTransaction(Transaction client, Request request, Headers fields) {
    this.client = client;
    this.request = request;
    this.fields = fields;
  }

  @Override
  public Request request() {
    return request;
  }

  @Override
  public CompletionStage<Void> respond(Response response) {
    return client.respond(fields.size() == 0 ? response : withFields(response));
  }

  private Response withFields(Response response) {
    Headers.Builder all = Headers.builder().addAll(response.headers());
    for (int i = 0; i < fields.size(); i++) {
      String name = fields.name(i);
      String lower = name.toLowerCase(Locale.ROOT);
      boolean kept = !lower.startsWith("content-") && !LEFT_OUT.contains(lower);
      if (kept && (lower.equals("set-cookie") || !response.headers().contains(name))) {
        all.add(name, fields.value(i));
      }
    }
    return response.withHeaders(all.build());
  }

  @Override
  public void onEnd(Consumer<Outcome> listener) {
    // The redirected exchange, which the client's transaction tells, tells the next.
  }

  @Override
  public Connection connection() {
    return client.connection();
  }

  @Override
  public Refusal refusal() {
    return client.refusal();
  }

  @Override
  public void limits(TransferLimits limits) {
    client.limits(limits);
  }

  @Override
  public void inform(int status, Headers headers) {
    client.inform(status, headers);
  }

  @Override
  public CompletionStage<Duplex> upgrade(Response response) {
    return client.upgrade(response);
  }

  @Override
  public void abort(String reason) {
    client.abort(reason);
  }

  @Override
  public boolean answered() {
    return client.answered();
  }

  @Override
  public <T> T capability(Class<T> type) {
    return client.capability(type);
  }

  @Override
  public Executor loop() {
    return client.loop();
  }
}
