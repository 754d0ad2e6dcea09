package org.sluice.server.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import net.jqwik.api.RandomGenerator;
import net.jqwik.api.sessions.JqwikSession;
import org.junit.jupiter.api.Test;
import org.sluice.api.engine.ListenerSpec;
import org.sluice.api.engine.Transaction;
import org.sluice.server.internal.Reading.Message;

/**
 * Random streams of bytes against a reference reading (T1): no exception but a refusal, no
 * difference by how bytes are cut into pieces, the same messages, and never one more.
 *
 * <p>{@code -Dsluice.fuzz.seconds} sets how long, {@code -Dsluice.fuzz.seed} where it begins. A
 * stream that fails is cut down and shown; put it into {@code http1.cases}.
 */
class DecoderFuzzTest {
  private static final int SECONDS = Integer.getInteger("sluice.fuzz.seconds", 4);
  private static final long SEED = Long.getLong("sluice.fuzz.seed", System.nanoTime());
  private static final ListenerSpec SPEC =
      new ListenerSpec(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
          8190,
          8190,
          100,
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          0,
          0,
          128);
  private static final Limits LIMITS = Limits.of(SPEC);

  private long streams;
  private long messages;
  private long refused;

  @Test
  void readsAsTheReferenceDoes() {
    Random pieces = new Random(SEED);
    run(SECONDS * 3 / 4.0, stream -> agrees(stream, pieces));
    assertTrue(messages > streams / 4 && refused > streams / 10, "streams of every kind");
  }

  private boolean agrees(String stream, Random random) {
    byte[] bytes = stream.getBytes(StandardCharsets.ISO_8859_1);
    ReferenceReading reference = ReferenceReading.of(stream);
    messages += reference.messages.size();
    refused += reference.refused ? 1 : 0;
    Reading whole = Reading.of(bytes, LIMITS, bytes.length);
    int[] sizes = random.ints(8, 1, 12).toArray();
    Reading cut = Reading.of(bytes, LIMITS, sizes);
    return reference.messages.equals(whole.messages)
        && reference.refused == (whole.refused != 0)
        && whole.messages.equals(cut.messages)
        && whole.refused == cut.refused;
  }

  /** The same through a connection: nothing hangs, and no transaction more than messages. */
  @Test
  void deliversNoMoreThanTheReference() {
    try (TestServer server = new TestServer(SPEC, DecoderFuzzTest::answer)) {
      run(SECONDS / 4.0, stream -> deliversRight(server, stream));
    }
  }

  private static void answer(Transaction transaction) {
    if (transaction.refusal() == null) {
      RequestBodyTest.echo(transaction);
    } else {
      TestServer.text("").dispatch(transaction);
    }
  }

  private static boolean deliversRight(TestServer server, String stream) {
    server.seen.clear();
    try (RawClient client = server.connect()) {
      client.send(stream).socket.shutdownOutput();
      if (!client.end().endsWith("|eof")) {
        return false;
      }
    } catch (IOException e) {
      return false;
    }
    List<String> delivered = new ArrayList<>();
    for (Transaction each : server.seen) {
      if (each.refusal() == null) {
        delivered.add(each.request().target());
      }
    }
    List<String> expected =
        new ArrayList<>(
            ReferenceReading.of(stream).messages.stream().map(Message::target).toList());
    // One more has a body that is not whole, or turns out to be broken.
    return delivered.equals(expected)
        || (delivered.size() == expected.size() + 1
            && delivered.subList(0, expected.size()).equals(expected));
  }

  private void run(double seconds, Predicate<String> holds) {
    JqwikSession.run(
        () -> {
          RandomGenerator<String> generator = Streams.all().generator(1000);
          Random random = new Random(SEED);
          long end = System.nanoTime() + (long) (seconds * 1e9);
          while (System.nanoTime() < end) {
            String stream = generator.next(random).value();
            streams++;
            if (!holdsQuietly(holds, stream)) {
              throw new AssertionError(failure(holds, stream));
            }
          }
        });
    assertTrue(streams > 0);
    org.slf4j.LoggerFactory.getLogger(getClass()).info("{} streams, seed {}", streams, SEED);
  }

  private static boolean holdsQuietly(Predicate<String> holds, String stream) {
    try {
      return holds.test(stream);
    } catch (RuntimeException e) {
      return false;
    }
  }

  private static String failure(Predicate<String> holds, String stream) {
    String small = stream;
    for (int n = stream.length() / 2; n > 0; n /= 2) {
      for (int at = 0; at + n <= small.length(); ) {
        String less = small.substring(0, at) + small.substring(at + n);
        if (!less.isEmpty() && !holdsQuietly(holds, less)) {
          small = less;
        } else {
          at += n;
        }
      }
    }
    byte[] bytes = small.getBytes(StandardCharsets.ISO_8859_1);
    return "seed "
        + SEED
        + ": "
        + shown(small)
        + "\nengine "
        + Reading.of(bytes, LIMITS, bytes.length)
        + "\npieces "
        + Reading.of(bytes, LIMITS, 1)
        + "\nreference "
        + ReferenceReading.of(small);
  }

  private static String shown(String stream) {
    StringBuilder out = new StringBuilder();
    for (char c : stream.replace("\r\n", "~").toCharArray()) {
      if (c >= ' ' && c < 0x7f) {
        out.append(c);
      } else {
        out.append("\\x")
            .append(Character.forDigit(c >> 4, 16))
            .append(Character.forDigit(c & 15, 16));
      }
    }
    return out.toString();
  }
}
