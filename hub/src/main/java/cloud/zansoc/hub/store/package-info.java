/**
 * The hub's memory: the one package that owns SQL.
 *
 * <p>{@link cloud.zansoc.hub.store.Database} opens SQLite (one process, one file) or PostgreSQL
 * (several hubs on it) and runs transactions; each other class is one store with its statements,
 * written in the subset that both understand. Ids and object keys are kept as bytes ({@code BYTEA},
 * which SQLite takes as a blob), so that both order them alike. Tables of different stores refer to
 * each other by id, without foreign keys. Nothing here opens a socket to a host or signs.
 */
@NullMarked
package cloud.zansoc.hub.store;

import org.jspecify.annotations.NullMarked;
