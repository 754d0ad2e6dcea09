package org.sluice.cgi.internal.process;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Memory in the form the C library wants it: argument and environment vectors, path, working
 * directory, file actions. One block serves one start at a time and is reused.
 */
final class SpawnBlock {
  /** More than {@code posix_spawn_file_actions_t} of any C library. */
  private static final int ACTIONS = 256;

  private static final int POINTER = 8;
  private static final int PID = 0;
  private static final int ACTIONS_AT = 16;
  private static final int VECTORS_AT = ACTIONS_AT + ACTIONS;

  private ByteBuffer memory = ByteBuffer.allocate(0);
  private long base;
  private int end;
  private int environmentAt;
  private int directoryAt;

  /** Lays out {@code plan}. */
  void fill(SpawnPlan plan) {
    reserve(size(plan));
    int arguments = plan.arguments().size();
    int variables = plan.environment().size() / 2;
    int at = VECTORS_AT;
    environmentAt = at + (arguments + 1) * POINTER;
    end = environmentAt + (variables + 1) * POINTER;
    for (String argument : plan.arguments()) {
      memory.putLong(at, base + end);
      at += POINTER;
      text(argument);
    }
    memory.putLong(at, 0);
    at = environmentAt;
    for (int i = 0; i < plan.environment().size(); i += 2) {
      memory.putLong(at, base + end);
      at += POINTER;
      bytes(plan.environment().get(i));
      memory.put(end++, (byte) '=');
      text(plan.environment().get(i + 1));
    }
    memory.putLong(at, 0);
    directoryAt = end;
    text(plan.directory());
  }

  private static int size(SpawnPlan plan) {
    int size = VECTORS_AT + 2 * POINTER + plan.directory().length() + 1;
    size += length(plan.arguments()) + length(plan.environment());
    return size;
  }

  private static int length(List<String> texts) {
    int sum = 0;
    for (String text : texts) {
      sum += text.length() + 1 + POINTER;
    }
    return sum;
  }

  private void reserve(int size) {
    if (memory.capacity() < size) {
      memory = ByteBuffer.allocateDirect(Math.max(16 * 1024, size * 2));
      memory.order(ByteOrder.nativeOrder());
      base = Pointer.nativeValue(Native.getDirectBufferPointer(memory));
    }
  }

  private void text(String text) {
    bytes(text);
    memory.put(end++, (byte) 0);
  }

  private void bytes(String text) {
    for (int i = 0; i < text.length(); i++) {
      memory.put(end++, (byte) text.charAt(i));
    }
  }

  long processAddress() {
    return base + PID;
  }

  int process() {
    return memory.getInt(PID);
  }

  long actions() {
    return base + ACTIONS_AT;
  }

  long arguments() {
    return base + VECTORS_AT;
  }

  long path() {
    return memory.getLong(VECTORS_AT);
  }

  long environment() {
    return base + environmentAt;
  }

  long directory() {
    return base + directoryAt;
  }
}
