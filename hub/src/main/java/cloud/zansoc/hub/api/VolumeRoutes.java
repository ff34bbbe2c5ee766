package cloud.zansoc.hub.api;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.NewVolume;
import cloud.zansoc.compute.api.VolumeAttachment;
import cloud.zansoc.compute.api.VolumeSnapshot;
import cloud.zansoc.compute.api.VolumeView;
import cloud.zansoc.compute.hub.VolumeRecord;
import cloud.zansoc.compute.hub.Volumes;
import cloud.zansoc.net.http.Reply;
import cloud.zansoc.net.http.Request;
import cloud.zansoc.storage.api.BucketView;
import cloud.zansoc.storage.api.CommitRequest;
import cloud.zansoc.storage.api.DownloadPlan;
import cloud.zansoc.storage.api.DownloadRequest;
import cloud.zansoc.storage.api.Listing;
import cloud.zansoc.storage.api.ObjectView;
import cloud.zansoc.storage.api.Reservation;
import cloud.zansoc.storage.api.ReserveRequest;
import cloud.zansoc.storage.api.VersionView;
import cloud.zansoc.storage.hub.Catalogue;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Volumes: for their tenants, and for the hosts that hold them, which store into and read from a
 * volume's hidden bucket as if they were its tenant.
 */
final class VolumeRoutes {
  /** What stands before the routes of storage that a holder uses. */
  static final String HOLDER = "/v1/volumes/{volume}/generations/{generation}";

  private static final String VOLUME = "/v1/volumes/{volume}";

  private final Volumes volumes;
  private final Catalogue catalogue;

  VolumeRoutes(Volumes volumes, Catalogue catalogue) {
    this.volumes = volumes;
    this.catalogue = catalogue;
  }

  List<ApiRoute> routes() {
    return Stream.of(tenants(), holders(), objects(), segments()).flatMap(List::stream).toList();
  }

  private List<ApiRoute> tenants() {
    return List.of(
        ApiRoute.get("/v1/volumes", Access.TENANT, "The tenant's volumes by name")
            .givesList(VolumeView.class)
            .does((request, caller) -> Reply.ok(volumes.list(caller.tenant()))),
        ApiRoute.post("/v1/volumes", Access.TENANT, "Make an empty volume")
            .takes(NewVolume.class)
            .gives(VolumeView.class)
            .does((request, caller) ->
                Reply.created(volumes.create(caller.tenant(), request.body(NewVolume.class)))),
        ApiRoute.get(VOLUME, Access.TENANT, "One volume")
            .gives(VolumeView.class)
            .does((request, caller) -> Reply.ok(volumes.show(caller.tenant(), name(request)))),
        ApiRoute.delete(VOLUME, Access.TENANT, "Remove a free volume and its snapshots for good")
            .does((request, caller) -> {
              volumes.remove(caller.tenant(), name(request));
              return Reply.empty();
            }),
        ApiRoute.post(VOLUME + "/snapshot", Access.TENANT, "Take a snapshot now")
            .query("keep")
            .gives(VolumeView.class)
            .does((request, caller) ->
                Reply.ok(
                    volumes.snapshot(
                        caller.tenant(),
                        name(request),
                        request.query("keep", Boolean::parseBoolean).orElse(false)))),
        ApiRoute.delete(
                VOLUME + "/snapshots/{snapshot}", Access.TENANT, "Remove one of its snapshots")
            .gives(VolumeView.class)
            .does((request, caller) ->
                Reply.ok(
                    volumes.removeSnapshot(
                        caller.tenant(), name(request), request.path("snapshot", Long::valueOf)))),
        ApiRoute.post(
                VOLUME + "/restore",
                Access.TENANT,
                "Roll a free volume back to a snapshot, or make a new one of it")
            .query("snapshot!", "into")
            .gives(VolumeView.class)
            .does(this::restore));
  }

  private Reply restore(Request request, Caller caller) {
    long snapshot = required(request, "snapshot", Long::valueOf);
    return request
        .query("into")
        .map(fresh ->
            Reply.created(volumes.restoreInto(caller.tenant(), name(request), snapshot, fresh)))
        .orElseGet(() -> Reply.ok(volumes.restore(caller.tenant(), name(request), snapshot)));
  }

  private List<ApiRoute> holders() {
    return List.of(
        ApiRoute.get(HOLDER, Access.HOST, "What its holder needs to keep a volume")
            .gives(VolumeAttachment.class)
            .does((request, caller) ->
                Reply.ok(volumes.attachment(name(request), caller.id(), generation(request)))),
        ApiRoute.post(HOLDER + "/snapshots", Access.HOST, "Record a snapshot that was stored")
            .takes(VolumeSnapshot.class)
            .gives(VolumeAttachment.class)
            .does((request, caller) ->
                Reply.ok(
                    volumes.record(
                        name(request),
                        caller.id(),
                        generation(request),
                        request.body(VolumeSnapshot.class)))),
        ApiRoute.post(HOLDER + "/safe", Access.HOST, "Note that nothing has changed until then")
            .query("until!")
            .does((request, caller) -> {
              volumes.safe(
                  name(request),
                  caller.id(),
                  generation(request),
                  required(request, "until", Instant::parse));
              return Reply.empty();
            }));
  }

  private List<ApiRoute> objects() {
    String bucket = HOLDER + "/buckets/{bucket}";
    return List.of(
        ApiRoute.get(bucket, Access.HOST, "A volume's bucket, or that of its origin")
            .gives(BucketView.class)
            .does(
                read((volume, request) ->
                    Reply.ok(catalogue.bucket(tenant(volume), request.path("bucket"))))),
        ApiRoute.get(bucket + "/objects", Access.HOST, "A page of what lies in it")
            .query("prefix", "delimiter", "after", "limit")
            .gives(Listing.class)
            .does(
                held((volume, request) ->
                    Reply.ok(
                        catalogue.list(
                            tenant(volume), volume.bucket(), StorageRoutes.page(request))))),
        ApiRoute.get(bucket + "/object", Access.HOST, "An object of it and its manifest")
            .query("key!", "version")
            .gives(ObjectView.class)
            .does(
                read((volume, request) ->
                    Reply.ok(
                        catalogue.object(
                            tenant(volume),
                            request.path("bucket"),
                            request.requiredQuery("key"),
                            request.query("version"))))),
        ApiRoute.delete(bucket + "/object", Access.HOST, "Remove a version of an object for good")
            .query("key!", "version!")
            .does(
                held((volume, request) -> {
                  catalogue.remove(
                      tenant(volume),
                      volume.bucket(),
                      request.requiredQuery("key"),
                      request.query("version"));
                  return Reply.empty();
                })));
  }

  private List<ApiRoute> segments() {
    String reservation = HOLDER + "/segments/reservations/{shard}";
    return List.of(
        ApiRoute.post(HOLDER + "/segments/reserve", Access.HOST, "Hosts for a new segment")
            .takes(ReserveRequest.class)
            .gives(Reservation.class)
            .does((request, caller) -> {
              VolumeRecord volume = volume(request, caller);
              ReserveRequest wanted = request.body(ReserveRequest.class);
              requireBucket(volume, wanted.bucket());
              return Reply.created(catalogue.reserve(asker(volume, caller), wanted));
            }),
        ApiRoute.get(reservation, Access.HOST, "A reservation again, with fresh permits")
            .gives(Reservation.class)
            .does((request, caller) ->
                Reply.ok(catalogue.resume(asker(volume(request, caller), caller), shard(request)))),
        ApiRoute.delete(reservation, Access.HOST, "Give a reservation up")
            .does((request, caller) -> {
              catalogue.release(tenant(volume(request, caller)), shard(request));
              return Reply.empty();
            }),
        ApiRoute.post(HOLDER + "/segments/download", Access.HOST, "Where segments lie")
            .takes(DownloadRequest.class)
            .gives(DownloadPlan.class)
            .does((request, caller) ->
                Reply.ok(
                    catalogue.download(
                        Optional.of(tenant(volume(request, caller))),
                        caller.id(),
                        request.body(DownloadRequest.class)))),
        ApiRoute.post(HOLDER + "/commit", Access.HOST, "Make segments and versions visible")
            .takes(CommitRequest.class)
            .givesList(VersionView.class)
            .does((request, caller) -> {
              VolumeRecord volume = volume(request, caller);
              CommitRequest commit = request.body(CommitRequest.class);
              commit.versions().forEach(version -> requireBucket(volume, version.bucket()));
              return Reply.ok(catalogue.commit(tenant(volume), commit));
            }));
  }

  /** Work in the bucket of the path, which must be the volume's. */
  private ApiRoute.Work held(BiFunction<VolumeRecord, Request, Reply> work) {
    return (request, caller) -> {
      VolumeRecord volume = volume(request, caller);
      requireBucket(volume, request.path("bucket"));
      return work.apply(volume, request);
    };
  }

  /** The same where nothing is changed: the bucket may be that of the volume's origin, too. */
  private ApiRoute.Work read(BiFunction<VolumeRecord, Request, Reply> work) {
    return (request, caller) -> {
      VolumeRecord volume = volume(request, caller);
      String bucket = request.path("bucket");
      if (volumes.originOf(volume).filter(its -> its.bucket().equals(bucket)).isEmpty()) {
        requireBucket(volume, bucket);
      }
      return work.apply(volume, request);
    };
  }

  private VolumeRecord volume(Request request, Caller caller) {
    return volumes.held(name(request), caller.id(), generation(request));
  }

  private static void requireBucket(VolumeRecord volume, String bucket) {
    if (!bucket.equals(volume.bucket())) {
      throw new ZansocException(
          ErrorCode.FORBIDDEN,
          "volume %s lies in bucket %s, not in %s"
              .formatted(volume.identity().id(), volume.bucket(), bucket));
    }
  }

  private static <T> T required(Request request, String name, Function<String, T> parse) {
    String text = request.requiredQuery(name);
    return request
        .query(name, parse)
        .orElseThrow(() -> new IllegalStateException(name + " was '" + text + "' and is gone"));
  }

  private static String name(Request request) {
    return request.path("volume");
  }

  private static long generation(Request request) {
    return request.path("generation", Long::valueOf);
  }

  private static ShardId shard(Request request) {
    return request.path("shard", ShardId::parse);
  }

  private static String tenant(VolumeRecord volume) {
    return volume.identity().tenant();
  }

  private static Catalogue.Caller asker(VolumeRecord volume, Caller caller) {
    return new Catalogue.Caller(tenant(volume), caller.id());
  }
}
