/**
 * The hub's API: which routes there are, who may use each, and the OpenAPI document made from them.
 *
 * <p>Each class of routes translates between HTTP and one part of the hub; {@link
 * cloud.zansoc.hub.api.Gate} decides who may. No rules of the hub's business here.
 */
@NullMarked
package cloud.zansoc.hub.api;

import org.jspecify.annotations.NullMarked;
