package cloud.zansoc.ledger.evm;

import cloud.zansoc.base.Digest;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.DealId;
import cloud.zansoc.ledger.DealTerms;
import cloud.zansoc.ledger.LedgerId;
import cloud.zansoc.ledger.Signature;
import cloud.zansoc.ledger.SignedTerms;
import cloud.zansoc.ledger.TermsScheme;
import java.math.BigInteger;
import java.util.Optional;
import org.web3j.crypto.Hash;
import org.web3j.utils.Numeric;

/** Terms as the domain {@code Zansoc Storage Deals} of a contract for deals signs them. */
public final class EvmTerms implements TermsScheme {
  private static final byte[] TERMS_TYPE =
      Words.keccak(
          "Terms(address host,address client,bytes32 root,uint64 leaves,uint8 samples,uint32"
              + " periods,uint96 price,uint96 penalty,uint64 expiry,uint256 nonce)");

  private final LedgerId ledger;
  private final TypedData domain;

  /** Those of the contract for deals of a ledger. */
  public EvmTerms(LedgerId ledger, AccountId deals) {
    this.ledger = ledger;
    this.domain = new TypedData("Zansoc Storage Deals", ledger.chain(), deals);
  }

  /** Signs terms with their host's key. */
  public SignedTerms sign(EvmKey host, DealTerms terms) {
    return new SignedTerms(ledger, terms, host.sign(digest(terms)));
  }

  @Override
  public LedgerId ledger() {
    return ledger;
  }

  @Override
  public DealId dealId(DealTerms terms) {
    return new DealId(Numeric.toHexString(digest(terms)));
  }

  @Override
  public Optional<AccountId> signer(DealTerms terms, Signature signature) {
    return EvmKey.signer(digest(terms), signature);
  }

  @Override
  public long challenge(DealId deal, Digest seed, int sample, long leaves) {
    byte[] hash =
        Hash.sha3(
            Words.concatenated(
                seed.toBytes(),
                Numeric.hexStringToByteArray(deal.text()),
                BigInteger.valueOf(sample)));
    return new BigInteger(1, hash).mod(BigInteger.valueOf(leaves)).longValueExact();
  }

  private byte[] digest(DealTerms terms) {
    return domain.digest(
        TERMS_TYPE,
        terms.host(),
        terms.client().orElse(AccountId.NOBODY),
        terms.root().toBytes(),
        BigInteger.valueOf(terms.leaves()),
        BigInteger.valueOf(terms.samples()),
        BigInteger.valueOf(terms.periods()),
        terms.price().units(),
        terms.penalty().units(),
        BigInteger.valueOf(terms.expiry().getEpochSecond()),
        terms.nonce());
  }
}
