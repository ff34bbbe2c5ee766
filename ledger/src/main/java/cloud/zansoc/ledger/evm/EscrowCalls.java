package cloud.zansoc.ledger.evm;

import cloud.zansoc.base.Digest;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.CloseReason;
import cloud.zansoc.ledger.LeaseId;
import cloud.zansoc.ledger.Offer;
import cloud.zansoc.ledger.Signature;
import cloud.zansoc.ledger.SignedOffer;
import java.math.BigInteger;
import java.util.List;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.DynamicBytes;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.StaticStruct;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint32;
import org.web3j.abi.datatypes.generated.Uint64;
import org.web3j.abi.datatypes.generated.Uint8;
import org.web3j.abi.datatypes.generated.Uint96;
import org.web3j.utils.Numeric;

/** The calls of escrow and coin for balances and leases, as the ABI encodes them. */
final class EscrowCalls {
  private static final int PARITY_BIT = 255;
  private static final int FIRST_V = 27;
  private static final Bytes32 NO_DEPLOYMENT = new Bytes32(new byte[32]);

  /**
   * What an operation may always use. An estimate on a state in which nothing is due yet is too
   * small for the block in which something is; unused gas costs nothing.
   */
  private static final long LEAST_GAS = 150_000;

  /** The same for each lease of a settlement, one that pays a host for the first time included. */
  private static final long LEAST_GAS_EACH = 40_000;

  private EscrowCalls() {}

  /** What one operation, or the settlement of so many leases, may always use. */
  static long leastGas(int operations) {
    return LEAST_GAS + LEAST_GAS_EACH * (operations - 1);
  }

  static String view(String function) {
    return encoded(function);
  }

  static String balanceOf(AccountId account) {
    return encoded("balanceOf", address(account));
  }

  static String permitNonceOf(AccountId account) {
    return encoded("nonces", address(account));
  }

  static String leaseOf(LeaseId lease) {
    return encoded("leaseOf", word(lease));
  }

  static String depositWithPermit(Amount amount, BigInteger deadline, Signature permit) {
    int parity = permit.vs().testBit(PARITY_BIT) ? 1 : 0;
    return encoded(
        "depositWithPermit",
        uint(amount),
        new Uint256(deadline),
        new Uint8(FIRST_V + parity),
        word(permit.r()),
        word(permit.vs().clearBit(PARITY_BIT)));
  }

  static String transfer(AccountId to, Amount amount) {
    return encoded("transfer", address(to), uint(amount));
  }

  static String mint(AccountId to, Amount amount) {
    return encoded("mint", address(to), uint(amount));
  }

  static String withdraw(AccountId to, Amount amount) {
    return encoded("withdraw", address(to), uint(amount));
  }

  static String open(SignedOffer signed, long paidSeconds) {
    return encoded(
        "open",
        struct(signed.offer()),
        struct(signed.signature()),
        new Uint32(paidSeconds),
        NO_DEPLOYMENT);
  }

  /** Several calls of the escrow in one transaction, all or none. */
  static String multicall(List<String> calls) {
    return encoded(
        "multicall",
        new DynamicArray<>(
            DynamicBytes.class,
            calls.stream()
                .map(call -> new DynamicBytes(Numeric.hexStringToByteArray(call)))
                .toList()));
  }

  static String openFor(
      AccountId client, Digest deployment, List<SignedOffer> offers, long paidSeconds) {
    return encoded(
        "openFor",
        address(client),
        structs(offers.stream().map(signed -> struct(signed.offer())).toList()),
        structs(offers.stream().map(signed -> struct(signed.signature())).toList()),
        new Uint32(paidSeconds),
        word(deployment));
  }

  static String topUpFor(LeaseId lease, long paidSeconds) {
    return encoded("topUpFor", word(lease), new Uint32(paidSeconds));
  }

  private static DynamicArray<StaticStruct> structs(List<StaticStruct> structs) {
    return new DynamicArray<>(StaticStruct.class, structs);
  }

  private static StaticStruct struct(Signature signature) {
    return new StaticStruct(word(signature.r()), word(signature.vs()));
  }

  static String cancelOffer(Offer offer) {
    return encoded("cancelOffer", struct(offer));
  }

  static String topUp(LeaseId lease, long paidSeconds) {
    return encoded("topUp", word(lease), new Uint32(paidSeconds));
  }

  static String settle(LeaseId lease) {
    return encoded("settle", word(lease));
  }

  static String settleMany(List<LeaseId> leases) {
    List<Bytes32> words = leases.stream().map(EscrowCalls::word).toList();
    return encoded("settleMany", new DynamicArray<>(Bytes32.class, words));
  }

  static String close(LeaseId lease, CloseReason reason) {
    return encoded("close", word(lease), new Uint8(reason.number()));
  }

  private static StaticStruct struct(Offer offer) {
    return new StaticStruct(
        address(offer.host()),
        address(offer.client().orElse(AccountId.NOBODY)),
        new Uint96(offer.rate().units()),
        new Uint64(offer.expiry().getEpochSecond()),
        new Bytes32(offer.resources().toBytes()),
        new Uint256(offer.nonce()));
  }

  @SuppressWarnings("rawtypes") // web3j's own signature
  static String encoded(String function, Type... inputs) {
    return FunctionEncoder.encode(new Function(function, List.of(inputs), List.of()));
  }

  static Address address(AccountId account) {
    return new Address(account.text());
  }

  static Uint256 uint(Amount amount) {
    return new Uint256(amount.units());
  }

  static Bytes32 word(LeaseId lease) {
    return new Bytes32(Numeric.hexStringToByteArray(lease.text()));
  }

  static Bytes32 word(Digest bytes) {
    return new Bytes32(bytes.toBytes());
  }

  static Bytes32 word(BigInteger number) {
    return new Bytes32(Numeric.toBytesPadded(number, 32));
  }
}
