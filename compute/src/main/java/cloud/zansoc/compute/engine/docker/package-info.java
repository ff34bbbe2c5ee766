/**
 * Instances as containers of Docker or Podman, over the API that both answer: {@link
 * cloud.zansoc.compute.engine.docker.DockerEngine}. Owns docker-java. What isolates an instance
 * from its host and its neighbours is in {@link
 * cloud.zansoc.compute.engine.docker.ContainerSettings} and {@link
 * cloud.zansoc.compute.engine.docker.HostFirewall}, and nowhere else.
 */
@NullMarked
package cloud.zansoc.compute.engine.docker;

import org.jspecify.annotations.NullMarked;
