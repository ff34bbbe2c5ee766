package cloud.zansoc.hub.store;

import cloud.zansoc.base.Digest;
import cloud.zansoc.storage.api.CommitRequest;
import cloud.zansoc.storage.api.CommitRequest.VersionCommit;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * Names a commit by all that it asks for, so that a repetition is known. Manifests are sealed under
 * a random salt: two different commits are never equal. Every field goes in behind its length.
 */
final class CommitDigest {
  private final MessageDigest sha256 = Digest.newSha256();

  private CommitDigest() {}

  /**
   * @param moved the key that is moved away, or empty
   */
  static Digest of(String tenant, String moved, CommitRequest request) {
    CommitDigest digest = new CommitDigest();
    digest.add(tenant).add(moved).add(request.segments().size());
    for (CommitRequest.SegmentCommit segment : request.segments()) {
      // The receipts are left out: they are made anew for each attempt.
      digest.add(segment.shard().toString()).add(segment.index());
    }
    for (VersionCommit version : request.versions()) {
      digest.add(version.bucket()).add(version.key()).add(version.manifest());
      digest.add(version.size()).add(version.root()).add(version.segments().size());
      version.segments().forEach(segment -> digest.add(segment.toBytes()));
      digest.add(version.condition().absent() ? 1 : 0);
      digest.add(version.condition().versionId().orElse(""));
    }
    return Digest.of(digest.sha256.digest());
  }

  private CommitDigest add(String text) {
    return add(text.getBytes(StandardCharsets.UTF_8));
  }

  private CommitDigest add(byte[] bytes) {
    add(bytes.length);
    sha256.update(bytes);
    return this;
  }

  private CommitDigest add(long number) {
    sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
    return this;
  }
}
