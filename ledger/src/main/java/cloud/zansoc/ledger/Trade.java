package cloud.zansoc.ledger;

/** What is to be exchanged: one of both amounts is fixed, the pool says the other. */
public sealed interface Trade {
  /** What is given; the other token is got. */
  Token given();

  /** All of an amount is given, for as much as comes. */
  record ExactIn(Token given, Amount in) implements Trade {}

  /** As much is given as a certain amount costs. */
  record ExactOut(Token given, Amount out) implements Trade {}
}
