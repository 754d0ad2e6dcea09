package org.sluice.launcher.httpd;

import java.util.Set;

/** Directives that say nothing that matters here. */
final class Meaningless {
  /** What has its place elsewhere, or none, in a front like ours. */
  private static final Set<String> KEYS =
      Set.of(
          "loadmodule",
          "user",
          "group",
          "pidfile",
          "mutex",
          "startservers",
          "minspareservers",
          "maxspareservers",
          "serverlimit",
          "threadlimit",
          "threadsperchild",
          "maxrequestworkers",
          "minsparethreads",
          "maxsparethreads",
          "maxconnectionsperchild",
          "asyncrequestworkerfactor",
          "keepalive",
          "loglevel",
          "errorlog",
          "errorlogformat",
          "hostnamelookups",
          "serveradmin",
          "servername",
          "serveralias",
          "serversignature",
          "servertokens",
          "accessfilename",
          "usecanonicalname",
          "typesconfig",
          "addtype",
          "addcharset",
          "adddefaultcharset",
          "enablemmap",
          "enablesendfile",
          "traceenable",
          "proxyrequests",
          "scriptsock",
          "defaultruntimedir",
          "mimemagicfile",
          "proxystatus",
          "allowoverride",
          "fileetag",
          "namevirtualhost",
          "contentdigest",
          "listenbacklog",
          "addencoding",
          "sslengine",
          "maxkeepaliverequests",
          "addicon",
          "indexoptions");

  private Meaningless() {}

  static boolean is(Directive directive) {
    return KEYS.contains(directive.key());
  }
}
