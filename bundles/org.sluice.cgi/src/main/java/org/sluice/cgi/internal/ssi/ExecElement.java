package org.sluice.cgi.internal.ssi;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.http.Body;
import org.sluice.api.http.Response;
import org.sluice.api.http.Subrequest;
import org.sluice.cgi.internal.CgiState;
import org.sluice.cgi.internal.ExecMark;
import org.sluice.ssi.api.Expansion;
import org.sluice.ssi.api.SsiAttribute;
import org.sluice.ssi.api.SsiContext;
import org.sluice.ssi.api.SsiElement;
import org.sluice.ssi.api.SsiException;

/**
 * {@code <!--#exec cgi="/cgi-bin/x" -->} and {@code <!--#exec cmd="…" -->}: the output of a program
 * within a page. Published by the CGI bundle ({@link ExecPublisher}), so that without it no page
 * can run anything.
 */
public final class ExecElement implements SsiElement {
  private static final Logger LOG = LoggerFactory.getLogger(ExecElement.class);
  private static final int LONGEST_COMMAND = 8191;

  private final CgiState state;

  /** Runs programs there. */
  public ExecElement(CgiState state) {
    this.state = state;
  }

  @Override
  public void render(SsiContext page) throws SsiException {
    List<SsiAttribute> attributes = page.attributes();
    if (!page.mayExecute()) {
      throw page.error("exec is not allowed here (ssi=noexec)");
    }
    if (attributes.isEmpty()) {
      throw page.error("exec needs cgi= or cmd=");
    }
    next(page, attributes, 0);
  }

  /** Attributes in their order; each may wait. */
  private void next(SsiContext page, List<SsiAttribute> attributes, int index) throws SsiException {
    if (index == attributes.size()) {
      return;
    }
    SsiAttribute attribute = attributes.get(index);
    if (attribute.value() == null) {
      throw page.error(attribute.name() + " has no value");
    }
    switch (attribute.name()) {
      case "cgi" -> cgi(page, attributes, index);
      case "cmd" -> cmd(page, attributes, index);
      default -> throw page.error("exec knows cgi= and cmd=, not " + attribute.name() + "=");
    }
  }

  private void cgi(SsiContext page, List<SsiAttribute> attributes, int index) throws SsiException {
    String url = page.expand(attributes.get(index).value());
    if (url.isEmpty() || url.startsWith("//") || hasScheme(url)) {
      throw page.error("cgi= is a path of this site: " + url);
    }
    if (url.indexOf('?') >= 0) {
      throw page.error("cgi= takes no query, the program gets the page's: " + url);
    }
    String query = page.variable("QUERY_STRING");
    ExecMark mark = new ExecMark(page.variable("PATH_INFO"));
    String target = query == null || query.isEmpty() ? url : url + "?" + query;
    CompletionStage<Response> answer =
        page.subrequest(Subrequest.get(target).with(ExecMark.NAME, mark));
    page.await(
        answer,
        response -> {
          insert(page, url, mark, response);
          next(page, attributes, index + 1);
        });
  }

  private static boolean hasScheme(String url) {
    int colon = url.indexOf(':');
    int slash = url.indexOf('/');
    return colon >= 0 && (slash < 0 || colon < slash);
  }

  private static void insert(SsiContext page, String url, ExecMark mark, Response response)
      throws SsiException {
    if (!mark.isProgram() || !mark.hasAnswered()) {
      response.body().close();
      throw page.error(
          url
              + (mark.isProgram() ? ": the program failed, status " : " is no program, status ")
              + response.status());
    }
    String location = response.headers().get("Location");
    if (location != null && response.status() >= 300 && response.status() < 400) {
      response.body().close();
      String shown = page.escape(location);
      page.write("<a href=\"" + shown + "\">" + shown + "</a>");
      return;
    }
    page.insert(response.body());
  }

  private void cmd(SsiContext page, List<SsiAttribute> attributes, int index) throws SsiException {
    if (!page.options().flag("ssi.exec-cmd")) {
      throw page.error("cmd= is switched off (ssi.exec-cmd=off)");
    }
    String command = page.expand(attributes.get(index).value(), Expansion.COMMAND);
    if (command.length() > LONGEST_COMMAND || command.indexOf('\0') >= 0) {
      throw page.error("cmd= is longer than " + LONGEST_COMMAND + " bytes, or holds NUL");
    }
    LOG.info(
        "{}: {} runs: {}",
        page.exchange().describe("org.sluice.cgi"),
        page.document() == null ? "a page" : page.document().path(),
        org.sluice.cgi.internal.process.Bytes.printable(command, LONGEST_COMMAND));
    CompletableFuture<Body> started = new CompletableFuture<>();
    try {
      new CommandRun(state, page, command).start(started);
    } catch (IOException | RuntimeException e) {
      throw new SsiException("cmd= cannot be run: " + e.getMessage(), e);
    }
    page.await(
        started,
        body -> {
          page.insert(body);
          next(page, attributes, index + 1);
        });
  }
}
