package cloud.zansoc.ledger.outbox;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.CloseReason;
import cloud.zansoc.ledger.DealId;
import cloud.zansoc.ledger.EpochRewards;
import cloud.zansoc.ledger.LeaseId;
import cloud.zansoc.ledger.LedgerId;
import cloud.zansoc.ledger.Mandates;
import cloud.zansoc.ledger.Offer;
import cloud.zansoc.ledger.PossessionProof;
import cloud.zansoc.ledger.RewardClaim;
import cloud.zansoc.ledger.Signature;
import cloud.zansoc.ledger.SignedOffer;
import cloud.zansoc.ledger.SignedVoucher;
import cloud.zansoc.ledger.Voucher;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Operations as bytes: docs/format/outbox.md. */
public final class OperationFormat {
  private static final int MAGIC = 0x5a4f5031;
  private static final int VERSION_DIGIT = 0xff;
  private static final int WORD = 32;
  private static final int ADDRESS = 20;

  /** What every operation has room in, but for its list of nodes. */
  private static final int FIXED = 256;

  private static final int SETTLE = 1;
  private static final int CLOSE = 2;
  private static final int TOP_UP = 3;
  private static final int WITHDRAW = 4;
  private static final int REDEEM = 5;
  private static final int PROVE = 6;
  private static final int FAULT = 7;
  private static final int CLAIM = 8;
  private static final int PUBLISH = 9;
  private static final int OPEN_FOR = 10;
  private static final int TOP_UP_FOR = 11;

  /** The longest encoding of a signed offer. */
  private static final int OFFER = 300;

  private OperationFormat() {}

  /** The one encoding of an operation. */
  public static byte[] encode(Operation operation) {
    ByteBuffer out = ByteBuffer.allocate(room(operation)).putInt(MAGIC);
    switch (operation) {
      case Operation.Settle(LeaseId lease) -> out.put((byte) SETTLE).put(bytes(lease.text()));
      case Operation.Close(LeaseId lease, CloseReason reason) ->
          out.put((byte) CLOSE).put(bytes(lease.text())).put((byte) reason.number());
      case Operation.TopUp(LeaseId lease, Duration paid) ->
          out.put((byte) TOP_UP).put(bytes(lease.text())).putInt((int) paid.toSeconds());
      case Operation.OpenFor open -> put(out.put((byte) OPEN_FOR), open);
      case Operation.TopUpFor(LeaseId lease, Duration paid) ->
          out.put((byte) TOP_UP_FOR).put(bytes(lease.text())).putInt((int) paid.toSeconds());
      case Operation.Withdraw(AccountId to, Amount amount) ->
          out.put((byte) WITHDRAW).put(bytes(to.text())).put(word(amount));
      case Operation.Redeem(SignedVoucher voucher) -> put(out.put((byte) REDEEM), voucher);
      case Operation.Prove(DealId deal, PossessionProof proof) -> {
        out.put((byte) PROVE).put(bytes(deal.text())).put((byte) proof.leaves().size());
        proof.leaves().forEach(leaf -> leaf.write(out));
        out.putShort((short) proof.path().size());
        proof.path().forEach(sibling -> sibling.write(out));
      }
      case Operation.Fault(DealId deal, long most) ->
          out.put((byte) FAULT).put(bytes(deal.text())).putInt((int) most);
      case Operation.Claim(RewardClaim claim) -> {
        out.put((byte) CLAIM).put(bytes(claim.account().text())).put(word(claim.cumulative()));
        out.put((byte) claim.proof().size());
        claim.proof().forEach(sibling -> sibling.write(out));
      }
      case Operation.Publish(EpochRewards rewards) -> {
        out.put((byte) PUBLISH).putLong(rewards.epoch());
        rewards.root().write(out);
        rewards.inputs().write(out.put(word(rewards.total())));
      }
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  /** More bytes than an operation needs. */
  private static int room(Operation operation) {
    int nodes =
        switch (operation) {
          case Operation.Prove prove -> prove.proof().leaves().size() + prove.proof().path().size();
          case Operation.Claim claim -> claim.claim().proof().size();
          default -> 0;
        };
    int offers = operation instanceof Operation.OpenFor open ? open.offers().size() : 0;
    return FIXED + nodes * WORD + offers * OFFER;
  }

  private static void put(ByteBuffer out, Operation.OpenFor open) {
    out.put(bytes(open.client().text()));
    open.deployment().write(out);
    out.putInt((int) open.paid().toSeconds()).put((byte) open.offers().size());
    open.offers().forEach(offer -> put(out, offer));
  }

  private static void put(ByteBuffer out, SignedOffer signed) {
    Offer offer = signed.offer();
    put(out, signed.ledger());
    out.put(bytes(offer.host().text()));
    out.put(bytes(offer.client().orElse(AccountId.NOBODY).text()));
    out.put(word(offer.rate())).putLong(offer.expiry().getEpochSecond());
    offer.resources().write(out);
    out.put(word(new Amount(offer.nonce())));
    put(out, signed.signature());
  }

  private static void put(ByteBuffer out, LedgerId ledger) {
    out.putLong(ledger.chain()).put(bytes(ledger.escrow().text()));
  }

  private static void put(ByteBuffer out, Signature signature) {
    out.put(word(new Amount(signature.r()))).put(word(new Amount(signature.vs())));
  }

  private static void put(ByteBuffer out, SignedVoucher signed) {
    Voucher voucher = signed.voucher();
    put(out, signed.ledger());
    out.put(bytes(voucher.host().text()));
    voucher.reference().write(out);
    out.put(word(voucher.total()));
    put(out, signed.signature());
  }

  /**
   * Reads an operation.
   *
   * @throws ZansocException INVALID_ARGUMENT where the bytes are none, UNSUPPORTED where they are
   *     of another version
   */
  public static Operation decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      checkVersion(in.getInt());
      Operation operation = operation(in);
      if (in.hasRemaining()) {
        throw invalid("has " + in.remaining() + " bytes too many");
      }
      return operation;
    } catch (BufferUnderflowException e) {
      throw new ZansocException(ErrorCode.INVALID_ARGUMENT, "a stored operation is cut off", e);
    }
  }

  private static void checkVersion(int magic) {
    if (magic == MAGIC) {
      return;
    }
    if ((magic & ~VERSION_DIGIT) == (MAGIC & ~VERSION_DIGIT)) {
      throw new ZansocException(
          ErrorCode.UNSUPPORTED, "a stored operation is of a version that is not known here");
    }
    throw invalid("begins with other bytes");
  }

  private static Operation operation(ByteBuffer in) {
    int kind = in.get();
    return switch (kind) {
      case SETTLE -> new Operation.Settle(lease(in));
      case CLOSE -> new Operation.Close(lease(in), reason(in.get()));
      case TOP_UP ->
          new Operation.TopUp(lease(in), Duration.ofSeconds(Integer.toUnsignedLong(in.getInt())));
      case WITHDRAW -> new Operation.Withdraw(account(in), new Amount(number(in)));
      case REDEEM -> new Operation.Redeem(voucher(in));
      case PROVE ->
          new Operation.Prove(
              new DealId(hex(in, WORD)),
              new PossessionProof(
                  nodes(in, Byte.toUnsignedInt(in.get())),
                  nodes(in, Short.toUnsignedInt(in.getShort()))));
      case FAULT ->
          new Operation.Fault(new DealId(hex(in, WORD)), Integer.toUnsignedLong(in.getInt()));
      case CLAIM -> new Operation.Claim(claim(in));
      case PUBLISH -> new Operation.Publish(rewards(in));
      case OPEN_FOR -> openFor(in);
      case TOP_UP_FOR ->
          new Operation.TopUpFor(
              lease(in), Duration.ofSeconds(Integer.toUnsignedLong(in.getInt())));
      default -> throw invalid("is of the unknown kind " + kind);
    };
  }

  private static Operation openFor(ByteBuffer in) {
    AccountId client = account(in);
    Digest deployment = Digest.read(in);
    Duration paid = Duration.ofSeconds(Integer.toUnsignedLong(in.getInt()));
    int count = in.get();
    if (count < 1 || count > Mandates.MAX_OPENED_AT_ONCE) {
      throw invalid("opens " + count + " leases");
    }
    List<SignedOffer> offers = Stream.generate(() -> offer(in)).limit(count).toList();
    return new Operation.OpenFor(client, deployment, offers, paid);
  }

  private static SignedOffer offer(ByteBuffer in) {
    LedgerId ledger = ledger(in);
    AccountId host = account(in);
    Optional<AccountId> client =
        Optional.of(account(in)).filter(id -> !id.equals(AccountId.NOBODY));
    BigInteger rate = number(in);
    long expiry = in.getLong();
    if (rate.bitLength() > Offer.RATE_BITS || expiry < 0) {
      throw invalid("has an offer of %s units a second until %d".formatted(rate, expiry));
    }
    Offer offer =
        new Offer(
            host,
            client,
            new Amount(rate),
            Instant.ofEpochSecond(Math.min(expiry, Instant.MAX.getEpochSecond())),
            Digest.read(in),
            number(in));
    return new SignedOffer(ledger, offer, new Signature(number(in), number(in)));
  }

  private static LedgerId ledger(ByteBuffer in) {
    long chain = in.getLong();
    if (chain <= 0) {
      throw invalid("is for chain " + chain);
    }
    return new LedgerId(chain, account(in));
  }

  private static SignedVoucher voucher(ByteBuffer in) {
    LedgerId ledger = ledger(in);
    Voucher voucher = new Voucher(account(in), Digest.read(in), new Amount(number(in)));
    return new SignedVoucher(ledger, voucher, new Signature(number(in), number(in)));
  }

  private static RewardClaim claim(ByteBuffer in) {
    AccountId account = account(in);
    Amount cumulative = new Amount(number(in));
    int siblings = in.get();
    if (siblings < 0 || siblings > RewardClaim.LONGEST_PROOF) {
      throw invalid("has a proof of " + siblings + " siblings");
    }
    return new RewardClaim(account, cumulative, nodes(in, siblings));
  }

  private static EpochRewards rewards(ByteBuffer in) {
    long epoch = in.getLong();
    if (epoch < 0) {
      throw invalid("is of epoch " + epoch);
    }
    return new EpochRewards(epoch, Digest.read(in), new Amount(number(in)), Digest.read(in));
  }

  private static List<Digest> nodes(ByteBuffer in, int count) {
    return Stream.generate(() -> Digest.read(in)).limit(count).toList();
  }

  private static AccountId account(ByteBuffer in) {
    return new AccountId(hex(in, ADDRESS));
  }

  private static BigInteger number(ByteBuffer in) {
    return new BigInteger(1, read(in, WORD));
  }

  private static CloseReason reason(int number) {
    try {
      return CloseReason.of(number);
    } catch (IllegalArgumentException e) {
      throw invalid("closes for the unknown reason " + number);
    }
  }

  private static LeaseId lease(ByteBuffer in) {
    return new LeaseId(hex(in, WORD));
  }

  private static String hex(ByteBuffer in, int length) {
    return "0x" + HexFormat.of().formatHex(read(in, length));
  }

  private static byte[] read(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex, 2, hex.length());
  }

  private static byte[] word(Amount amount) {
    byte[] number = amount.units().toByteArray();
    byte[] word = new byte[WORD];
    int length = Math.min(number.length, WORD);
    System.arraycopy(number, number.length - length, word, WORD - length, length);
    return word;
  }

  private static ZansocException invalid(String what) {
    return new ZansocException(ErrorCode.INVALID_ARGUMENT, "a stored operation " + what);
  }
}
