/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

/**
 * The labels of an index and whether each is marked deleted: about 20 bytes a label. Split in
 * stripes; the lock of a label's stripe also orders the operations on that label.
 */
final class LabelTable {
  private static final int STRIPE_BITS = 7;

  /** What is known of a label. */
  enum State {
    ABSENT,
    LIVE,
    DELETED,
    /** Live, but marked deleted at some time since the index was opened. */
    UNMARKED;

    boolean isLive() {
      return this == LIVE || this == UNMARKED;
    }
  }

  private final Stripe[] stripes = new Stripe[1 << STRIPE_BITS];

  LabelTable() {
    for (int i = 0; i < stripes.length; i++) {
      stripes[i] = new Stripe(i);
    }
  }

  /** The stripe of a label: synchronize on it for as long as an operation on the label takes. */
  Stripe stripe(long label) {
    return stripes[(int) (mix(label) >>> (Long.SIZE - STRIPE_BITS))];
  }

  /** The state of a label at this moment. */
  State state(long label) {
    Stripe stripe = stripe(label);
    synchronized (stripe) {
      return stripe.get(label);
    }
  }

  /** All labels, in no order. */
  long[] labels() {
    long[] all = new long[64];
    int count = 0;
    for (Stripe stripe : stripes) {
      synchronized (stripe) {
        if (count + stripe.size > all.length) {
          all = java.util.Arrays.copyOf(all, Math.max(2 * all.length, count + stripe.size));
        }
        count = stripe.copyTo(all, count);
      }
    }
    return java.util.Arrays.copyOf(all, count);
  }

  private static long mix(long label) {
    long z = label * 0x9E3779B97F4A7C15L;
    return (z ^ (z >>> 32)) * 0xD6E8FEB86659FD93L;
  }

  /** Part of the table: open addressing, at most half full. */
  static final class Stripe {
    private static final byte FREE = 0;
    private static final byte GONE = 1;
    private static final byte LIVE = 2;
    private static final byte DELETED = 3;
    private static final byte UNMARKED = 4;

    private final int number;
    private long[] keys = new long[16];
    private byte[] states = new byte[16];
    private int size;
    private int used;

    private Stripe(int number) {
      this.number = number;
    }

    /** Who locks two stripes locks the one with the smaller number first. */
    int number() {
      return number;
    }

    State get(long label) {
      return switch (states[find(label)]) {
        case LIVE -> State.LIVE;
        case DELETED -> State.DELETED;
        case UNMARKED -> State.UNMARKED;
        default -> State.ABSENT;
      };
    }

    void put(long label, State state) {
      int at = find(label);
      byte old = states[at];
      if (state == State.ABSENT) {
        if (old > GONE) {
          states[at] = GONE;
          size--;
        }
        return;
      }
      if (old == FREE) {
        if (2 * (used + 1) > keys.length) {
          grow();
          at = find(label);
        }
        used++;
        size++;
      } else if (old == GONE) {
        size++;
      }
      keys[at] = label;
      states[at] =
          switch (state) {
            case ABSENT -> throw new AssertionError(state); // dealt with above
            case LIVE -> LIVE;
            case DELETED -> DELETED;
            case UNMARKED -> UNMARKED;
          };
    }

    /** Where a label is, or where it was, or the free place where it would be. */
    private int find(long label) {
      int mask = keys.length - 1;
      int at = (int) mix(label) & mask;
      while (states[at] != FREE && keys[at] != label) {
        at = at + 1 & mask;
      }
      return at;
    }

    private void grow() {
      long[] oldKeys = keys;
      byte[] oldStates = states;
      int capacity = Math.max(16, Integer.highestOneBit(Math.max(1, size)) * 4);
      keys = new long[capacity];
      states = new byte[capacity];
      used = size;
      for (int i = 0; i < oldKeys.length; i++) {
        if (oldStates[i] > GONE) {
          int at = find(oldKeys[i]);
          keys[at] = oldKeys[i];
          states[at] = oldStates[i];
        }
      }
    }

    private int copyTo(long[] all, int count) {
      int next = count;
      for (int i = 0; i < keys.length; i++) {
        if (states[i] > GONE) {
          all[next++] = keys[i];
        }
      }
      return next;
    }
  }
}
