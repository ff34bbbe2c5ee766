package cloud.zansoc.hub.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.hub.Book;
import cloud.zansoc.compute.hub.ComputeStore;
import cloud.zansoc.compute.hub.Deployment;
import cloud.zansoc.hub.endpoint.EndpointStore;
import cloud.zansoc.hub.endpoint.Reservation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store of endpoints does. */
abstract class EndpointStoreContract {
  private static final Digest FIRST = Digest.sha256(new byte[] {1});
  private static final Digest SECOND = Digest.sha256(new byte[] {2});
  private static final Reservation.Port PORT = new Reservation.Port("db", 5_432, 15_432);
  private static final Reservation.Port OTHER = new Reservation.Port("db", 5_433, 15_433);

  private Database database;
  private EndpointStore store;
  private ComputeStore deployments;

  abstract String newDatabase();

  @BeforeEach
  final void open() {
    database = Database.open(newDatabase());
    store = new SqlEndpointStore(database);
    deployments = new SqlComputeStore(database, new SqlComputeStoreContract.Inverted());
  }

  @AfterEach
  final void close() {
    database.close();
  }

  @Test
  void reserve_again_changesNothing() {
    Reservation reserved = store.reserve(FIRST, List.of("shop"), List.of(OTHER, PORT));

    assertThat(reserved).isEqualTo(new Reservation(FIRST, "shop", List.of(OTHER, PORT)));
    Reservation kept = new Reservation(FIRST, "shop", List.of(PORT, OTHER));
    assertThat(store.find(FIRST)).contains(kept);
    assertThat(store.reserve(FIRST, List.of("other"), List.of())).isEqualTo(kept);
    assertThat(store.taken()).containsExactlyInAnyOrder(15_432, 15_433);
    assertThat(store.find(SECOND)).isEmpty();
  }

  @Test
  void reserve_whatIsTaken_reservesNothing() {
    store.reserve(FIRST, List.of("shop"), List.of(PORT));

    assertThatThrownBy(() -> store.reserve(SECOND, List.of("shop", "shop-2"), List.of(OTHER, PORT)))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT))
        .hasMessageContaining("15432");
    assertThat(store.find(SECOND)).isEmpty();
    assertThat(store.taken()).containsExactly(15_432);
    assertThatThrownBy(() -> store.reserve(SECOND, List.of("shop"), List.of()))
        .hasMessageContaining("[shop] are taken");
    assertThat(store.reserve(SECOND, List.of("shop", "shop-2"), List.of(OTHER)).label())
        .isEqualTo("shop-2");
  }

  @Test
  void release_ofADeployment_freesAllOfIt() {
    store.reserve(FIRST, List.of("shop"), List.of(PORT));
    store.release(FIRST);

    assertThat(store.find(FIRST)).isEmpty();
    assertThat(store.reserve(SECOND, List.of("shop"), List.of(PORT)).label()).isEqualTo("shop");
  }

  @Test
  void reservations_ofRemovedDeployments_countForNothing() {
    deployments.add(ComputeStoreContract.book(FIRST, "tenant", "shop"));
    store.reserve(FIRST, List.of("shop"), List.of(PORT));
    Book kept = deployments.book(FIRST).orElseThrow();

    deployments.change(kept, kept.with(kept.deployment().in(Deployment.State.REMOVED)), Map.of());

    assertThat(store.taken()).isEmpty();
    assertThat(store.reserve(SECOND, List.of("shop"), List.of(PORT)).label()).isEqualTo("shop");
  }

  @Test
  void sweep_leavesWhatBelongsToDeployments() {
    deployments.add(ComputeStoreContract.book(FIRST, "tenant", "shop"));
    store.reserve(FIRST, List.of("shop"), List.of(PORT));
    store.reserve(SECOND, List.of("never-kept"), List.of(OTHER));

    store.sweep();

    assertThat(store.find(FIRST)).isPresent();
    assertThat(store.find(SECOND)).isEmpty();
    assertThat(store.taken()).containsExactly(15_432);
  }
}
