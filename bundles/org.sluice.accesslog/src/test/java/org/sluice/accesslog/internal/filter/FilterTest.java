package org.sluice.accesslog.internal.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.accesslog.internal.Exchanges;
import org.sluice.accesslog.internal.format.Entry;

/** Which exchanges a log takes. */
class FilterTest {
  private static Entry entry(String name) {
    Exchanges.Ended ended = Exchanges.named(name);
    Entry entry = new Entry();
    entry.begin(ended.exchange(), ended.outcome(), ended.endMicros());
    return entry;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "plain|routes|welcome,chat|true",
        "plain|routes|chat|false",
        "plain|routes|!chat|true",
        "plain|routes|!welcome, chat|false",
        "bare|routes|welcome|false",
        "bare|routes|!welcome|true",
        "plain|status|200|true",
        "plain|status|4xx,500-599|false",
        "refused|status|4xx,500-599|true",
        "refused|status|!4xx|false",
        "error|status|!200|true",
        "plain|condition|env=FLAG|true",
        "plain|condition|env=!FLAG|false",
        "plain|condition|env=NONE|false",
        "plain|condition|env=!NONE|true",
        "plain|condition|expr=%{REQUEST_STATUS} >= 400|false",
        "refused|condition|expr=%{REQUEST_STATUS} >= 400|true",
        "refused|condition|%{REQUEST_STATUS} -ge 400|true",
        "plain|condition|%{REQUEST_STATUS} -in {'200','304'}|true",
        "plain|condition|%{REQUEST_URI} =~ m#^/a b/#|true",
        "plain|condition|%{REQUEST_URI} =~ /^\\/A B/i|true",
        "plain|condition|%{REQUEST_URI} !~ /nope/|true",
        "plain|condition|-n req('User-Agent') && ! -z '%{QUERY_STRING}'|true",
        "plain|condition|true or false and false|true",
        "plain|condition|(true or false) and false|false",
        "plain|condition|not (true)|false",
        "plain|condition|-R '192.0.2.0/24'|true",
        "plain|condition|-R '192.0.3.0/24'|false",
        "given|condition|-R '2001:db8::/32'|true",
        "plain|condition|%{REMOTE_ADDR} -ipmatch '192.0.2.7'|true",
        "behind-proxy|condition|%{REMOTE_ADDR} == '2001:db8::9'|true",
        "behind-proxy|condition|%{CONN_REMOTE_ADDR} == '192.0.2.7'|true",
        "behind-proxy|condition|-R '2001:db8::/32'|true",
        "behind-proxy|condition|-R '192.0.2.0/24'|false",
        "behind-name|condition|-R '192.0.2.0/24'|false",
        "plain|condition|-T reqenv('FLAG')|true",
        "plain|condition|-T 'off'|false",
        "plain|condition|'2' > '10'|true",
        "plain|condition|'2' -gt '10'|false",
        "plain|condition|tolower('ABC') == 'a' . 'b' . 'c'|true",
        "plain|condition|%{tolower:ABC} = 'abc'|true",
        "plain|condition|'curl/8' -strmatch 'curl*'|true",
        "plain|condition|'/a/b' -fnmatch '/*'|false",
        "plain|condition|'ABC' -strcmatch 'a?c'|true",
        "plain|condition|%{HTTP_USER_AGENT} == 'curl/8'|true",
        "plain|condition|resp('etag') == '\"x\"'|true",
        "given|condition|%{HANDOFF} == 'given' && %{ROUTE} == 'chat'|true",
        "plain|condition|md5('') == 'd41d8cd98f00b204e9800998ecf8427e'|true",
        "plain|condition|unbase64(base64('x')) == 'x' && unescape(escape('a b')) == 'a b'|true",
        "plain|condition|%{THE_REQUEST} =~ /^GET / && %{HANDLER} == 'status'|true",
        "plain|condition|%{DURATION_MS} -gt 1000 && %{BYTES} -eq 5|true",
      })
  void takes(String exchange, String key, String value, boolean expected) {
    assertEquals(expected, new Filter(Map.of(key, value)).takes(entry(exchange)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "condition|v('x')|a comparison is expected",
        "condition|foo|'foo' is nothing: a text stands in quotes, a variable is %{foo}, a function",
        "status|500-404|'500-404': a range begins with the lower status",
        "condition|1|a comparison is expected",
        "condition|'x' == |a quoted text",
        "condition|%{NOPE} == 'x'|there is no variable %{NOPE}",
        "condition|file('/etc/passwd') == 'x'|the function file is not known",
        "condition|-f '/etc/passwd'|-f is not known",
        "condition|'a' == 'b|the end comes too early",
        "condition|('a' == 'b'|')' is expected",
        "condition|'a' =~ /(/|the regular expression ( is wrong",
        "condition|-R 'x/8'|is no network",
        "condition|env=|a name is missing",
        "condition|'a' == 'b' 'c'|an operator is expected",
        "status|40|allowed are statuses",
        "status|9xx|allowed are statuses",
        "status|0xx|allowed are statuses",
        "status|999|from 100 to 599",
        "status|600-700|from 100 to 599",
        "status|599-600|from 100 to 599",
        "status|200,!300|a ! stands once",
        "routes|a,!b|a ! stands once",
        "sampling.always|x|allowed are statuses",
      })
  void whatIsWrongIsSaid(String key, String value, String message) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> new Filter(Map.of(key, value)));
    assertTrue(e.getMessage().startsWith(key + ": "), e.getMessage());
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void samplingTakesExactlyOneOfSoMany() {
    Filter filter = new Filter(Map.of("sampling", "10", "sampling.always", "4xx"));
    int plain = 0;
    int refused = 0;
    for (int i = 0; i < 100; i++) {
      plain += filter.takes(entry("plain")) ? 1 : 0;
      refused += filter.takes(entry("refused")) ? 1 : 0;
    }
    assertEquals(10, plain);
    assertEquals(100, refused);
  }
}
