package cloud.zansoc.compute.api;

/** Asks for more or fewer replicas: POST /v1/deployments/{deployment}/scale. */
public record ScaleRequest(String service, int replicas) {}
