/** What peers and their hub tell each other about machines, membership and invitations. */
@NullMarked
package cloud.zansoc.net.node;

import org.jspecify.annotations.NullMarked;
