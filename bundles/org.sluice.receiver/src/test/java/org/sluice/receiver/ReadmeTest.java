package org.sluice.receiver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example of the README compiles and answers. */
@Timeout(60)
class ReadmeTest {
  @TempDir Path folder;

  @Test
  void exampleCompilesAndAnswers() throws Exception {
    String readme = Files.readString(Path.of("README.md"));
    Matcher code = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(readme);
    assertTrue(code.find());
    Path source = Files.writeString(folder.resolve("Hello.java"), code.group(1));
    StringWriter messages = new StringWriter();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> options =
        List.of(
            "-Xlint:all,-classfile,-processing", "-Werror", "-proc:none", "-d", folder.toString());
    var files = compiler.getStandardFileManager(null, null, null);
    boolean compiled =
        compiler
            .getTask(messages, files, null, options, null, files.getJavaFileObjects(source))
            .call();
    assertTrue(compiled, messages::toString);
    Front.assumeProgram("python3", "-c", "import socket; socket.send_fds");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                folder + ":" + System.getProperty("java.class.path"),
                "Hello",
                folder.resolve("app.sock").toString())
            .inheritIO()
            .start();
    try {
      Front.await("example listens", () -> Files.exists(folder.resolve("app.sock")));
      List<String> words = Front.run(folder.resolve("app.sock"), "one", 0);
      assertEquals("end", words.get(3));
      assertEquals("Hello, /127.0.0.1:" + words.get(2) + "\n", Front.text(words.get(4)));
    } finally {
      process.destroy();
    }
  }
}
