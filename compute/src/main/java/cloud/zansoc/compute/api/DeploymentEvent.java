package cloud.zansoc.compute.api;

import java.time.Instant;

/**
 * Something that happened to a deployment, for people.
 *
 * @param instance its name; empty where it concerns the whole deployment
 */
public record DeploymentEvent(Instant at, String instance, String text) {}
