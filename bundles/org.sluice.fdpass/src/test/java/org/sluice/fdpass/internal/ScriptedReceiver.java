package org.sluice.fdpass.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.newsclub.net.unix.DescriptorSockets;

/** A receiver of the dialect sluice in the hands of a test: it does what the next line says. */
final class ScriptedReceiver implements AutoCloseable {
  private static final int LIMIT_MILLIS = 10_000;
  private static final Pattern ID = Pattern.compile("\"id\":([0-9]+)");
  static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc";

  private final FileDescriptor listener;
  private final List<Control> controls = new ArrayList<>();

  ScriptedReceiver(Path socket) throws IOException {
    listener = DescriptorSockets.openPackets();
    DescriptorSockets.bind(listener, socket);
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
    DescriptorSockets.listen(listener, 64);
  }

  /** The next connection of the front, greeted if there is something to say. */
  Control accept(String greeting) throws IOException {
    assertTrue(connects(LIMIT_MILLIS), "no connection");
    Control control = new Control(DescriptorSockets.accept(listener));
    controls.add(control);
    if (greeting != null) {
      control.say(greeting);
    }
    return control;
  }

  /** Whether the front connects within that time. */
  boolean connects(int millis) throws IOException {
    return DescriptorSockets.poll(listener, SelectionKey.OP_ACCEPT | SelectionKey.OP_READ, millis);
  }

  void stopListening() throws IOException {
    if (listener.valid()) {
      DescriptorSockets.close(listener);
    }
  }

  @Override
  public void close() throws IOException {
    stopListening();
    for (Control control : controls) {
      control.close();
    }
  }

  /** One control connection. */
  static final class Control {
    private final FileDescriptor connection;

    Control(FileDescriptor connection) {
      this.connection = connection;
    }

    void say(String line) throws IOException {
      byte[] bytes = line.getBytes(ISO_8859_1);
      DescriptorSockets.write(
          connection, ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
    }

    /** Whether anything comes within that time, an end too. */
    boolean hears(int millis) throws IOException {
      return DescriptorSockets.poll(connection, SelectionKey.OP_READ, millis);
    }

    /** What comes next. */
    Packet next() throws IOException {
      assertTrue(hears(LIMIT_MILLIS), "nothing came");
      ByteBuffer into = ByteBuffer.allocateDirect(65_537);
      List<FileDescriptor> descriptors = new ArrayList<>();
      DescriptorSockets.receive(connection, into, descriptors);
      byte[] bytes = new byte[into.flip().remaining()];
      into.get(bytes);
      return new Packet(this, new String(bytes, ISO_8859_1), descriptors);
    }

    /** A client, acknowledged. */
    Packet client() throws IOException {
      Packet packet = next();
      assertEquals(1, packet.descriptors.size(), packet.text);
      packet.acknowledge();
      return packet;
    }

    void close() throws IOException {
      if (connection.valid()) {
        DescriptorSockets.close(connection);
      }
    }
  }

  /** What the front has sent: a client, a notice, or nothing at its end. */
  record Packet(Control control, String text, List<FileDescriptor> descriptors) {
    long id() {
      Matcher matcher = ID.matcher(text);
      assertTrue(matcher.find(), text);
      return Long.parseLong(matcher.group(1));
    }

    void acknowledge() throws IOException {
      control.say("ACK " + id());
    }

    void write(String answer) throws IOException {
      byte[] bytes = answer.getBytes(ISO_8859_1);
      ByteBuffer from = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
      assertEquals(bytes.length, DescriptorSockets.write(descriptors.get(0), from));
    }

    /** Answers, and gives the connection back. */
    void done() throws IOException {
      write(ANSWER);
      control.say("DONE " + id() + " 200 " + ANSWER.length() + " 3 0 keep");
      closeClient();
    }

    void closeClient() throws IOException {
      for (FileDescriptor each : descriptors) {
        DescriptorSockets.close(each);
      }
    }
  }
}
