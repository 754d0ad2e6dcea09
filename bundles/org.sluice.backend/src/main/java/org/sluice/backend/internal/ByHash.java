package org.sluice.backend.internal;

import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.sluice.api.config.Options;
import org.sluice.api.http.Exchange;
import org.sluice.backend.api.BalancerMember;
import org.sluice.backend.api.BalancerMethod;
import org.sluice.backend.api.SluiceBalancerMethod;

/**
 * Method {@code hash}: equal keys go to the same member, and when a member comes or goes only its
 * own share of the keys moves (weighted rendezvous hashing). A request without the key goes as with
 * {@code byrequests}.
 */
@Component(service = BalancerMethod.class)
@SluiceBalancerMethod("hash")
public final class ByHash implements BalancerMethod {

  @Override
  public BalancerMember choose(
      Exchange exchange, Options options, List<? extends BalancerMember> candidates) {
    String key = key(exchange, options.text("balancer.hash"));
    if (key == null || candidates.size() == 1) {
      return ByRequests.next(candidates);
    }
    long hash = hash(key, 0xcbf29ce484222325L);
    BalancerMember best = null;
    double most = 0;
    for (int i = 0; i < candidates.size(); i++) {
      BalancerMember member = candidates.get(i);
      double uniform = ((mix(hash(member.name(), hash)) >>> 11) + 0.5) / (1L << 53);
      double score = -member.weight() / Math.log(uniform);
      if (best == null || score > most) {
        best = member;
        most = score;
      }
    }
    return best;
  }

  private static String key(Exchange exchange, String rule) {
    int colon = rule.indexOf(':');
    String name = rule.substring(colon + 1);
    return switch (colon < 0 ? rule : rule.substring(0, colon)) {
      case "cookie" -> Sticky.cookie(exchange.request().headers(), name);
      case "header" -> exchange.request().headers().get(name);
      case "path" -> segments(exchange.path(), name);
      case "address" -> exchange.connection().remote().getAddress().getHostAddress();
      default ->
          throw new IllegalArgumentException(
              "balancer.hash is cookie:NAME, header:NAME, address or path:N: " + rule);
    };
  }

  private static String segments(String path, String count) {
    int end = 0;
    for (int i = Integer.parseInt(count); i > 0 && end >= 0; i--) {
      end = path.indexOf('/', end + 1);
    }
    return end < 0 ? path : path.substring(0, end);
  }

  /** FNV-1a. */
  private static long hash(String text, long seed) {
    long hash = seed;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
