package org.sluice.accesslog.internal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.sluice.api.config.Options;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Body;
import org.sluice.api.http.Connection;
import org.sluice.api.http.Duplex;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Outcome;
import org.sluice.api.http.PluginCall;
import org.sluice.api.http.Request;
import org.sluice.api.http.Response;
import org.sluice.api.http.ResponseFilter;
import org.sluice.api.http.Subrequest;
import org.sluice.api.route.Match;
import org.sluice.api.route.Route;
import org.sluice.api.route.Site;
import org.sluice.api.route.Target;

/**
 * An exchange that has long ended, as far as a completion tells about it: so items need to know
 * only one thing. Whatever would act on the client refuses.
 */
final class CompletedExchange implements Exchange {
  private final Completion completion;
  private final Outcome outcome;
  private final Map<String, Object> attributes = new HashMap<>();

  CompletedExchange(org.sluice.handoff.api.Completion completion, Outcome outcome) {
    this.completion = new Completion(completion);
    this.outcome = outcome;
    attribute(Attributes.HANDOFF_OUTCOME, "ended");
    attribute(Attributes.HANDOFF_RECEIVER, known(completion.receiver()));
    attribute(Attributes.HANDOFF_DIALECT, known(completion.dialect()));
  }

  /** A completion has empty text for what there was none of. */
  private static String known(String text) {
    return text == null || text.isEmpty() ? null : text;
  }

  /** What is known, as request, connection, site and route at once. */
  private static final class Completion implements Request, Connection {
    private final org.sluice.handoff.api.Completion known;
    private final String[] words;
    private final Headers headers;
    private final InetSocketAddress remote;

    Completion(org.sluice.handoff.api.Completion known) {
      this.known = known;
      words = known.requestLine() == null ? new String[0] : known.requestLine().split(" ", 3);
      headers = field(CompletedExchange.known(known.host()));
      remote = new InetSocketAddress(literal(known.clientAddress()), known.clientPort());
    }

    private static Headers field(String host) {
      try {
        return host == null ? Headers.empty() : Headers.of("Host", host);
      } catch (IllegalArgumentException e) {
        return Headers.empty();
      }
    }

    /** Without a zone; anything that a name service would have to be asked for is nothing. */
    private static InetAddress literal(String text) {
      String known = text == null ? "" : text;
      int zone = known.indexOf('%');
      String address = zone < 0 ? known : known.substring(0, zone);
      boolean six = address.indexOf(':') >= 0;
      try {
        boolean numeric =
            !address.isEmpty() && address.chars().allMatch(c -> isNumeric(c, six ? 16 : 10));
        return numeric ? InetAddress.getByName(address) : InetAddress.getByAddress(new byte[4]);
      } catch (UnknownHostException e) {
        throw new IllegalArgumentException("not an address: " + text, e);
      }
    }

    private static boolean isNumeric(int c, int radix) {
      return Character.digit(c, radix) >= 0 || c == '.' || c == ':';
    }

    @Override
    public String method() {
      return words.length > 0 ? words[0] : "";
    }

    @Override
    public String target() {
      return words.length > 1 ? words[1] : "";
    }

    @Override
    public String line() {
      return known.requestLine() == null ? "" : known.requestLine();
    }

    @Override
    public String rawPath() {
      int mark = target().indexOf('?');
      return mark < 0 ? target() : target().substring(0, mark);
    }

    @Override
    public String query() {
      int mark = target().indexOf('?');
      return mark < 0 ? null : target().substring(mark + 1);
    }

    @Override
    public int minorVersion() {
      return words.length > 2 && words[2].equals("HTTP/1.0") ? 0 : 1;
    }

    @Override
    public Headers headers() {
      return headers;
    }

    @Override
    public Body body() {
      return Body.empty();
    }

    @Override
    public InetSocketAddress remote() {
      return remote;
    }

    @Override
    public InetSocketAddress local() {
      return null;
    }

    @Override
    public boolean secure() {
      return false;
    }

    @Override
    public int requests() {
      return 1;
    }
  }

  /** A site of which only the name is known. */
  private record NamedSite(String name) implements Site {
    @Override
    public List<String> hosts() {
      return List.of();
    }

    @Override
    public Path root() {
      return null;
    }

    @Override
    public Options options() {
      return null;
    }
  }

  /** A route of which only the names are known. */
  private record NamedRoute(String name, Site site) implements Route, Match {
    @Override
    public String path() {
      return "/";
    }

    @Override
    public Target target() {
      return null;
    }

    @Override
    public String mappedPath() {
      return "/";
    }

    @Override
    public Options options() {
      return null;
    }

    @Override
    public Route route() {
      return this;
    }

    @Override
    public String rest() {
      return "";
    }

    @Override
    public String group(int index) {
      return null;
    }
  }

  @Override
  public String id() {
    String id = known(completion.known.exchangeId());
    return id == null ? "-" : id;
  }

  @Override
  public Request request() {
    return completion;
  }

  @Override
  public Connection connection() {
    return completion;
  }

  @Override
  public Site site() {
    String name = known(completion.known.site());
    return name == null ? null : new NamedSite(name);
  }

  @Override
  public Match match() {
    String name = known(completion.known.route());
    return name == null ? null : new NamedRoute(name, site());
  }

  @Override
  public String path() {
    return null;
  }

  @Override
  public Exchange parent() {
    return null;
  }

  @Override
  public Object attribute(String name) {
    return attributes.get(name);
  }

  @Override
  public void attribute(String name, Object value) {
    if (value != null) {
      attributes.put(name, value);
    }
  }

  @Override
  public CompletionStage<Outcome> ended() {
    return CompletableFuture.completedStage(outcome);
  }

  @Override
  public <T> T capability(Class<T> type) {
    return null;
  }

  @Override
  public void redirect(String target, Headers fields) {
    throw over();
  }

  @Override
  public void rewrite(String target) {
    throw over();
  }

  private static IllegalStateException over() {
    return new IllegalStateException("the exchange has ended");
  }

  @Override
  public void filter(ResponseFilter filter) {
    throw over();
  }

  @Override
  public void inform(int status, Headers headers) {
    throw over();
  }

  @Override
  public CompletionStage<Void> respond(Response response) {
    throw over();
  }

  @Override
  public void fail(HandlerException failure) {
    throw over();
  }

  @Override
  public void abort(String reason) {
    throw over();
  }

  @Override
  public CompletionStage<Duplex> upgrade(Response response) {
    throw over();
  }

  @Override
  public CompletionStage<Response> subrequest(Subrequest subrequest) {
    throw over();
  }

  @Override
  public <P, R> CompletionStage<R> call(Class<P> kind, String name, PluginCall<P, R> work) {
    throw over();
  }

  @Override
  public Executor loop() {
    throw over();
  }

  @Override
  public Executor workers() {
    throw over();
  }
}
