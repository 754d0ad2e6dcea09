package org.sluice.backend.internal;

/**
 * How large a response head may be.
 *
 * @param head bytes of the whole head, interim ones each counted alone
 * @param field bytes of one line
 * @param fields number of fields
 */
record HeadLimits(int head, int field, int fields) {}
