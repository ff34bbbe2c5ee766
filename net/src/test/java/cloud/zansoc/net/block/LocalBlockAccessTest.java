package cloud.zansoc.net.block;

import cloud.zansoc.codec.format.Permit;

/** The fake itself, without a connection. */
final class LocalBlockAccessTest extends BlockAccessContract {
  @Override
  protected BlockAccess open(Permit.Signed permit) {
    return service.open(cast.client.id(), permit);
  }
}
