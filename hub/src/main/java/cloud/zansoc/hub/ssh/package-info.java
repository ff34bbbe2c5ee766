/**
 * The way into instances by SSH: {@link cloud.zansoc.hub.ssh.SshGateway} takes users in by their
 * keys, and joins what they ask for with streams to the instance's host. Nothing of SSH is needed
 * in an instance. Files are served over the sftp-server of the image, and where it has none, over
 * its shell.
 */
@NullMarked
package cloud.zansoc.hub.ssh;

import org.jspecify.annotations.NullMarked;
