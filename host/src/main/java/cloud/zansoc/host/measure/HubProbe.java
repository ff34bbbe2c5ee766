package cloud.zansoc.host.measure;

/**
 * The exchanges with a hub that the network is measured by. Blocking; failures are {@link
 * cloud.zansoc.base.ZansocException}s.
 */
public interface HubProbe {
  /** The most bytes that one download or upload may ask for. */
  long MAX_BYTES = 64L << 20;

  /** One smallest exchange on a kept connection. */
  void ping();

  /** Receives {@code bytes} (at most {@link #MAX_BYTES}) and drops them. */
  void download(long bytes);

  /** Sends {@code bytes} (at most {@link #MAX_BYTES}). */
  void upload(long bytes);
}
