package org.sluice.core.internal.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.api.http.Headers;

class ErrorFormTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*/* | TEXT",
        "text/html | HTML",
        "TEXT/HTML;Level=1 | HTML",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | HTML",
        "application/json | JSON",
        "application/problem+json | JSON",
        "application/json, text/plain, */* | JSON",
        "text/plain, application/json | TEXT",
        "text/html;q=0.5, application/json;q=0.6 | JSON",
        "text/html;q=0.5, application/json;q=0.4 | HTML",
        "text/html;q=0.001, application/json;q=0 | HTML",
        "text/html;q=0, */* | TEXT",
        "text/plain;q=0, */*;q=0.1 | HTML",
        "text/*;q=0.3, text/html;q=0.9, application/json;q=0.5 | HTML",
        "text/* | TEXT",
        "application/* | JSON",
        "application/*;q=0.2, text/*;q=0.1 | JSON",
        "text/html; charset=utf-8; q=0.1, application/json;q=0.2 | JSON",
        "text/html;Q=0.1, application/json;q=0.2 | JSON",
        "text/html;q=1.0, application/json | HTML",
        "image/png | TEXT",
        "text/html;q=0 | TEXT",
        "text/html;q=x, application/json;q=0.1 | JSON",
        "text/html;q=0.1234, application/json;q=0.001 | JSON",
        ", ,;, text/html | HTML",
        "/ | TEXT",
        "'' | TEXT"
      })
  void theClientDecides(String accept, ErrorForm form) {
    assertEquals(form, ErrorForm.of(Headers.of("Host", "x", "accept", accept)));
  }

  @Test
  void severalFieldsAreOneList() {
    Headers two = Headers.of("Accept", "text/html;q=0.5", "Accept", "application/json");
    assertEquals(ErrorForm.JSON, ErrorForm.of(two));
    assertEquals(ErrorForm.TEXT, ErrorForm.of(Headers.empty()));
  }
}
