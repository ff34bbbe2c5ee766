package cloud.zansoc.ledger;

/** What came of looking at the pool's price. */
public enum PriceUpdate {
  /** Nothing: the last observation is younger than the window. */
  TOO_EARLY,

  /** It was observed; the average comes with the next observation. */
  OBSERVED,

  /** It was observed, and there is a new average. */
  AVERAGED
}
