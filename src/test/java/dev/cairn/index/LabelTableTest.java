/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import dev.cairn.index.LabelTable.State;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.apache.lucene.tests.util.LuceneTestCase;

public class LabelTableTest extends LuceneTestCase {
  public void testLikeAMap() {
    Random random = random();
    LabelTable table = new LabelTable();
    Map<Long, State> map = new HashMap<>();
    for (int i = 0; i < 200_000; i++) {
      long label = random.nextInt(5000) * (random.nextBoolean() ? 1L : 1L << 33);
      State state = State.values()[random.nextInt(State.values().length)];
      table.stripe(label).put(label, state);
      map.put(label, state);
      long other = random.nextInt(6000);
      assertEquals(map.getOrDefault(other, State.ABSENT), table.state(other));
    }
    map.values().removeIf(state -> state == State.ABSENT);
    long[] labels = table.labels();
    assertEquals(map.size(), labels.length);
    for (long label : labels) {
      assertEquals(map.get(label), table.state(label));
    }
  }
}
