package cloud.zansoc.storage.client;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;

/**
 * What makes a target equal to its source: names to copy, and names to remove from the target.
 *
 * @param unchanged how many names need nothing
 */
public record SyncPlan(List<String> copy, List<String> remove, int unchanged) {
  private static final int COMPARED_AT_ONCE = 16;

  public SyncPlan {
    copy = List.copyOf(copy);
    remove = List.copyOf(remove);
  }

  /**
   * Compares two sides by name and size, and where both are equal by {@code same}.
   *
   * @param source sizes in bytes by name
   * @param target sizes in bytes by name
   * @param delete whether the target must lose what the source does not have
   * @param same whether a name of equal sizes stands for the same content; asked on many threads
   */
  public static SyncPlan of(
      SortedMap<String, Long> source,
      SortedMap<String, Long> target,
      boolean delete,
      Predicate<String> same) {
    List<String> candidates =
        source.keySet().stream()
            .filter(name -> Objects.equals(source.get(name), target.get(name)))
            .toList();
    List<String> equal = filter(candidates, same);
    List<String> copy = new ArrayList<>(source.keySet());
    copy.removeAll(new HashSet<>(equal));
    List<String> remove =
        delete
            ? target.keySet().stream().filter(name -> !source.containsKey(name)).toList()
            : List.of();
    return new SyncPlan(copy, remove, equal.size());
  }

  private static List<String> filter(List<String> names, Predicate<String> same) {
    Semaphore places = new Semaphore(COMPARED_AT_ONCE);
    List<Future<Boolean>> answers = new ArrayList<>();
    List<String> equal = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (String name : names) {
        places.acquire();
        answers.add(
            threads.submit(() -> {
              try {
                return same.test(name);
              } finally {
                places.release();
              }
            }));
      }
      for (int i = 0; i < names.size(); i++) {
        if (answers.get(i).get()) {
          equal.add(names.get(i));
        }
      }
    } catch (InterruptedException e) {
      throw Failures.interrupted("comparing", e);
    } catch (ExecutionException e) {
      throw Failures.unwrapped(e);
    }
    return equal;
  }
}
