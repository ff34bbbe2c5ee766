package cloud.zansoc.ledger.evm;

import cloud.zansoc.ledger.AccountId;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import org.web3j.crypto.Hash;

/** Digests that accounts sign for one contract: EIP-712, version 1 of each domain. */
final class TypedData {
  private static final byte[] DOMAIN_TYPE =
      Words.keccak(
          "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
  private static final byte[] VERSION = Words.keccak("1");

  private final byte[] separator;

  TypedData(String name, long chain, AccountId contract) {
    this.separator =
        Hash.sha3(
            Words.concatenated(
                DOMAIN_TYPE, Words.keccak(name), VERSION, BigInteger.valueOf(chain), contract));
  }

  /** The digest of a struct, whose members are static. */
  byte[] digest(byte[] type, Object... members) {
    ByteArrayOutputStream struct = new ByteArrayOutputStream();
    struct.writeBytes(type);
    struct.writeBytes(Words.concatenated(members));
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    message.write(0x19);
    message.write(0x01);
    message.writeBytes(separator);
    message.writeBytes(Hash.sha3(struct.toByteArray()));
    return Hash.sha3(message.toByteArray());
  }
}
