package org.sluice.receiver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example of the specification, byte for byte. */
@Timeout(60)
class DocumentTest {
  @TempDir Path folder;

  private static List<String> lines(String who) throws Exception {
    String text = Files.readString(Path.of("../../docs/hand-off.md"));
    text = text.substring(text.indexOf("### Byte for byte"));
    List<String> lines = new ArrayList<>();
    for (String line : text.substring(0, text.indexOf("goes on with")).split("\n")) {
      if (line.startsWith("    " + who + " ")) {
        lines.add(line.substring(13));
      }
    }
    return lines;
  }

  @Test
  void aLeaseAsItIsWrittenDown() throws Exception {
    Front.assumeProgram("python3", "-c", "import socket; socket.send_fds");
    List<String> receiver = lines("receiver");
    String response = lines("client").get(0).replace("\\r", "\r").replace("\\n", "\n");
    ReceiverOptions options =
        ReceiverOptions.defaults().dialect("sluice").name("demo").capacity(100);
    HandOffListener listener =
        handOff -> {
          try (HandedSocket client = handOff.accept()) {
            client.write(ByteBuffer.wrap(response.getBytes(StandardCharsets.ISO_8859_1)));
            client.giveBack(200, 3);
          }
        };
    try (Receiver open = Receiver.open(folder.resolve("app.sock"), options, listener);
        Front front = Front.packets(open.path(), "document", 0)) {
      assertEquals(receiver.get(0), front.line());
      front.say(lines("front").get(1));
      assertEquals(receiver.subList(1, 3), List.of(front.line(), front.line()));
      List<String> words = front.words();
      assertEquals("end", words.get(0));
      assertEquals(response, Front.text(words.get(1)));
    }
  }
}
