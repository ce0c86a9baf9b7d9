package org.mycoswarm.queue.log.disks;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/// The three calls of the kernel that Java has no name for.
public final class Linux {
  private static final int SIGSTOP = 19;
  private static final int O_RDONLY = 0;

  /// `FS_IOC_SHUTDOWN` with `FS_SHUTDOWN_FLAGS_NOLOGFLUSH`: what is not on the disk now never comes
  /// there, as in a power cut.
  private static final long FS_IOC_SHUTDOWN = 0x8004587dL;

  private static final int NO_LOG_FLUSH = 2;

  private static final MethodHandle OPEN =
      call("open", 2, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle CLOSE =
      call("close", 1, FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle IOCTL =
      call("ioctl", 2, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));
  private static final MethodHandle KILL =
      call("kill", 2, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

  private Linux() {}

  /// Holds a process where it is, until it is killed.
  public static void stop(Process process) {
    expectZero("kill", invoke(KILL, Math.toIntExact(process.pid()), SIGSTOP));
  }

  static void shutDownFileSystem(Path mounted) {
    try (Arena arena = Arena.ofConfined()) {
      int file = invoke(OPEN, arena.allocateFrom(mounted.toString()), O_RDONLY);
      if (file < 0) {
        throw new IllegalStateException("Expected to open " + mounted);
      }
      MemorySegment flags = arena.allocateFrom(JAVA_INT, NO_LOG_FLUSH);
      expectZero("ioctl(FS_IOC_SHUTDOWN)", invoke(IOCTL, file, FS_IOC_SHUTDOWN, flags));
      expectZero("close", invoke(CLOSE, file));
    }
  }

  private static void expectZero(String call, int result) {
    if (result != 0) {
      throw new IllegalStateException(
          "Expected %s to work, but it gave %d".formatted(call, result));
    }
  }

  private static int invoke(MethodHandle call, Object... arguments) {
    try {
      return (int) call.invokeWithArguments(arguments);
    } catch (Throwable impossible) {
      throw new IllegalStateException("Expected a call of the kernel to return", impossible);
    }
  }

  @SuppressWarnings("restricted") // nothing but these calls can cut a disk's power
  private static MethodHandle call(String name, int fixedArguments, FunctionDescriptor types) {
    Linker linker = Linker.nativeLinker();
    MemorySegment function = linker.defaultLookup().findOrThrow(name);
    return fixedArguments < types.argumentLayouts().size()
        ? linker.downcallHandle(function, types, Linker.Option.firstVariadicArg(fixedArguments))
        : linker.downcallHandle(function, types);
  }
}
