/**
 * Receives client sockets that a front hands over, and answers on them.
 *
 * <p>A receiver listens on a local socket ({@link org.sluice.receiver.Receiver#open}). Whenever the
 * front hands a client over, the application's {@link org.sluice.receiver.HandOffListener} is
 * called with a {@link org.sluice.receiver.HandOff}; from it the application takes the client's
 * connection as a {@link org.sluice.receiver.HandedSocket}, writes to it, and ends it with {@link
 * org.sluice.receiver.HandedSocket#finish}. The front is no part of that connection any more.
 *
 * <p>Applications that serve many clients in one thread use a {@link
 * org.sluice.receiver.ReceiverSelector} instead.
 *
 * <p>The dialects ({@link org.sluice.receiver.ReceiverOptions#dialect}): {@code classic}, a stream
 * connection for each hand-off, on it one zero byte with one descriptor (SCM_RIGHTS), then the end
 * of the stream; {@code scgi} and {@code json}, the same with a message of bytes; {@code sluice},
 * standing connections with acknowledgement, leases that go back to the front, and reports. With
 * {@code classic} the front has written the response's head, unless its route says {@code
 * flusher=raw}; with the others the receiver writes the whole response.
 *
 * <p>Linux on x86-64 and AArch64 only. Needs the bundle (or jar) {@code org.sluice.junixsocket} and
 * nothing else; on Java 24 and later also {@code --enable-native-access=ALL-UNNAMED}.
 */
@Export
@Version("1.0.0")
package org.sluice.receiver;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
