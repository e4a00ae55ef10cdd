/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.query;

import java.io.IOException;
import java.util.Locale;
import org.opensearch.core.common.ParsingException;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.core.xcontent.XContentParser.Token;
import org.opensearch.index.query.AbstractQueryBuilder;
import org.opensearch.index.query.QueryBuilder;

/** Reads the parts of a query, with messages that name the part and its value. */
final class QueryParts {
  private final String query;
  private final XContentParser parser;

  QueryParts(String query, XContentParser parser) {
    this.query = query;
    this.parser = parser;
  }

  int integer(String part, int min, int max) throws IOException {
    if (parser.currentToken() == Token.VALUE_NUMBER) {
      double value = parser.doubleValue();
      if (value == Math.rint(value) && value >= min && value <= max) {
        return (int) value;
      }
    }
    throw wrong(part, "must be an integer from " + min + " to " + max + ", got [" + shown() + "]");
  }

  float finite(String part) throws IOException {
    if (parser.currentToken() == Token.VALUE_NUMBER) {
      float value = (float) parser.doubleValue();
      if (Float.isFinite(value)) {
        return value;
      }
    }
    throw wrong(part, "must be a finite number, got [" + shown() + "]");
  }

  float boost() throws IOException {
    float boost = finite("boost");
    if (boost < 0) {
      throw wrong("boost", "must not be negative, got [" + boost + "]");
    }
    return boost;
  }

  String text(String part) throws IOException {
    if (parser.currentToken() != Token.VALUE_STRING || parser.text().isEmpty()) {
      throw wrong(part, "must be a text that is not empty, got [" + shown() + "]");
    }
    return parser.text();
  }

  boolean flag(String part) throws IOException {
    if (parser.currentToken() != Token.VALUE_BOOLEAN) {
      throw wrong(part, "must be true or false, got [" + shown() + "]");
    }
    return parser.booleanValue();
  }

  /** A query as an object of its own. */
  QueryBuilder query(String part) throws IOException {
    if (parser.currentToken() != Token.START_OBJECT) {
      throw wrong(part, "must be a query, got [" + shown() + "]");
    }
    return AbstractQueryBuilder.parseInnerQueryBuilder(parser);
  }

  ParsingException wrong(String part, String problem) {
    return failure("[" + part + "] " + problem);
  }

  ParsingException unknown(String part, String known) {
    return failure("unknown part [" + part + "]; known are " + known);
  }

  ParsingException failure(String problem) {
    return new ParsingException(parser.getTokenLocation(), "[" + query + "] " + problem);
  }

  private String shown() throws IOException {
    Token token = parser.currentToken();
    return token.isValue() && token != Token.VALUE_NULL
        ? parser.text()
        : token.name().replace("VALUE_", "").replace('_', ' ').toLowerCase(Locale.ROOT);
  }
}
