package org.sluice.cgi.internal.env;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;

/**
 * The script that a request names, and how its URL splits. Texts are decoded paths of Java.
 *
 * @param path real path of a regular file
 * @param attributes of that file
 * @param name URL path up to and with the script (SCRIPT_NAME)
 * @param pathInfo rest of the URL path; empty, or begins with a slash
 * @param contextPrefix URL path that is mapped to {@code contextRoot}; empty for the document root
 * @param contextRoot folder that it is mapped to
 */
public record ScriptFile(
    Path path,
    PosixFileAttributes attributes,
    String name,
    String pathInfo,
    String contextPrefix,
    Path contextRoot) {}
