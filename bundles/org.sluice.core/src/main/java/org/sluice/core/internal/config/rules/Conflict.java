package org.sluice.core.internal.config.rules;

import java.util.List;
import org.sluice.core.internal.config.read.CfgEntry;

/**
 * Files that are right one by one but do not fit together.
 *
 * @param at the entry to report, or null to report the whole first file
 * @param message names the other files
 * @param files display names of all files involved
 */
public record Conflict(CfgEntry at, String message, List<String> files) {}
