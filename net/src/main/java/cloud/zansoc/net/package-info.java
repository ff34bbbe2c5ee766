/**
 * How peers reach each other: identities and mutual TLS, block transport, control connection,
 * relay, HTTP.
 */
@NullMarked
package cloud.zansoc.net;

import org.jspecify.annotations.NullMarked;
