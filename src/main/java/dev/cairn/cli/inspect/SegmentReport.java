/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.inspect;

import java.util.List;

/**
 * One segment.
 *
 * @param name its name
 * @param docs documents, deleted ones included
 * @param deleted how many of them are deleted, for good or softly
 * @param softDeleted how many of these are soft deletes
 * @param codec name of the codec
 * @param bytes size of all its files
 * @param fields its vector fields, by name
 */
record SegmentReport(
    String name,
    int docs,
    int deleted,
    int softDeleted,
    String codec,
    long bytes,
    List<FieldReport> fields) {}
