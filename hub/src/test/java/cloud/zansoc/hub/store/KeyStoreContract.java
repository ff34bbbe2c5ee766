package cloud.zansoc.hub.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.hub.registry.KeyStore;
import cloud.zansoc.net.node.KeyView;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store of SSH keys does. */
abstract class KeyStoreContract {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private Database database;
  private KeyStore store;

  abstract String newDatabase();

  @BeforeEach
  final void open() {
    database = Database.open(newDatabase());
    store = new SqlKeyStore(database);
  }

  @AfterEach
  final void close() {
    database.close();
  }

  private static KeyView key(String fingerprint, int second, Optional<Instant> expires) {
    return new KeyView(fingerprint, "ssh-ed25519", "me@häuser", NOW.plusSeconds(second), expires);
  }

  @Test
  void put_keysOfTwoTenants_eachHasItsOwn() {
    KeyView second = key("SHA256:b", 2, Optional.empty());
    KeyView first = key("SHA256:a", 1, Optional.of(NOW.plusSeconds(60)));
    store.put("t", second);
    store.put("t", first);
    store.put("u", second);

    assertThat(store.keys("t")).containsExactly(first, second);
    assertThat(store.keys("u")).containsExactly(second);
    assertThat(store.keys("v")).isEmpty();
    assertThat(store.tenants("SHA256:b", NOW)).containsExactly("t", "u");
    assertThat(store.tenants("SHA256:c", NOW)).isEmpty();
  }

  @Test
  void tenants_ofAKeyThatExpires_areNoneFromThenOn() {
    store.put("t", key("SHA256:a", 1, Optional.of(NOW.plusSeconds(60))));
    assertThat(store.tenants("SHA256:a", NOW.plusSeconds(59))).containsExactly("t");
    assertThat(store.tenants("SHA256:a", NOW.plusSeconds(60))).isEmpty();
  }

  @Test
  void put_again_changesExpiryAndKeepsWhenItCame() {
    store.put("t", key("SHA256:a", 1, Optional.of(NOW.plusSeconds(60))));
    store.put("t", key("SHA256:a", 7, Optional.empty()));
    assertThat(store.keys("t")).containsExactly(key("SHA256:a", 1, Optional.empty()));
  }

  @Test
  void remove_ofOneTenant_leavesTheOthers() {
    store.put("t", key("SHA256:a", 1, Optional.empty()));
    store.put("u", key("SHA256:a", 1, Optional.empty()));
    assertThat(store.remove("t", "SHA256:a")).isTrue();
    assertThat(store.remove("t", "SHA256:a")).isFalse();
    assertThat(store.tenants("SHA256:a", NOW)).containsExactly("u");
  }

  @Test
  void put_moreThanFit_refused() {
    for (int i = 0; i < KeyStore.MOST_KEYS; i++) {
      store.put("t", key("SHA256:" + i, i, Optional.empty()));
    }
    assertThatThrownBy(() -> store.put("t", key("SHA256:more", 1, Optional.empty())))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.QUOTA_EXCEEDED));
    store.put("t", key("SHA256:7", 1, Optional.of(NOW)));
    store.put("u", key("SHA256:more", 1, Optional.empty()));
  }
}
