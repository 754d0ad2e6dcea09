package org.sluice.receiver.internal;

import java.nio.ByteBuffer;

/**
 * Looks at the first bytes that an application writes, for the report at the end: the status of the
 * response and how long its head is. Interim responses (RFC 9110, 15.2) count as head. Whatever is
 * no HTTP response has no status, and all of it is body.
 */
final class ResponseHead {
  private static final int STATUS_AT = 9;
  private static final int LONGEST = 64 * 1024;

  private int status;
  private long length;
  private int inHead;
  private int lineBytes;
  private boolean done;

  /** Nothing to look for: the front has sent the head already. */
  static ResponseHead sent() {
    ResponseHead head = new ResponseHead();
    head.status = 200;
    head.done = true;
    return head;
  }

  /** Looks at bytes that were just written, from {@code from} to {@code to} of the buffer. */
  void written(ByteBuffer bytes, int from, int to) {
    for (int i = from; i < to && !done; i++) {
      next(bytes.get(i));
    }
  }

  private void next(byte b) {
    if (inHead < STATUS_AT - 1 && b != "HTTP/1.1".charAt(inHead) && inHead != 7
        || length + inHead > LONGEST) {
      done = true;
      return;
    }
    if (inHead >= STATUS_AT && inHead < STATUS_AT + 3) {
      int digit = b - '0';
      status = digit >= 0 && digit <= 9 ? (inHead == STATUS_AT ? 0 : status) * 10 + digit : 0;
    }
    inHead++;
    if (b == '\n') {
      if (lineBytes == 0) {
        end();
      }
      lineBytes = 0;
    } else if (b != '\r') {
      lineBytes++;
    }
  }

  private void end() {
    length += inHead;
    inHead = 0;
    done = status < 100 || status >= 200 || status == 101;
  }

  /** Status of the response; 0 if none was seen. */
  int status() {
    return status;
  }

  /** Of so many bytes written those that are body. */
  long body(long written) {
    return Math.max(0, written - length - (done ? 0 : inHead));
  }
}
