/** Nothing yet. */
@org.jspecify.annotations.NullMarked
package cloud.zansoc.e2e;
