package cloud.zansoc.compute.api;

/** What a host does with an instance whose command has ended. */
public enum RestartPolicy {
  /** Starts it again, after pauses that double from a second to a minute. */
  ALWAYS,
  /** The same, unless it ended with 0. */
  ON_FAILURE,
  /** Lets it be. */
  NEVER
}
