package cloud.zansoc.storage.client;

import cloud.zansoc.base.BucketName;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ObjectKey;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.AesCtr;
import cloud.zansoc.codec.crypto.Key256;
import cloud.zansoc.codec.crypto.RootKey;
import cloud.zansoc.codec.crypto.SealKey;
import cloud.zansoc.codec.erasure.LeafDigests;
import cloud.zansoc.codec.format.Manifest;
import cloud.zansoc.codec.format.ManifestSeal;
import cloud.zansoc.codec.format.SegmentIndex;
import cloud.zansoc.net.block.BlockDialer;
import cloud.zansoc.storage.api.BucketView;
import cloud.zansoc.storage.api.CommitRequest;
import cloud.zansoc.storage.api.CommitRequest.Condition;
import cloud.zansoc.storage.api.CommitRequest.VersionCommit;
import cloud.zansoc.storage.api.ObjectView;
import cloud.zansoc.storage.api.ShareView;
import cloud.zansoc.storage.api.VersionView;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * What a client does with its storage: encrypted before it leaves, verified before it is given out.
 *
 * <p>Blocking and thread-safe; transfers of one client share its memory, which {@link
 * TransferLimits} bounds whatever the objects' sizes are. Failures are {@link ZansocException}s
 * which say what to do. What needs no keys is asked of {@link #hub} directly.
 */
public final class StorageClient implements AutoCloseable {
  private static final int CHUNK_BYTES = 256 * 1024;

  private final TransferContext context;
  private final Manifests manifests;
  private final UploadJournals journals;
  private final SecureRandom random = new SecureRandom();

  /**
   * A client of {@code hub}.
   *
   * @param dialer closed by the caller
   * @param root the tenant's root key
   * @param journals the folder for journals of uploads, made when first needed
   */
  public StorageClient(
      StorageHub hub, BlockDialer dialer, RootKey root, Path journals, TransferLimits limits) {
    this.context =
        new TransferContext(hub, new HostNetwork(dialer, hub::relay), new Coding(limits), limits);
    this.manifests = new Manifests(hub, root, random);
    this.journals = new UploadJournals(journals, InstantSource.system(), random);
  }

  /**
   * What is asked of the hub without keys: buckets, listings, versions, removal, health, shares.
   */
  public StorageHub hub() {
    return context.hub();
  }

  /** The most bytes of blocks that were held at once. */
  public long peakBytes() {
    return context.coding().buffers().peakBytes();
  }

  /**
   * Stores a file. The same call again, after a failure or in another process, goes on where this
   * one stopped, as long as the file has not changed.
   *
   * @throws ZansocException IS_A_DIRECTORY, NOT_FOUND, NOT_ENOUGH_HOSTS, QUOTA_EXCEEDED,
   *     PRECONDITION_FAILED; CONFLICT where the file changes meanwhile
   */
  public VersionView put(FileToStore file, TransferProgress progress) {
    return put(file, progress, version -> {});
  }

  /**
   * Stores what {@code stream} gives until it ends, of any length; a temporary file keeps the
   * ciphertext of what is on its way.
   *
   * @param stream closed by the caller
   */
  public VersionView put(NewObject target, InputStream stream, TransferProgress progress) {
    BucketView bucket = bucket(target.address());
    Key256 key = Key256.random(random);
    long segmentBytes = SegmentIndex.segmentBytes(bucket.k());
    UploadJournal journal = UploadJournal.forgetful(key);
    try (StreamCiphertext source = new StreamCiphertext(stream, segmentBytes, key)) {
      return put(bucket, target, source, source::readSegment, journal, progress);
    } catch (RuntimeException e) {
      journal.release(context.hub(), e);
      throw e;
    }
  }

  /**
   * Stores many files of one bucket: small ones packed, large ones as {@link #put} does. The same
   * call again, after an interruption or failures, in this process or another, leaves what is
   * stored and sends only the rest.
   *
   * @param name stands for what is stored where: the same when the same is stored again
   * @param files one that is named twice for the same key is stored once
   * @throws ZansocException CONFLICT where the same is under way already, INVALID_ARGUMENT where
   *     two files have one key; what becomes of the files is told to the listener
   */
  public void putAll(
      String bucketName, String name, List<FileToStore> files, BatchListener listener) {
    putAll(bucketName, name, files, listener, noted -> true);
  }

  /**
   * As {@link #putAll}, for files whose contents were compared with what is stored and differ:
   * whatever an earlier try has noted as stored, they are not left as they are.
   */
  public void putAllCompared(
      String bucketName, String name, List<FileToStore> files, BatchListener listener) {
    putAll(bucketName, name, files, listener, noted -> !noted.isDone());
  }

  private void putAll(
      String bucketName,
      String name,
      List<FileToStore> files,
      BatchListener listener,
      Predicate<BatchJournal.Earlier> trusted) {
    List<FileToStore> distinct = BatchUpload.distinct(files);
    BucketView bucket = context.hub().bucket(bucketName);
    try (BatchJournal journal = journals.openBatch(name, bucket)) {
      List<BatchJournal.Earlier> noted = journal.earlier().stream().filter(trusted).toList();
      EarlierTry earlier = new EarlierTry(context.hub(), bucket, noted, distinct);
      BatchUpload batch =
          BatchUpload.of(context, manifests, bucket, journal, earlier, random, listener);
      if (batch.run((file, stored) -> put(file, listener, stored))) {
        journal.remove();
      }
    } catch (InterruptedException e) {
      throw Failures.interrupted("storing into " + bucketName, e);
    }
  }

  /**
   * Opens the newest version of an object, or the one named.
   *
   * @throws ZansocException NOT_FOUND, WRONG_KEY
   */
  public ObjectReader open(ObjectAddress address, Optional<String> versionId) {
    StoredObject object = manifests.open(bucket(address), key(address), versionId);
    return new ObjectReader(context, new SegmentPlans(context, Optional.empty()), object);
  }

  /**
   * Opens what a share's link stands for; needs no root key.
   *
   * @throws ZansocException NOT_FOUND, GONE (it ended or was revoked), WRONG_KEY
   */
  public ObjectReader openShare(String share, SealKey key) {
    ObjectView view = context.hub().openShare(share);
    StoredObject object = Manifests.checked(view, ManifestSeal.open(key, view.manifest()));
    return new ObjectReader(context, new SegmentPlans(context, Optional.of(share)), object);
  }

  /**
   * Writes an object to a file, whose name stands for the whole content or for nothing. The same
   * call again, after an interruption, goes on with what is there of a large object.
   */
  public void getFile(ObjectReader object, Path file, TransferProgress progress) {
    FileDownload.write(file, object, progress);
  }

  /** Writes many objects of one bucket to files, whose folders are made. */
  public void getAll(String bucketName, List<FileToWrite> files, BatchListener listener) {
    BucketView bucket = context.hub().bucket(bucketName);
    try {
      new BatchDownload(context, manifests, bucket, listener).run(files);
    } catch (InterruptedException e) {
      throw Failures.interrupted("reading from " + bucketName, e);
    }
  }

  /** Makes a copy under another key, also in another bucket of the tenant; no block moves. */
  public VersionView copy(ObjectAddress from, Optional<String> versionId, ObjectAddress to) {
    StoredObject object = manifests.open(bucket(from), key(from), versionId);
    BucketView bucket = bucket(to);
    VersionCommit version = copy(object, bucket, to, manifests.newest(bucket, key(to)));
    return context.hub().commit(new CommitRequest(List.of(), List.of(version))).getFirst();
  }

  /** Gives an object another key, also in another bucket of the tenant; its blocks stay. */
  public VersionView move(ObjectAddress from, ObjectAddress to) {
    StoredObject object = manifests.open(bucket(from), key(from), Optional.empty());
    BucketView bucket = bucket(to);
    Optional<Digest> previous = manifests.newest(bucket, key(to));
    return context.hub().move(from.bucket(), from.key(), copy(object, bucket, to, previous));
  }

  /** Makes an earlier version the newest again, as a new version of the same content. */
  public VersionView restore(ObjectAddress address, String versionId) {
    return copy(address, Optional.of(versionId), address);
  }

  /**
   * Shares a version: whoever knows the share's id and its key can read it.
   *
   * @param expires when the share ends
   */
  public Share share(ObjectAddress address, Optional<String> versionId, Optional<Instant> expires) {
    return share(
        address,
        versionId,
        version ->
            context.hub().share(address.bucket(), address.key(), version.versionId(), expires));
  }

  /**
   * Shares the newest version without an end; by a share that is there already, where there is one.
   *
   * @param known the tenant's shares
   */
  public Share share(ObjectAddress address, List<ShareView> known) {
    return share(
        address,
        Optional.empty(),
        version ->
            known.stream()
                .filter(share -> share.bucket().equals(address.bucket()))
                .filter(share -> share.key().equals(address.key()))
                .filter(share -> share.versionId().equals(version.versionId()))
                .filter(share -> !share.revoked() && share.expires().isEmpty())
                .findFirst()
                .orElseGet(() ->
                    context
                        .hub()
                        .share(
                            address.bucket(),
                            address.key(),
                            version.versionId(),
                            Optional.empty())));
  }

  private Share share(
      ObjectAddress address, Optional<String> versionId, Function<VersionView, ShareView> sharing) {
    BucketView bucket = bucket(address);
    ObjectView view = context.hub().object(address.bucket(), key(address), versionId);
    StoredObject object = manifests.open(bucket, view);
    SealKey key = ManifestSeal.keyOf(manifests.key(bucket), view.manifest());
    return new Share(sharing.apply(object.version()), key);
  }

  /** A share and the key that its link carries, which the hub never sees. */
  public record Share(ShareView view, SealKey key) {}

  /** Whether {@code file} has the very content of {@code object}; reads all of it. */
  public boolean hasContent(Path file, StoredObject object) {
    Manifest.Content content = object.manifest().content();
    byte[] chunk = new byte[CHUNK_BYTES];
    LeafDigests leaves = new LeafDigests();
    AesCtr encryption = new AesCtr(content.key().toBytes());
    try (InputStream stream = Files.newInputStream(file)) {
      long offset = 0;
      for (int count = stream.read(chunk); count >= 0; count = stream.read(chunk)) {
        encryption.process(offset, chunk, 0, count);
        leaves.update(chunk, 0, count);
        offset += count;
      }
      return offset == content.size()
          && Manifests.root(leaves.finish(), offset).equals(content.root());
    } catch (IOException e) {
      throw Failures.ofFile("reading '" + file + "'", e);
    }
  }

  /** Ends the client's threads; transfers under way fail. */
  @Override
  public void close() {
    context.coding().close();
  }

  /**
   * Stores a file.
   *
   * @param stored hears the version before the journal is removed
   */
  private VersionView put(
      FileToStore file, TransferProgress progress, Consumer<VersionView> stored) {
    checkIsFile(file.file());
    BucketView bucket = bucket(file.target().address());
    UploadJournal journal =
        journals.open(file.file(), file.target().address(), bucket, context.hub()::release);
    try (journal) {
      Optional<StoredObject> earlier = committed(file, bucket, journal);
      earlier.ifPresent(object -> progress.moved(object.size()));
      VersionView version =
          earlier
              .map(StoredObject::version)
              .orElseGet(() -> putContent(file, bucket, journal, progress));
      stored.accept(version);
      journal.remove();
      return version;
    }
  }

  /** What an earlier try has committed, without hearing of it or noting it. */
  private Optional<StoredObject> committed(
      FileToStore file, BucketView bucket, UploadJournal journal) {
    return journal.resumed()
        ? manifests.newest(bucket, key(file.target().address()), journal.objectKey())
        : Optional.empty();
  }

  private VersionView putContent(
      FileToStore file, BucketView bucket, UploadJournal journal, TransferProgress progress) {
    FileIdentity noted = journal.source().orElseThrow();
    try (FileChannel channel = FileChannel.open(file.file())) {
      Ciphertext source = new FileCiphertext(file.file(), channel, journal.objectKey(), noted);
      LongSupplier lengths = lengths(noted.size(), bucket.k());
      return put(bucket, file.target(), source, lengths, journal, progress);
    } catch (IOException e) {
      throw Failures.ofFile("reading '" + file.file() + "'", e);
    } catch (ZansocException e) {
      // The file is another now, or the hub no longer has what the journal holds for done.
      if (e.code() == ErrorCode.CONFLICT || e.code() == ErrorCode.NOT_FOUND) {
        journal.release(context.hub(), e);
        journal.remove();
      }
      throw e;
    }
  }

  private VersionView put(
      BucketView bucket,
      NewObject target,
      Ciphertext source,
      LongSupplier lengths,
      UploadJournal journal,
      TransferProgress progress) {
    ObjectUpload upload = new ObjectUpload(context, bucket, journal, progress);
    try {
      ObjectUpload.Uploaded uploaded = upload.upload(source, lengths);
      source.requireUnchanged();
      Manifest.Content content =
          new Manifest.Content(
              uploaded.size(),
              journal.objectKey(),
              Manifests.root(uploaded.leaves(), uploaded.size()),
              uploaded.extents());
      Optional<Digest> previous = manifests.newest(bucket, key(target.address()));
      VersionCommit version = manifests.seal(bucket, target, content, previous);
      return context
          .hub()
          .commit(new CommitRequest(uploaded.uncommitted(), List.of(version)))
          .getFirst();
    } catch (InterruptedException e) {
      throw Failures.interrupted("storing " + target.address(), e);
    }
  }

  private VersionCommit copy(
      StoredObject object, BucketView bucket, ObjectAddress to, Optional<Digest> previous) {
    Manifest manifest = object.manifest();
    return manifests.seal(
        bucket,
        new Manifest(
            new BucketName(to.bucket()),
            new ObjectKey(to.key()),
            manifest.attributes(),
            manifest.content(),
            previous),
        Condition.NONE);
  }

  private BucketView bucket(ObjectAddress address) {
    return context.hub().bucket(address.bucket());
  }

  private static String key(ObjectAddress address) {
    return new ObjectKey(address.key()).text();
  }

  private static void checkIsFile(Path file) {
    if (Files.isDirectory(file)) {
      throw new ZansocException(
          ErrorCode.IS_A_DIRECTORY, "'" + file + "' is a directory: add -r to store what is in it");
    }
  }

  private static LongSupplier lengths(long size, int k) {
    long segmentBytes = SegmentIndex.segmentBytes(k);
    long[] rest = {size};
    return () -> {
      long length = Math.min(rest[0], segmentBytes);
      rest[0] -= length;
      return length;
    };
  }
}
