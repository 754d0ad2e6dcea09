package org.sluice.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The Karaf features and the distribution hold the same bundles: whoever adds one to the pom adds
 * it to a feature.
 */
class FeaturesTest {
  /** What Karaf itself brings. */
  private static final Pattern OF_KARAF =
      Pattern.compile(
          "org\\.apache\\.felix/(?!org\\.apache\\.felix\\.gogo\\.runtime).*|org\\.osgi/.*|org\\.sluice/org\\.sluice\\.slf4j");

  private static final Pattern DEPENDENCY =
      Pattern.compile(
          "<groupId>([^<]+)</groupId>\\s*<artifactId>([^<]+)</artifactId>\\s*(?:<classifier>([^<]+)</classifier>\\s*)?"
              + "<scope>runtime</scope>");
  private static final Pattern BUNDLE =
      Pattern.compile("mvn:([^/<]+)/([^/<]+)/[^/<]+(?:/jar/([^<]+))?</bundle>");

  @Test
  void everyBundleOfTheDistributionIsInExactlyOneFeature() throws Exception {
    List<String> features = find(BUNDLE, Path.of("../features/src/main/feature/features.xml"));
    assertEquals(
        new TreeSet<>(features).size(), features.size(), "a bundle in two features: " + features);

    List<String> distribution = find(DEPENDENCY, Path.of("pom.xml"));
    distribution.removeIf(OF_KARAF.asMatchPredicate());
    assertEquals(new TreeSet<>(distribution), new TreeSet<>(features));
  }

  private static List<String> find(Pattern pattern, Path file) throws Exception {
    List<String> found = new ArrayList<>();
    Matcher matcher = pattern.matcher(Files.readString(file));
    while (matcher.find()) {
      String classifier = matcher.group(3) == null ? "" : "/" + matcher.group(3);
      found.add(matcher.group(1) + "/" + matcher.group(2) + classifier);
    }
    return found;
  }
}
