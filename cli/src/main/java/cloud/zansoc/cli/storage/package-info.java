/**
 * The commands of the storage trade. They parse, call {@code storage.client} and print; addresses
 * are {@code zs://bucket/key}, everything else is a path, {@code -} standard input or output, or a
 * share link.
 */
@NullMarked
package cloud.zansoc.cli.storage;

import org.jspecify.annotations.NullMarked;
