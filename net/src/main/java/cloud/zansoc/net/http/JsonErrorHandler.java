package cloud.zansoc.net.http;

import cloud.zansoc.base.ErrorCode;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** What Jetty itself refuses (a malformed request, a head too long), as the routes' errors are. */
final class JsonErrorHandler extends ErrorHandler {
  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int status,
      @Nullable String message,
      @Nullable Throwable cause,
      Callback callback) {
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
    response.write(true, ByteBuffer.wrap(error(status, message)), callback);
  }

  private static byte[] error(int status, @Nullable String message) {
    ErrorCode code =
        switch (status) {
          case 413, 431 -> ErrorCode.TOO_LARGE;
          case 408 -> ErrorCode.TIMED_OUT;
          default -> status < 500 ? ErrorCode.INVALID_ARGUMENT : ErrorCode.INTERNAL;
        };
    String text = status < 500 && message != null ? message : "the request cannot be served";
    return Json.write(ApiError.of(code, text));
  }
}
