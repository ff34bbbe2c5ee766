/**
 * The images of this host's instances that lie in Zansoc storage: fetched by {@link
 * cloud.zansoc.host.images.HostImages}, checked, loaded into the engine, and removed when others
 * need the room. It is the glue between compute's instances and storage's objects; it knows neither
 * leases nor registries. docs/format/image-reference.md says what is stored.
 */
@NullMarked
package cloud.zansoc.host.images;

import org.jspecify.annotations.NullMarked;
