package org.sluice.receiver;

import java.util.List;
import java.util.Map;

/**
 * What the front says of a client's request, in the dialects that tell. Immutable.
 *
 * @param method as sent
 * @param target as sent
 * @param version {@code 1.0} or {@code 1.1}
 * @param fields name and value of each field, in order
 * @param framing of the body: {@code none}, {@code length}, {@code chunked} or {@code consumed}
 * @param left bytes of the body still to be read through {@link HandedSocket#read}, those that came
 *     along included; -1 if not known
 * @param keep whether the connection may live on after the response
 * @param lease whether the front wants the connection back
 * @param respond fields that an application wants on the response
 * @param data what an application attached, or null
 * @param memo for the report at the end of a given stream, or null
 * @param members every member of the front's message, for what this record has no name for
 */
public record HandedRequest(
    String method,
    String target,
    String version,
    List<Map.Entry<String, String>> fields,
    String framing,
    long left,
    boolean keep,
    boolean lease,
    List<Map.Entry<String, String>> respond,
    String data,
    String memo,
    Map<String, Object> members) {}
