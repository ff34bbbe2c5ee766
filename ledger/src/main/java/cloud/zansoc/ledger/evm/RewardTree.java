package cloud.zansoc.ledger.evm;

import cloud.zansoc.base.Digest;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.RewardClaim;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.web3j.crypto.Hash;

/**
 * The tree of what accounts have earned, as OpenZeppelin's StandardMerkleTree lays it out: leaves
 * are hashed twice and in ascending order, and the two children of a node likewise.
 */
public final class RewardTree {
  private final Map<AccountId, Amount> earned;
  private final Map<AccountId, Integer> places = new HashMap<>();

  /** The root first; the children of node i are 2i + 1 and 2i + 2, and the leaves come last. */
  private final Digest[] nodes;

  /**
   * The tree of what each account has earned in all epochs so far.
   *
   * @param earned at least one account
   */
  public RewardTree(Map<AccountId, Amount> earned) {
    if (earned.isEmpty()) {
      throw new IllegalArgumentException("rewards are for one account at least");
    }
    this.earned = Map.copyOf(earned);
    Map<Digest, AccountId> accounts = new HashMap<>();
    earned.forEach((account, amount) -> accounts.put(leaf(account, amount), account));
    List<Digest> leaves = accounts.keySet().stream().sorted().toList();
    this.nodes = new Digest[2 * leaves.size() - 1];
    for (int i = 0; i < leaves.size(); i++) {
      int place = nodes.length - 1 - i;
      nodes[place] = leaves.get(i);
      places.put(accounts.getOrDefault(leaves.get(i), AccountId.NOBODY), place);
    }
    for (int i = nodes.length - 1 - leaves.size(); i >= 0; i--) {
      nodes[i] = parent(nodes[2 * i + 1], nodes[2 * i + 2]);
    }
  }

  public Digest root() {
    return nodes[0];
  }

  /** What an account hands in; empty where it has earned nothing. */
  public Optional<RewardClaim> claim(AccountId account) {
    return Optional.ofNullable(places.get(account))
        .map(place ->
            new RewardClaim(account, earned.getOrDefault(account, Amount.ZERO), proof(place)));
  }

  private List<Digest> proof(int place) {
    List<Digest> proof = new ArrayList<>();
    for (int node = place; node > 0; node = (node - 1) / 2) {
      proof.add(nodes[node % 2 == 0 ? node - 1 : node + 1]);
    }
    return proof;
  }

  /** The root that a claim leads to. */
  public static Digest rootOf(RewardClaim claim) {
    Digest node = leaf(claim.account(), claim.cumulative());
    for (Digest sibling : claim.proof()) {
      node = parent(node, sibling);
    }
    return node;
  }

  private static Digest leaf(AccountId account, Amount cumulative) {
    return Digest.of(Hash.sha3(Hash.sha3(Words.concatenated(account, cumulative.units()))));
  }

  private static Digest parent(Digest a, Digest b) {
    boolean ascending = a.compareTo(b) < 0;
    return Digest.of(
        Hash.sha3(
            Words.concatenated((ascending ? a : b).toBytes(), (ascending ? b : a).toBytes())));
  }
}
