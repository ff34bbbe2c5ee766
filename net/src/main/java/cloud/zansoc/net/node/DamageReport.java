package cloud.zansoc.net.node;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ShardId;

/** A host says that it found one of its blocks damaged: POST /v1/damage. */
public record DamageReport(Digest digest, ShardId shard) {}
