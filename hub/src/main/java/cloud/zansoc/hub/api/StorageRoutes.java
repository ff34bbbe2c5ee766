package cloud.zansoc.hub.api;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.hub.registry.Member;
import cloud.zansoc.net.http.Reply;
import cloud.zansoc.net.http.Request;
import cloud.zansoc.storage.api.BucketView;
import cloud.zansoc.storage.api.CommitRequest;
import cloud.zansoc.storage.api.DownloadPlan;
import cloud.zansoc.storage.api.DownloadRequest;
import cloud.zansoc.storage.api.Listing;
import cloud.zansoc.storage.api.NewBucket;
import cloud.zansoc.storage.api.NewShare;
import cloud.zansoc.storage.api.ObjectHealth;
import cloud.zansoc.storage.api.ObjectView;
import cloud.zansoc.storage.api.Reservation;
import cloud.zansoc.storage.api.ReserveRequest;
import cloud.zansoc.storage.api.ShareView;
import cloud.zansoc.storage.api.VersionView;
import cloud.zansoc.storage.hub.Catalogue;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

/** Buckets, objects, segments and shares. */
final class StorageRoutes {
  /** The longest commit, in bytes of JSON. */
  static final long MAX_COMMIT_BYTES = 32L << 20;

  /** The longest manifest in a move: that of an object of some terabytes. */
  static final long MAX_MANIFEST_BODY_BYTES = 8L << 20;

  private static final long SMALL_COMMIT_BYTES = 1 << 20;
  private static final int LARGE_COMMITS_AT_ONCE = 3;
  private static final String BUCKET = "/v1/buckets/{bucket}";

  private final Catalogue catalogue;
  private final Guests guests;
  private final Semaphore largeCommits = new Semaphore(LARGE_COMMITS_AT_ONCE, true);

  StorageRoutes(Catalogue catalogue, Guests guests) {
    this.catalogue = catalogue;
    this.guests = guests;
  }

  List<ApiRoute> routes() {
    return Stream.of(buckets(), objects(), segments(), shares()).flatMap(List::stream).toList();
  }

  private List<ApiRoute> buckets() {
    return List.of(
        ApiRoute.get("/v1/buckets", Access.TENANT, "The tenant's buckets by name")
            .givesList(BucketView.class)
            .does((request, caller) ->
                Reply.ok(
                    catalogue.buckets(caller.tenant()).stream()
                        .filter(bucket -> !HiddenBuckets.isHidden(bucket.name()))
                        .toList())),
        ApiRoute.post("/v1/buckets", Access.TENANT, "Make a bucket")
            .takes(NewBucket.class)
            .gives(BucketView.class)
            .does((request, caller) -> {
              NewBucket bucket = request.body(NewBucket.class);
              return Reply.created(
                  catalogue.createBucket(
                      caller.tenant(),
                      HiddenBuckets.requireVisible(bucket.name()),
                      bucket.k(),
                      bucket.n()));
            }),
        ApiRoute.get(BUCKET, Access.TENANT, "One bucket")
            .gives(BucketView.class)
            .does(
                (request, caller) -> Reply.ok(catalogue.bucket(caller.tenant(), bucket(request)))),
        ApiRoute.delete(BUCKET, Access.TENANT, "Remove an empty bucket")
            .does((request, caller) -> {
              catalogue.removeBucket(caller.tenant(), bucket(request));
              return Reply.empty();
            }));
  }

  private List<ApiRoute> objects() {
    return List.of(
        ApiRoute.get(BUCKET + "/objects", Access.TENANT, "A page of newest versions by key")
            .query("prefix", "delimiter", "after", "limit")
            .gives(Listing.class)
            .does(this::list),
        ApiRoute.get(BUCKET + "/versions", Access.TENANT, "All versions, by key, newest first")
            .query("prefix")
            .givesList(VersionView.class)
            .does((request, caller) ->
                Reply.ok(
                    catalogue.versions(
                        caller.tenant(), bucket(request), request.query("prefix").orElse("")))),
        ApiRoute.get(BUCKET + "/object", Access.TENANT, "A version and its manifest")
            .query("key!", "version")
            .gives(ObjectView.class)
            .does((request, caller) ->
                Reply.ok(
                    catalogue.object(
                        caller.tenant(),
                        bucket(request),
                        request.requiredQuery("key"),
                        request.query("version")))),
        ApiRoute.delete(BUCKET + "/object", Access.TENANT, "Put a delete marker, or end a version")
            .query("key!", "version")
            .does((request, caller) -> {
              catalogue.remove(
                  caller.tenant(),
                  bucket(request),
                  request.requiredQuery("key"),
                  request.query("version"));
              return Reply.empty();
            }),
        ApiRoute.post(BUCKET + "/move", Access.TENANT, "Rename an object")
            .query("key!")
            .takes(CommitRequest.VersionCommit.class)
            .gives(VersionView.class)
            .does(this::move),
        ApiRoute.get(BUCKET + "/health", Access.TENANT, "How safe a version is")
            .query("key!", "version")
            .gives(ObjectHealth.class)
            .does((request, caller) ->
                Reply.ok(
                    catalogue.health(
                        caller.tenant(),
                        bucket(request),
                        request.requiredQuery("key"),
                        request.query("version")))));
  }

  private Reply list(Request request, Caller caller) {
    return Reply.ok(catalogue.list(caller.tenant(), bucket(request), page(request)));
  }

  /** Which page of a listing is asked for. */
  static Catalogue.Page page(Request request) {
    int limit = request.query("limit", Integer::parseInt).orElse(Catalogue.Page.MAX_LIMIT);
    if (limit < 1 || limit > Catalogue.Page.MAX_LIMIT) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "limit is 1 to " + Catalogue.Page.MAX_LIMIT);
    }
    return new Catalogue.Page(
        request.query("prefix").orElse(""),
        request.query("delimiter").orElse(""),
        request.query("after"),
        limit);
  }

  private Reply move(Request request, Caller caller) {
    return Reply.ok(
        catalogue.move(
            caller.tenant(),
            bucket(request),
            request.requiredQuery("key"),
            visible(request.body(CommitRequest.VersionCommit.class))));
  }

  private static CommitRequest.VersionCommit visible(CommitRequest.VersionCommit version) {
    String bucket = HiddenBuckets.requireVisible(version.bucket());
    assert bucket.equals(version.bucket());
    return version;
  }

  private static String bucket(Request request) {
    return HiddenBuckets.requireVisible(request.path("bucket"));
  }

  private List<ApiRoute> segments() {
    String reservation = "/v1/segments/reservations/{shard}";
    return List.of(
        ApiRoute.post("/v1/segments/reserve", Access.TENANT, "Hosts for a new segment")
            .takes(ReserveRequest.class)
            .gives(Reservation.class)
            .does((request, caller) ->
                Reply.created(
                    catalogue.reserve(asker(caller), visible(request.body(ReserveRequest.class))))),
        ApiRoute.get(reservation, Access.TENANT, "A reservation again, with fresh permits")
            .gives(Reservation.class)
            .does((request, caller) -> Reply.ok(catalogue.resume(asker(caller), shard(request)))),
        ApiRoute.delete(reservation, Access.TENANT, "Give a reservation up")
            .does((request, caller) -> {
              catalogue.release(caller.tenant(), shard(request));
              return Reply.empty();
            }),
        ApiRoute.post("/v1/segments/download", Access.PEER, "Where segments lie, with permits")
            .takes(DownloadRequest.class)
            .gives(DownloadPlan.class)
            .does(this::download),
        ApiRoute.post("/v1/commit", Access.TENANT, "Make segments and versions visible")
            .takes(CommitRequest.class)
            .givesList(VersionView.class)
            .does(this::commit));
  }

  private static ReserveRequest visible(ReserveRequest wanted) {
    String bucket = HiddenBuckets.requireVisible(wanted.bucket());
    assert bucket.equals(wanted.bucket());
    return wanted;
  }

  private static Catalogue.Caller asker(Caller caller) {
    return new Catalogue.Caller(caller.tenant(), caller.id());
  }

  private static ShardId shard(Request request) {
    return request.path("shard", ShardId::parse);
  }

  private Reply download(Request request, Caller caller) {
    DownloadRequest wanted = request.body(DownloadRequest.class);
    Optional<String> tenant =
        wanted.share().isPresent()
            ? caller.member().map(Member::tenant)
            : Optional.of(caller.tenant());
    DownloadPlan plan = catalogue.download(tenant, caller.id(), wanted);
    if (caller.member().isEmpty()) {
      guests.welcome(caller.id());
    }
    return Reply.ok(plan);
  }

  /** A large commit takes one of a few places in memory; the others wait their turn. */
  private Reply commit(Request request, Caller caller) {
    boolean small = request.head().length() >= 0 && request.head().length() <= SMALL_COMMIT_BYTES;
    if (small) {
      return Reply.ok(catalogue.commit(caller.tenant(), commitOf(request)));
    }
    largeCommits.acquireUninterruptibly();
    try {
      return Reply.ok(catalogue.commit(caller.tenant(), commitOf(request)));
    } finally {
      largeCommits.release();
    }
  }

  private static CommitRequest commitOf(Request request) {
    return HiddenBuckets.requireVisible(request.body(CommitRequest.class));
  }

  private List<ApiRoute> shares() {
    return List.of(
        ApiRoute.get("/v1/shares", Access.TENANT, "The tenant's shares, newest first")
            .givesList(ShareView.class)
            .does((request, caller) -> Reply.ok(catalogue.shares(caller.tenant()))),
        ApiRoute.post("/v1/shares", Access.TENANT, "Share a version")
            .takes(NewShare.class)
            .gives(ShareView.class)
            .does((request, caller) -> {
              NewShare share = request.body(NewShare.class);
              return Reply.created(
                  catalogue.share(
                      caller.tenant(),
                      HiddenBuckets.requireVisible(share.bucket()),
                      share.key(),
                      share.versionId(),
                      share.expires()));
            }),
        ApiRoute.get("/v1/shares/{share}", Access.ANYONE, "What a share opens")
            .gives(ObjectView.class)
            .does((request, caller) -> Reply.ok(catalogue.openShare(request.path("share")))),
        ApiRoute.delete("/v1/shares/{share}", Access.TENANT, "Revoke a share")
            .does((request, caller) -> {
              catalogue.revokeShare(caller.tenant(), request.path("share"));
              return Reply.empty();
            }));
  }
}
