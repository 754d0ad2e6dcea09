package org.sluice.api.http;

/** No plug-in of that kind and name is there, and none arrived while the request was held. */
public final class PluginMissingException extends HandlerException {
  private static final long serialVersionUID = 1L;

  /** For the contract's simple name and the name that was asked for. */
  public PluginMissingException(int status, String kind, String name) {
    super(status, "plugin-missing", "no " + kind + " named '" + name + "' is installed");
  }
}
