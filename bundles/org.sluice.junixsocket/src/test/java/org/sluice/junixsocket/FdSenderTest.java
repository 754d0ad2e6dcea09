package org.sluice.junixsocket;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.newsclub.net.unix.AFSocket;

class FdSenderTest {
  @Test
  void nativeLibraryLoads() {
    assertTrue(AFSocket.isSupported());
  }
}
