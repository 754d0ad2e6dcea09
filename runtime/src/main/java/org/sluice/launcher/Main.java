package org.sluice.launcher;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Entry point of {@code bin/sluice}. */
public final class Main {
  private Main() {}

  /**
   * Runs one command and ends the JVM with its exit status.
   *
   * @param args the command's name and what follows it
   */
  public static void main(String[] args) {
    ArchiveState.ofThisStart().goodAtEnd();
    Console console =
        new Console(System.in, stream(FileDescriptor.out), stream(FileDescriptor.err));
    int status = run(List.of(args), console);
    console.out().flush();
    System.exit(status);
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  static int run(List<String> words, Console console) {
    try {
      if (words.isEmpty()) {
        console.err().println(Commands.overview());
        return Failure.USAGE;
      }
      String word = words.get(0);
      List<String> rest = words.subList(1, words.size());
      return switch (word) {
        case "help", "--help", "-h" -> help(rest, console);
        case "version", "--version" -> version(rest, console);
        default -> run(Commands.named(word), rest, console);
      };
    } catch (Failure e) {
      console.error(e.getMessage());
      return e.status();
    }
  }

  private static int run(Commands named, List<String> words, Console console) throws Failure {
    Arguments arguments = Arguments.parse(words, named == Commands.SHELL);
    if (arguments.has("--help") || arguments.has("-h")) {
      return print(console, named.help());
    }
    named.accept(arguments);
    return named.command.run(arguments, Installation.fromProperties(), console);
  }

  private static int help(List<String> about, Console console) throws Failure {
    boolean all = about.isEmpty() || List.of("--help", "-h").contains(about.get(0));
    return print(console, all ? Commands.overview() : Commands.named(about.get(0)).help());
  }

  private static int version(List<String> words, Console console) throws Failure {
    Arguments arguments = Arguments.parse(words, false);
    if (arguments.has("--help") || arguments.has("-h")) {
      return print(console, Commands.overview());
    }
    if (!words.isEmpty()) {
      throw new Failure(
          Failure.USAGE, "sluice version takes no \"" + words.get(0) + "\"; see sluice help");
    }
    return print(console, "sluice " + Version.text());
  }

  private static int print(Console console, String text) {
    console.say(text);
    return 0;
  }
}
