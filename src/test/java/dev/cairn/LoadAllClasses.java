/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn;

import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.apache.lucene.codecs.KnnVectorsFormat;

/** Run by {@link PackagedJarIT} in a JVM of its own: loads and links every class of a jar. */
final class LoadAllClasses {
  private LoadAllClasses() {}

  public static void main(String[] args) throws Exception {
    try (JarFile jar = new JarFile(args[0])) {
      List<String> names =
          jar.stream()
              .map(ZipEntry::getName)
              .filter(name -> name.endsWith(".class") && name.endsWith("-info.class") == false)
              .map(name -> name.substring(0, name.length() - ".class".length()).replace('/', '.'))
              .toList();
      int members = 0;
      for (String name : names) {
        // Reflection over the members resolves the types they mention.
        Class<?> type = Class.forName(name);
        members += type.getDeclaredMethods().length;
        members += type.getDeclaredFields().length;
        members += type.getDeclaredConstructors().length;
      }
      System.out.println(names.size() + " classes with " + members + " members");
    }
    System.out.println("loaded " + KnnVectorsFormat.forName("CairnHnsw").getName());
  }
}
