/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.audit;

/**
 * What one width of the beam gives.
 *
 * @param ef the width
 * @param recall mean recall and its interval
 * @param p50Micros median time of a query
 */
record AuditPoint(int ef, Interval recall, double p50Micros) {}
