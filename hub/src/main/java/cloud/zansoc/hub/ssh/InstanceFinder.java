package cloud.zansoc.hub.ssh;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.hub.InstanceDirectory;
import cloud.zansoc.compute.hub.InstanceDirectory.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.session.Session;

/** Finds the instance that a session's user name means, among those its key reaches. */
final class InstanceFinder {
  /** The tenants that the session's key belongs to. */
  static final AttributeKey<Set<String>> TENANTS = new AttributeKey<>();

  private final InstanceDirectory directory;

  InstanceFinder(InstanceDirectory directory) {
    this.directory = directory;
  }

  /** The instance; throws as the directory does. */
  Place find(Session session) {
    Set<String> tenants = session.getAttribute(TENANTS);
    if (tenants == null || tenants.isEmpty()) {
      throw new IllegalStateException("a session without a tenant");
    }
    List<Place> found = new ArrayList<>();
    ZansocException failure = new ZansocException(ErrorCode.NOT_FOUND, "no such instance");
    for (String tenant : tenants) {
      try {
        found.add(directory.find(tenant, session.getUsername()));
      } catch (ZansocException e) {
        failure = e;
      }
    }
    if (found.isEmpty()) {
      throw failure;
    }
    if (found.size() > 1) {
      throw new ZansocException(
          ErrorCode.CONFLICT,
          "your key belongs to %d tenants that have a %s: use a key that belongs to one"
              .formatted(found.size(), session.getUsername()));
    }
    return found.getFirst();
  }
}
