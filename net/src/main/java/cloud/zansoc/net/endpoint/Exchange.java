package cloud.zansoc.net.endpoint;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response. The request's side runs on the client's event loop, the response's
 * on the backend's, which only writes; everything that decides goes to the client's.
 */
// A write or close that fails ends its channel, and both ends of the exchange are told of that.
@SuppressWarnings("FutureReturnValueIgnored")
final class Exchange {
  private static final int MOST_TRIES = 3;

  private final HttpFront front;
  private final Channel client;
  private final HttpRequest request;
  private final EndpointRoutes.Target target;
  private final Deque<HttpContent> unsent = new ArrayDeque<>();
  private final Set<BackendGroup.Member> tried = new HashSet<>();
  private BackendGroup.@Nullable Member member;
  private final Runnable lost = this::hostLost;
  private boolean sent;
  private volatile boolean bodySent;
  private boolean over;
  private volatile @Nullable Channel backend;
  private volatile boolean requestRead;
  private volatile boolean responseBegun;
  private volatile boolean keepsClient;
  private boolean keepsBackend; // On the backend's event loop.
  private boolean interim; // On the backend's event loop.
  private final Deque<ByteBuf> first = new ArrayDeque<>(); // On the backend's event loop.

  Exchange(HttpFront front, Channel client, HttpRequest request, EndpointRoutes.Target target) {
    this.front = front;
    this.client = client;
    this.request = request;
    this.target = target;
    this.keepsClient = HttpUtil.isKeepAlive(request);
  }

  /** Looks for a backend and sends it the request. */
  void begin() {
    client.config().setAutoRead(false);
    dial();
  }

  /** Whether the whole request was read. */
  boolean isRequestRead() {
    return requestRead;
  }

  /** More of the request's body. */
  void body(HttpContent content) {
    requestRead = content instanceof LastHttpContent;
    bodySent |= content.content().isReadable();
    Channel to = backend;
    if (over) {
      content.release();
    } else if (to == null) {
      unsent.add(content);
    } else {
      to.write(content);
      if (!to.isWritable() && !requestRead) {
        client.config().setAutoRead(false);
      }
    }
  }

  /** All that is there of the request for now was read. */
  void flushBody() {
    Channel to = backend;
    if (to != null) {
      to.flush();
      if (to.isWritable() || requestRead) {
        client.config().setAutoRead(true);
      }
    }
  }

  /** The backend takes more of the request. On the backend's event loop. */
  void backendTakesMore() {
    client.config().setAutoRead(true);
  }

  /** The client takes more of the response. */
  void clientTakesMore() {
    Channel from = backend;
    if (from != null) {
      from.config().setAutoRead(true);
    }
  }

  /** The client is gone. */
  void clientGone() {
    Channel to = backend;
    if (to != null && !over) {
      BackendLink.of(to).leave();
      to.close();
    }
    end();
  }

  private void dial() {
    Optional<BackendGroup.Member> taken = target.group().take(tried);
    if (taken.isEmpty() || tried.size() >= MOST_TRIES) {
      taken.ifPresent(BackendGroup.Member::release);
      refuse();
      return;
    }
    BackendGroup.Member chosen = taken.get();
    member = chosen;
    chosen.await(lost);
    Optional<Channel> pooled = front.pool().take(chosen.backend(), Headers.isRepeatable(request));
    if (pooled.isPresent()) {
      send(pooled.get());
      return;
    }
    Future<Channel> dialling = front.pool().dial(chosen.backend());
    dialling.addListener(done -> client.eventLoop().execute(() -> dialled(chosen, dialling)));
  }

  private void dialled(BackendGroup.Member chosen, Future<Channel> dialling) {
    if (!dialling.isSuccess()) {
      chosen.failed();
      if (chosen.equals(member)) {
        again(chosen);
      }
    } else if (over || !chosen.equals(member)) {
      dialling.getNow().close();
    } else {
      send(dialling.getNow());
    }
  }

  /** Tries another backend: the request has not been answered, and may be sent once more. */
  private void again(BackendGroup.Member failed) {
    giveBack();
    tried.add(failed);
    if (!over) {
      dial();
    }
  }

  /** The host is silent: what is not answered yet, and may be repeated, goes to another one. */
  private void hostLost() {
    Channel from = backend;
    if (from == null) {
      client.eventLoop().execute(() -> goElsewhere(null));
      return;
    }
    from.eventLoop()
        .execute(() -> { // There the answer would begin.
          if (!responseBegun && !interim && isRepeatable()) {
            BackendLink.of(from).leave();
            from.close();
            client.eventLoop().execute(() -> goElsewhere(from));
          }
        });
  }

  private void goElsewhere(@Nullable Channel from) {
    BackendGroup.Member used = member;
    if (over || used == null || !Objects.equals(from, backend)) {
      return;
    }
    backend = null;
    if (from != null && requestRead) {
      unsent.add(LastHttpContent.EMPTY_LAST_CONTENT);
    }
    again(used);
  }

  private boolean isRepeatable() {
    return Headers.isRepeatable(request) && !bodySent;
  }

  private void send(Channel to) {
    BackendLink.of(to).use(this);
    backend = to;
    sent = true;
    if (!to.isActive()) {
      backendGone(to);
      return;
    }
    to.write(Headers.forBackend(request, target, front.sender(), front.isSecure()));
    while (!unsent.isEmpty()) {
      to.write(unsent.poll());
    }
    to.flush();
    client.config().setAutoRead(true);
  }

  /** Nobody could be reached, or nobody is there. */
  private void refuse() {
    boolean none = tried.isEmpty();
    String text =
        none
            ? "no replica of %s runs now\n".formatted(target.group().name())
            : "no replica of %s can be reached now: %d were tried\n"
                .formatted(target.group().name(), tried.size());
    front.reply(
        sent ? HttpResponseStatus.BAD_GATEWAY : HttpResponseStatus.SERVICE_UNAVAILABLE, text);
    keepsClient = false;
    end();
    front.done(this, false);
  }

  /** Something of the response. On the backend's event loop. */
  void answered(Object message) {
    if (message instanceof ByteBuf afterUpgrade) {
      first.add(afterUpgrade); // Of the new protocol, in the same packet as the answer.
      return;
    }
    if (message instanceof HttpResponse response) {
      head(response);
    }
    if (!(message instanceof HttpContent content)) {
      return;
    }
    if (interim) { // The end of an interim response, which was sent whole.
      interim = !(content instanceof LastHttpContent);
      content.release();
      return;
    }
    boolean last = content instanceof LastHttpContent;
    client.write(content);
    if (last) {
      client.flush();
      finish();
    } else if (!client.isWritable()) {
      Channel from = backend;
      if (from != null) {
        from.config().setAutoRead(false);
      }
    }
  }

  /** What was answered so far is to leave. On the backend's event loop. */
  void flushAnswer() {
    client.flush();
    Channel from = backend;
    if (from != null && client.isWritable()) {
      from.config().setAutoRead(true);
    }
  }

  private void head(HttpResponse response) {
    if (response.decoderResult().isFailure()) {
      ReferenceCountUtil.release(response);
      closeBackend();
      return;
    }
    if (response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
      upgrade(response);
      return;
    }
    if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
      interim = true;
      client.writeAndFlush(whole(response));
      return;
    }
    responseBegun = true;
    keepsBackend = HttpUtil.isKeepAlive(response);
    keepsClient = Headers.forClient(response, request, keepsClient && requestRead);
    client.write(headOnly(response));
  }

  /** The response without what a whole one would end: its content comes by itself. */
  private static HttpResponse headOnly(HttpResponse response) {
    return response instanceof FullHttpResponse
        ? new DefaultHttpResponse(response.protocolVersion(), response.status(), response.headers())
        : response;
  }

  private static FullHttpResponse whole(HttpResponse response) {
    FullHttpResponse whole =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, response.status(), Unpooled.EMPTY_BUFFER);
    whole.headers().set(response.headers());
    return whole;
  }

  /** Both sides change their protocol: from here on bytes pass as they are. */
  private void upgrade(HttpResponse response) {
    Channel from = backend;
    if (from == null) {
      return;
    }
    interim = true;
    from.config().setAutoRead(false);
    FullHttpResponse answer = whole(response);
    client
        .eventLoop()
        .execute(() -> {
          front.upgrade(answer, from);
          BackendGroup.Member used = member;
          member = null; // Its place is taken until the connection ends.
          if (used != null) {
            used.forget(lost);
            used.join(from);
          }
          over = true;
          from.eventLoop()
              .execute(() -> {
                first.forEach(client::write);
                BackendLink.of(from).becomeSplice(from, client);
              });
        });
  }

  /** The response has ended. On the backend's event loop. */
  private void finish() {
    Channel from = backend;
    boolean reusable = keepsBackend && requestRead;
    if (from != null) {
      BackendLink.of(from).leave();
    }
    client
        .eventLoop()
        .execute(() -> {
          BackendGroup.Member used = member;
          if (used != null && from != null) {
            used.succeeded();
            if (reusable && from.isActive()) {
              from.config().setAutoRead(true);
              front.pool().release(used.backend(), from);
            } else {
              from.close();
            }
          }
          end();
          front.done(this, keepsClient && requestRead);
        });
  }

  /** The backend's connection ended before the response did. */
  void backendGone(Channel gone) {
    client
        .eventLoop()
        .execute(() -> {
          BackendGroup.Member used = member;
          if (over || !gone.equals(backend) || used == null) {
            return;
          }
          backend = null;
          if (responseBegun) {
            end();
            client.close(); // The client must not take a part for the whole.
            return;
          }
          if (isRepeatable()) {
            if (requestRead) {
              unsent.add(LastHttpContent.EMPTY_LAST_CONTENT);
            }
            again(used);
          } else {
            tried.add(used);
            refuse();
          }
        });
  }

  private void closeBackend() {
    Channel from = backend;
    if (from != null) {
      from.close();
    }
  }

  private void giveBack() {
    BackendGroup.Member used = member;
    member = null;
    if (used != null) {
      used.forget(lost);
      used.release();
    }
  }

  private void end() {
    over = true;
    giveBack();
    while (!unsent.isEmpty()) {
      unsent.poll().release();
    }
  }
}
