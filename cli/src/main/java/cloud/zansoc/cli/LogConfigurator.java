package cloud.zansoc.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * Logs to standard error: warnings in commands, more in the long-running programs. In code instead
 * of XML, because reading XML would be a large part of a command's start.
 */
public final class LogConfigurator extends ContextAwareBase implements Configurator {
  private static final String FOR_PEOPLE = "zansoc: %msg%n";
  private static final String FOR_LOGS =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSX,UTC} %-5level %logger{24} %msg%n";

  private static volatile Level level = Level.WARN;

  /** To be called by a long-running program before anything logs. */
  static void verbose() {
    level = Level.INFO;
  }

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(level == Level.WARN ? FOR_PEOPLE : FOR_LOGS);
    encoder.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setTarget("System.err");
    appender.setEncoder(encoder);
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(level);
    root.addAppender(appender);
    for (String library :
        new String[] {"org.eclipse.jetty", "io.netty", "org.flywaydb", "com.zaxxer"}) {
      context.getLogger(library).setLevel(Level.WARN);
    }
    // It says so where a machine has no network card, and draws random bytes.
    context.getLogger("io.netty.util.internal.MacAddressUtil").setLevel(Level.ERROR);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}
