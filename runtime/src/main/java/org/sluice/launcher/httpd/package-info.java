/** Reads configurations of Apache httpd and writes ours. Needs no running front. */
package org.sluice.launcher.httpd;
