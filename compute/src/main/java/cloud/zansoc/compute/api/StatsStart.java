package cloud.zansoc.compute.api;

import cloud.zansoc.base.InstanceId;

/** Opens a stream of one {@link InstanceUsage} in JSON. */
public record StatsStart(InstanceId instance) {
  /** The stream's name. */
  public static final String STREAM = "stats";
}
