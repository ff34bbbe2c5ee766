/**
 * Who earns how much of an epoch's rewards: the formula of docs/decisions/0014-rewards.md, and the
 * published file of its inputs (docs/format/reward-inputs.md).
 *
 * <p>{@link cloud.zansoc.ledger.rewards.RewardInputs} is the file, {@link
 * cloud.zansoc.ledger.rewards.RewardFormula} what follows from it. Pure: exact integers, no clock,
 * no chain, so that anyone comes to the same figures.
 */
@NullMarked
package cloud.zansoc.ledger.rewards;

import org.jspecify.annotations.NullMarked;
