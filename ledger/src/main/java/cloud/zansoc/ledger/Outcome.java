package cloud.zansoc.ledger;

import cloud.zansoc.base.ZansocException;
import java.util.function.Function;

/**
 * What came of an operation: it is done, or the ledger refused it and nothing has moved.
 *
 * @param <T> what a done operation gives
 */
public sealed interface Outcome<T> {
  /** It is done. */
  record Done<T>(T value) implements Outcome<T> {}

  /** It was refused: no coin has moved. */
  record Refused<T>(Refusal reason) implements Outcome<T> {}

  /** A refusal for this reason. */
  static <T> Outcome<T> refused(Refusal reason) {
    return new Refused<>(reason);
  }

  /**
   * What a done operation gave.
   *
   * @throws ZansocException with the refusal's code and message: nothing has moved
   */
  default T orThrow() {
    return switch (this) {
      case Done<T>(T value) -> value;
      case Refused<T>(Refusal reason) -> throw new ZansocException(reason.code(), reason.message());
    };
  }

  /** Applies a function to what a done operation gave. */
  default <R> Outcome<R> map(Function<? super T, ? extends R> function) {
    return switch (this) {
      case Done<T>(T value) -> new Done<>(function.apply(value));
      case Refused<T>(Refusal reason) -> new Refused<>(reason);
    };
  }

  /** Goes on with what a done operation gave. */
  default <R> Outcome<R> then(Function<? super T, Outcome<R>> next) {
    return switch (this) {
      case Done<T>(T value) -> next.apply(value);
      case Refused<T>(Refusal reason) -> new Refused<>(reason);
    };
  }
}
