/**
 * The volumes of this host's instances: each an image file with an ext4 file system, mounted here,
 * and snapshotted into storage while it is used. It is the glue between compute's instances and
 * storage's objects; it knows neither engines nor leases. docs/decisions/0018-volumes.md says why
 * it is as it is, docs/format/volume-snapshot.md what is stored.
 */
@NullMarked
package cloud.zansoc.host.volumes;

import org.jspecify.annotations.NullMarked;
