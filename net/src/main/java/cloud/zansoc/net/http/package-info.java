/** The HTTPS server and client of the API. The only owner of Jetty and Jackson. */
@NullMarked
package cloud.zansoc.net.http;

import org.jspecify.annotations.NullMarked;
