package cloud.zansoc.compute.api;

/** How many replicas a service of a deployment shall have from now on. */
public record ScaleRequest(String service, int replicas) {}
