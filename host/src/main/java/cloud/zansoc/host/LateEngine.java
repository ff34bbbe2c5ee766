package cloud.zansoc.host;

import cloud.zansoc.compute.engine.Engine;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An engine that is connected to when it is first used, and again with each use until that
 * succeeds: it may be started after the agent.
 */
final class LateEngine implements InvocationHandler {
  private final Supplier<Engine> connecting;
  private @Nullable Engine connected;

  private LateEngine(Supplier<Engine> connecting) {
    this.connecting = connecting;
  }

  /**
   * The engine that {@code connecting} gives.
   *
   * @param connecting throws what the engine's user gets where it cannot connect
   */
  static Engine of(Supplier<Engine> connecting) {
    return (Engine)
        Proxy.newProxyInstance(
            Engine.class.getClassLoader(),
            new Class<?>[] {Engine.class},
            new LateEngine(connecting));
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (method.getName().equals("close")) {
      close();
      return null;
    }
    try {
      return method.invoke(engine(), arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** One connects while the others wait, each of which would wait for the same. */
  private synchronized Engine engine() {
    Engine known = connected;
    if (known == null) {
      known = connecting.get();
      connected = known;
    }
    return known;
  }

  private synchronized void close() {
    if (connected != null) {
      connected.close();
    }
  }
}
