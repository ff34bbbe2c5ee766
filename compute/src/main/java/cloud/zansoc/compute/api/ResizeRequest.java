package cloud.zansoc.compute.api;

/**
 * Asks for another size of an instance: POST /v1/instances/{instance}/resize. CPU and memory change
 * while it runs; another disk or number of GPUs is refused.
 */
public record ResizeRequest(InstanceSize size) {}
