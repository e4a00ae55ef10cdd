/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Lets writes run together, and commits and closing alone; nothing runs after closing. Long work
 * that writes and commits need not wait for is only kept apart from closing.
 */
final class Guard {
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final ReadWriteLock closing = new ReentrantReadWriteLock();

  /** Written under both locks, read under one of them. */
  private boolean isClosed;

  /** Something that the disk may refuse. */
  @FunctionalInterface
  interface Action {
    void run() throws IOException;
  }

  /** Something that the disk may refuse, and what comes of it. */
  @FunctionalInterface
  interface Call<T> {
    T run() throws IOException;
  }

  void shared(Action action) {
    lock.readLock().lock();
    try {
      run(action);
    } finally {
      lock.readLock().unlock();
    }
  }

  void alone(Action action) {
    lock.writeLock().lock();
    try {
      run(() -> Uninterrupted.run(action));
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Keeps nothing waiting but closing. */
  void open(Action action) {
    closing.readLock().lock();
    try {
      run(action);
    } finally {
      closing.readLock().unlock();
    }
  }

  private void run(Action action) {
    if (isClosed) {
      throw new IllegalStateException("the index is closed");
    }
    runUnchecked(action);
  }

  /** Runs an action when called for the first time. */
  void close(Action action) {
    closing.writeLock().lock();
    lock.writeLock().lock();
    try {
      if (!isClosed) {
        isClosed = true;
        runUnchecked(() -> Uninterrupted.run(action));
      }
    } finally {
      lock.writeLock().unlock();
      closing.writeLock().unlock();
    }
  }

  private static void runUnchecked(Action action) {
    unchecked(
        () -> {
          action.run();
          return null;
        });
  }

  static <T> T unchecked(Call<T> call) {
    try {
      return call.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
