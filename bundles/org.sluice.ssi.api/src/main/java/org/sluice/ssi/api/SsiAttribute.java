package org.sluice.ssi.api;

/**
 * One attribute of an element. Bytes of the page map to U+0000 to U+00FF.
 *
 * @param name in lower case
 * @param value with character entities decoded; null for an attribute without {@code =}
 * @param raw as it stands in the page, quotes and their escapes taken off; null as {@code value}
 */
public record SsiAttribute(String name, String value, String raw) {}
