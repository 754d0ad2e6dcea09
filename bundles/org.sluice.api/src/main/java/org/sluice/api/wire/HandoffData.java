package org.sluice.api.wire;

/**
 * The field with which an application attaches something to the hand-off that it asks for. It may
 * be longer than any other, so whoever reads the heads of responses has to know it by name.
 */
public final class HandoffData {
  /** Its name, as mod_socket_handoff has it. */
  public static final String NAME = "X-Handoff-Data";

  /** Most bytes of its value, and the most that {@code handoff.data-limit} can say. */
  public static final int MOST = 65_535;

  /** Most bytes of its line: name, colon, value, and blanks around it; without the end of line. */
  public static final int LONGEST_LINE = NAME.length() + 1 + MOST + 16;

  private HandoffData() {}
}
