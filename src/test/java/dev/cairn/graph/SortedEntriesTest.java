/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import java.util.Arrays;
import org.apache.lucene.tests.util.LuceneTestCase;

public class SortedEntriesTest extends LuceneTestCase {
  public void testKeepsTheLeast() {
    SortedEntries sorted = new SortedEntries();
    for (int most : new int[] {1, 7, 64, 65, 300}) {
      sorted.reset(most);
      assertEquals(Long.MAX_VALUE, sorted.get(0));
      long[] added = random().longs(200, 0, 1000).distinct().toArray();
      for (int i = 0; i < added.length; i++) {
        sorted.add(added[i]);
        long[] expected = Arrays.copyOf(added, i + 1);
        Arrays.sort(expected);
        assertEquals(Math.min(most, i + 1), sorted.size());
        for (int rank = 0; rank < sorted.size(); rank++) {
          assertEquals(expected[rank], sorted.get(rank));
        }
        assertEquals(Long.MAX_VALUE, sorted.get(sorted.size()));
      }
    }
  }
}
