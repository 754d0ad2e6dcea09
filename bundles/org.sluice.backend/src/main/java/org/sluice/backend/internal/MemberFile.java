package org.sluice.backend.internal;

import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;

/** One file {@code etc/org.sluice.member~NAME.cfg}; a component instance each. */
@Component(
    service = MemberFile.class,
    immediate = true,
    configurationPid = "org.sluice.member",
    configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class MemberFile {
  private final Members members;
  private final String name;

  /** Called by the component runtime. */
  @Activate
  public MemberFile(@Reference Members members, Map<String, Object> properties) {
    this.members = members;
    String pid = String.valueOf(properties.get("service.pid"));
    this.name = pid.substring(pid.indexOf('~') + 1);
    members.put(name, properties);
  }

  /** The file was changed. */
  @Modified
  void modified(Map<String, Object> properties) {
    members.put(name, properties);
  }

  /** The file has gone, or the bundle goes. */
  @Deactivate
  void deactivate() {
    members.remove(name);
  }
}
