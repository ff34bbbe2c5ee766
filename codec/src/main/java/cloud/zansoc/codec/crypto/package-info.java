/**
 * Keys, encryption and signatures, all on the JDK's own intrinsics.
 *
 * <p>The tree of keys is {@link cloud.zansoc.codec.crypto.RootKey}, {@link
 * cloud.zansoc.codec.crypto.BucketKey}, {@link cloud.zansoc.codec.crypto.SealKey}: each opens what
 * is below it and nothing else. People keep the root as a {@link
 * cloud.zansoc.codec.crypto.RecoveryPhrase}. No text form of a key but that phrase exists here, and
 * no message shows a secret.
 */
@NullMarked
package cloud.zansoc.codec.crypto;

import org.jspecify.annotations.NullMarked;
