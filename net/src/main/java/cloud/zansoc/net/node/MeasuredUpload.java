package cloud.zansoc.net.node;

/** The answer to POST /v1/measure/up: what arrived, and how long it took at the hub. */
public record MeasuredUpload(long bytes, long micros) {}
