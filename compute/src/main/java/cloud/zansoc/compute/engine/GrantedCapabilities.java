package cloud.zansoc.compute.engine;

import java.util.List;

/**
 * What is left of root's capabilities in an instance:
 *
 * <ul>
 *   <li>CHOWN, DAC_OVERRIDE, FOWNER, FSETID: packages are installed, and servers prepare the
 *       folders of the users that they will be;
 *   <li>SETUID, SETGID: servers started as root become another user;
 *   <li>KILL: supervisors end processes of other users;
 *   <li>NET_BIND_SERVICE: web servers listen below 1024.
 * </ul>
 *
 * <p>Not among them is what engines give by default beyond that: NET_RAW (forged packets), MKNOD,
 * SYS_CHROOT, SETPCAP, SETFCAP, AUDIT_WRITE.
 */
public final class GrantedCapabilities {
  /** Their names. */
  public static final List<String> NAMES =
      List.of(
          "CHOWN",
          "DAC_OVERRIDE",
          "FOWNER",
          "FSETID",
          "SETUID",
          "SETGID",
          "KILL",
          "NET_BIND_SERVICE");

  private GrantedCapabilities() {}
}
