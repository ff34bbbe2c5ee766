package cloud.zansoc.hub.store;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * The hub's database and its transactions. Thread-safe.
 *
 * <p>SQLite has one writer at a time: writes share one connection and queue for it, each beginning
 * with IMMEDIATE; readers have connections of their own and see the last committed state (WAL). On
 * PostgreSQL writes are SERIALIZABLE. On both, a write that met another is run again from its
 * beginning, so that a callback must have no effect outside its transaction.
 */
public final class Database implements AutoCloseable {
  private static final int MAX_ATTEMPTS = 40;
  private static final int SQLITE_READERS = 4;
  private static final int POSTGRES_CONNECTIONS = 12;
  private static final int SQLITE_BUSY = 5;

  /**
   * PostgreSQL's states for a serialization failure, a deadlock, and a key that another transaction
   * has taken meanwhile: every insert here is checked before, so that a second run finds the rival.
   */
  private static final Set<String> RIVALRY = Set.of("40001", "40P01", "23505");

  private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(30);

  private final HikariDataSource writers;
  private final HikariDataSource readers;
  private final Jdbi writing;
  private final Jdbi reading;
  private final boolean sqlite;

  private Database(HikariDataSource writers, HikariDataSource readers, boolean sqlite) {
    this.writers = writers;
    this.readers = readers;
    this.writing = Jdbi.create(writers);
    this.reading = Jdbi.create(readers);
    this.sqlite = sqlite;
  }

  /**
   * Opens the database and brings its tables up to date (about a second).
   *
   * @param jdbcUrl "jdbc:sqlite:FILE", or "jdbc:postgresql://..." with user and password in it
   * @throws ZansocException INVALID_ARGUMENT if the URL is of neither, UNREACHABLE if nothing
   *     answers there
   */
  public static Database open(String jdbcUrl) {
    Database database;
    try {
      if (jdbcUrl.startsWith("jdbc:sqlite:")) {
        database = sqlite(jdbcUrl);
      } else if (jdbcUrl.startsWith("jdbc:postgresql:")) {
        database = postgres(jdbcUrl);
      } else {
        throw new ZansocException(
            ErrorCode.INVALID_ARGUMENT,
            "the database URL begins with neither jdbc:sqlite: nor jdbc:postgresql:");
      }
    } catch (com.zaxxer.hikari.pool.HikariPool.PoolInitializationException e) {
      throw new ZansocException(
          ErrorCode.UNREACHABLE,
          "the database cannot be opened; check its URL, its user, and that it runs",
          e);
    }
    database.migrate();
    return database;
  }

  private static Database sqlite(String url) {
    HikariDataSource writer = pool(sqliteSource(url, SQLiteConfig.TransactionMode.IMMEDIATE), 1);
    return new Database(
        writer,
        pool(sqliteSource(url, SQLiteConfig.TransactionMode.DEFERRED), SQLITE_READERS),
        true);
  }

  private static SQLiteDataSource sqliteSource(String url, SQLiteConfig.TransactionMode mode) {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.enforceForeignKeys(true);
    config.setBusyTimeout((int) CONNECTION_TIMEOUT.toMillis());
    config.setTransactionMode(mode);
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl(url);
    return source;
  }

  private static Database postgres(String url) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.addDataSourceProperty("reWriteBatchedInserts", "true");
    HikariDataSource pool = pool(config, POSTGRES_CONNECTIONS);
    return new Database(pool, pool, false);
  }

  private static HikariDataSource pool(DataSource source, int connections) {
    HikariConfig config = new HikariConfig();
    config.setDataSource(source);
    return pool(config, connections);
  }

  private static HikariDataSource pool(HikariConfig config, int connections) {
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(CONNECTION_TIMEOUT.toMillis());
    return new HikariDataSource(config);
  }

  private void migrate() {
    Flyway.configure()
        .dataSource(writers)
        .locations("classpath:cloud/zansoc/hub/store/migration")
        .load()
        .migrate();
  }

  /** Runs {@code work} on one consistent state of the database; it must not write. */
  public <T, X extends Exception> T read(HandleCallback<T, X> work) throws X {
    if (sqlite) {
      return reading.inTransaction(work);
    }
    return reading.inTransaction(TransactionIsolationLevel.REPEATABLE_READ, work);
  }

  /**
   * Runs {@code work} as one transaction, all or nothing and as if alone, durable when this
   * returns. It may run several times.
   *
   * @throws ZansocException CONFLICT when it met other writers {@value #MAX_ATTEMPTS} times
   */
  public <T, X extends Exception> T write(HandleCallback<T, X> work) throws X {
    for (int attempt = 1; ; attempt++) {
      try {
        if (sqlite) {
          return writing.inTransaction(work);
        }
        return writing.inTransaction(TransactionIsolationLevel.SERIALIZABLE, work);
      } catch (JdbiException e) {
        if (!metAnother(e)) {
          throw e;
        }
        pause(attempt, e);
      }
    }
  }

  /** A {@link #write} without an answer. */
  public void run(Statements work) {
    write(handle -> {
      work.run(handle);
      return true;
    });
  }

  /** What {@link #run} runs. */
  @FunctionalInterface
  public interface Statements {
    void run(Handle handle);
  }

  private static boolean metAnother(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        String state = sql.getSQLState();
        return RIVALRY.contains(String.valueOf(state))
            || (sql instanceof org.sqlite.SQLiteException
                && (sql.getErrorCode() & 0xff) == SQLITE_BUSY);
      }
    }
    return false;
  }

  /** Waits up to 2 ms, doubled for each attempt up to 128 ms; at random, so that two part. */
  private static void pause(int attempt, JdbiException cause) {
    if (attempt == MAX_ATTEMPTS) {
      throw new ZansocException(
          ErrorCode.CONFLICT, "too many others write at the same time: try again", cause);
    }
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(2L << Math.min(attempt, 6)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ZansocException(ErrorCode.TIMED_OUT, "interrupted while writing", e);
    }
  }

  /** Closes every connection. */
  @Override
  public void close() {
    writers.close();
    readers.close();
  }
}
