/**
 * How private networks are made with Nebula: addresses, certificates and configurations, byte for
 * byte as its version 1.6 reads them, and its program as a process. The hub and the hosts each use
 * their part; nothing here knows of deployments. Certificates: docs/format/nebula-certificate.md.
 */
@NullMarked
package cloud.zansoc.compute.network;

import org.jspecify.annotations.NullMarked;
