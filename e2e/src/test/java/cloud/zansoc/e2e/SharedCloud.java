package cloud.zansoc.e2e;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands one cloud of six hosts to every test class that asks for it, and ends it after the last.
 */
final class SharedCloud implements ParameterResolver {
  /** How many hosts it has. */
  static final int HOSTS = 6;

  /** What each tenant may store. */
  static final long QUOTA_BYTES = 60_000_000;

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == RunningCloud.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.create(SharedCloud.class))
        .computeIfAbsent(
            RunningCloud.class,
            key -> RunningCloud.start(HOSTS, "quota=" + QUOTA_BYTES + "B"),
            RunningCloud.class);
  }
}
