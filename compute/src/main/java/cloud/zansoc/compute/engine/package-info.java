/**
 * What runs instances on a host: {@link cloud.zansoc.compute.engine.Engine}, and its
 * implementations, which pass one contract suite. An engine knows nothing of leases, money or the
 * hub; it does what it is told and says what it sees.
 */
@NullMarked
package cloud.zansoc.compute.engine;

import org.jspecify.annotations.NullMarked;
