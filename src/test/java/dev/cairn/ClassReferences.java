/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.Annotation;
import java.lang.classfile.Attribute;
import java.lang.classfile.AttributedElement;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.attribute.RuntimeInvisibleAnnotationsAttribute;
import java.lang.classfile.attribute.RuntimeVisibleAnnotationsAttribute;
import java.lang.classfile.attribute.SignatureAttribute;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MethodTypeEntry;
import java.lang.classfile.constantpool.NameAndTypeEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Which classes a compiled class names: in its code, its signatures and its annotations. */
final class ClassReferences {
  private static final Pattern TYPE_IN_DESCRIPTOR = Pattern.compile("L([\\w/$]+)[;<]");

  private ClassReferences() {}

  /** Every class below the directory, by binary name, with the binary names it refers to. */
  static TreeMap<String, Set<String>> below(Path directory) throws IOException {
    TreeMap<String, Set<String>> references = new TreeMap<>();
    try (Stream<Path> files = Files.walk(directory)) {
      files
          .filter(file -> file.toString().endsWith(".class"))
          .map(ClassReferences::parse)
          .forEach(model -> references.put(binaryName(model.thisClass()), of(model)));
    }
    return references;
  }

  private static ClassModel parse(Path file) {
    try {
      return ClassFile.of().parse(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<String> of(ClassModel model) {
    Set<String> names = new TreeSet<>();
    for (PoolEntry entry : model.constantPool()) {
      switch (entry) {
        case ClassEntry c when c.asInternalName().startsWith("[") ->
            addTypesIn(c.asInternalName(), names);
        case ClassEntry c -> names.add(binaryName(c));
        case NameAndTypeEntry n -> addTypesIn(n.type().stringValue(), names);
        case MethodTypeEntry m -> addTypesIn(m.descriptor().stringValue(), names);
        default -> {}
      }
    }
    addDeclared(model, names);
    model
        .fields()
        .forEach(
            field -> {
              addTypesIn(field.fieldType().stringValue(), names);
              addDeclared(field, names);
            });
    model
        .methods()
        .forEach(
            method -> {
              addTypesIn(method.methodType().stringValue(), names);
              addDeclared(method, names);
            });
    model
        .findAttribute(Attributes.record())
        .ifPresent(r -> r.components().forEach(component -> addDeclared(component, names)));
    return names;
  }

  /** What the constant pool has only as text: generic signatures and annotation types. */
  private static void addDeclared(AttributedElement element, Set<String> names) {
    for (Attribute<?> attribute : element.attributes()) {
      switch (attribute) {
        case SignatureAttribute s -> addTypesIn(s.signature().stringValue(), names);
        case RuntimeVisibleAnnotationsAttribute a -> addAnnotations(a.annotations(), names);
        case RuntimeInvisibleAnnotationsAttribute a -> addAnnotations(a.annotations(), names);
        default -> {}
      }
    }
  }

  private static void addAnnotations(Iterable<Annotation> annotations, Set<String> names) {
    annotations.forEach(annotation -> addTypesIn(annotation.className().stringValue(), names));
  }

  private static void addTypesIn(String descriptor, Set<String> names) {
    Matcher types = TYPE_IN_DESCRIPTOR.matcher(descriptor);
    while (types.find()) {
      names.add(types.group(1).replace('/', '.'));
    }
  }

  private static String binaryName(ClassEntry entry) {
    return entry.asInternalName().replace('/', '.');
  }
}
