package org.sluice.access.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.sluice.api.config.Option;
import org.sluice.api.config.OptionSet;
import org.sluice.api.config.OptionType;

/** Options of the hooks {@code auth} and {@code auth-require}. */
@ObjectClassDefinition(name = "Authentication", description = "Who may ask.")
@OptionSet(plugin = "auth")
@interface AuthOptions {
  /** Password file. */
  @AttributeDefinition(
      name = "auth.file",
      description =
          "Password file as htpasswd writes it (bcrypt, SHA-crypt, apr1, {SHA}). Whoever asks must"
              + " be in it, and in every other along the path. Default: none.")
  @Option(type = OptionType.PATH, guard = true)
  String auth_file() default "";

  /** Who of those that are verified may ask. */
  @AttributeDefinition(
      name = "auth.require",
      description =
          "Who may ask: valid-user, user NAME..., group NAME..., with commas; one of them suffices,"
              + " in every list along the path. Default: valid-user.")
  @Option(type = OptionType.LIST, guard = true)
  String auth_require() default "";

  /** Group file. */
  @AttributeDefinition(
      name = "auth.groups",
      description =
          "Group file with lines GROUP: USER USER. With several along the path a user is in a group"
              + " when all say so. Default: none.")
  @Option(type = OptionType.PATH, guard = true)
  String auth_groups() default "";

  /** Realm of the challenge. */
  @AttributeDefinition(
      name = "auth.realm",
      description = "Name of the protected area, shown by browsers; printable ASCII.")
  @Option
  String auth_realm() default "Restricted";
}
